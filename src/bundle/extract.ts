/** Which files an extraction writes. A plan: pure, nothing is written here. */
import { hex32 } from '../bytes/hex.ts';
import { finding } from '../findings/finding.ts';
import type { AmdContainer } from '../formats/amd/container.ts';
import { encodeAmdContainer } from '../formats/amd/encode.ts';
import { withEntries } from './amd-entries.ts';
import { equivalenceConflicts, withoutCpus } from './amd-containers.ts';
import type { Collected, Held, Located } from './collect.ts';
import { collectedBytes, collectionName, rawName, tableName, toolNames, withAdler } from './file-names.ts';
import { grouped } from './group.ts';
import { kernelFiles } from './kernel-layout.ts';
import { isSound } from './sound.ts';
import { patchesOf, type Selection, wantedOf } from './wanted.ts';
import { withoutPlace } from './without-place.ts';

/**
 * `kernel`: the names that the kernel's firmware loader asks for. `named`: the names that iucode_tool and AMD's tool give.
 * `collection`: the names of MC Extractor. `raw`: every update by itself, and the tables of containers, so that `pack` can put them
 * together again.
 */
export type ExtractLayout = 'kernel' | 'named' | 'collection' | 'raw';

export interface PlannedFile {
  /** Below the output folder; parts separated by `/`, each made of header fields and fixed words only. */
  readonly path: string;
  /** The content in pieces, views of the inputs. */
  readonly parts: readonly Uint8Array[];
  readonly updates: readonly Pick<Held, 'origin' | 'update'>[];
}

/** What `planExtraction` would have written. Nothing is, until the caller does. */
export interface Extraction {
  /** By path; empty when there are refusals. */
  readonly files: readonly PlannedFile[];
  /** Files that got another name than usual, and what was left out. */
  readonly remarks: readonly Located[];
  /** Why nothing may be written; empty when nothing stands against it. */
  readonly refusals: readonly Located[];
}

/**
 * Plans to write what the selection wants of what was read. Damaged updates are left out: the findings on them say why. What cannot be
 * written is told in `refusals`, nothing is thrown, nothing is written.
 */
export function planExtraction(read: Collected, selection: Selection, layout: ExtractLayout): Extraction {
  const entries = read.containers.flatMap(({ table }) => table.entries);
  const sound = withEntries(
    read.updates.filter(({ update }) => isSound(update)),
    entries,
  );
  const held = wantedOf(selection, sound);
  switch (layout) {
    case 'kernel': {
      const patches = patchesOf(held);
      const refusals = [...withoutCpus(patches, 'pack/cpus-unknown'), ...equivalenceConflicts(patches)];
      if (refusals.length > 0) return { files: [], remarks: [], refusals };
      const remarks = withoutPlace(held, 'the layout of the kernel');
      return { files: byPath(kernelFiles(held, sound, read.containers)), remarks, refusals: [] };
    }
    case 'named': {
      const files = held.flatMap((one) => toolNames(one.update).map((path) => single(path, one)));
      return { ...refusingClashes(files), remarks: withoutPlace(held, 'the layout by names of the tools') };
    }
    case 'collection':
      return renamingClashes(held.map((one) => single(collectionName(one.update), one, collectedBytes(one.update))));
    case 'raw':
      return refusingClashes([
        ...held.map((one) => single(rawName(one.update), one)),
        ...tablesOf(held, read.containers),
      ]);
  }
}

const single = (path: string, held: Held, bytes = held.update.bytes): PlannedFile => ({
  path,
  parts: [bytes],
  updates: [held],
});

/** The tables of the containers that the patches came from, each as a container without patches. */
const tablesOf = (held: readonly Held[], containers: readonly AmdContainer[]): PlannedFile[] => {
  const used = new Set(held.map(({ container }) => container));
  return containers
    .filter((container) => container.patches.length === 0 || used.has(container))
    .map(({ table }) => {
      const bytes = encodeAmdContainer({ entries: table.entries, patches: [] });
      return { path: tableName(bytes), parts: [bytes], updates: [] };
    });
};

const byPath = (files: readonly PlannedFile[]): PlannedFile[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

const sameContent = (a: PlannedFile, b: PlannedFile): boolean =>
  Buffer.compare(Buffer.concat(a.parts), Buffer.concat(b.parts)) === 0;

/** The files of each path, those with the same content as one before left out. */
const rivalsByPath = (files: readonly PlannedFile[]): PlannedFile[][] =>
  [...grouped(byPath(files), ({ path }) => path).values()].map((rivals) =>
    rivals.filter((one, i) => rivals.findIndex((other) => sameContent(one, other)) === i),
  );

/** What is to be said of the second and further contents of one path. */
const clashes = (
  rivals: readonly PlannedFile[],
  rule: 'extract/name-clash' | 'extract/renamed',
  nameOf: (file: PlannedFile) => string,
): Located[] =>
  rivals.slice(1).flatMap((file) =>
    file.updates.map(({ origin, update }) => {
      const data = { path: nameOf(file), revision: hex32(update.revision) };
      return { origin, finding: finding(rule, { offset: origin.offset }, data) };
    }),
  );

function refusingClashes(files: readonly PlannedFile[]): Extraction {
  const rivals = rivalsByPath(files);
  const refusals = rivals.flatMap((same) => clashes(same, 'extract/name-clash', ({ path }) => path));
  return { files: refusals.length > 0 ? [] : rivals.flat(), remarks: [], refusals };
}

/** The first keeps the name; the others get their Adler-32 behind it. */
function renamingClashes(files: readonly PlannedFile[]): Extraction {
  const renamed = (file: PlannedFile): PlannedFile => ({
    ...file,
    path: withAdler(file.path, Buffer.concat(file.parts)),
  });
  const rivals = rivalsByPath(files).map(([first, ...others]) => [
    ...(first === undefined ? [] : [first]),
    ...others.map(renamed),
  ]);
  const remarks = rivals.flatMap((same) => clashes(same, 'extract/renamed', ({ path }) => path));
  // Two contents may even share their Adler-32.
  const { files: named, refusals } = refusingClashes(rivals.flat());
  return { files: named, remarks, refusals };
}
