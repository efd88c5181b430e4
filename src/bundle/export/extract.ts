/** Which files an extraction writes. A plan: pure, nothing is written here. */
import { hex32 } from '../../bytes/hex.ts';
import { finding } from '../../findings/finding.ts';
import type { AmdContainer } from '../../formats/amd/container.ts';
import { encodeAmdContainer } from '../../formats/amd/encode.ts';
import { withEntries } from './equivalence-entries.ts';
import { equivalenceConflicts, patchesWithoutCpus } from '../amd-containers.ts';
import { type Collected, type CollectedUpdate, isUndamaged, type Located } from '../collect.ts';
import {
  collectedBytes,
  collectionName,
  type PlannedFile,
  rawName,
  tableName,
  toolNames,
  withAdler,
} from './update-file-name.ts';
import { grouped } from '../group.ts';
import { kernelFiles } from './kernel-layout.ts';
import { patchesOf, type Selection, selectUpdates } from '../select/selection.ts';
import { notLoadable } from './not-loadable.ts';

/**
 * `kernel`: the names that the kernel's firmware loader asks for. `named`: the names that iucode_tool and AMD's tool give.
 * `collection`: the names of MC Extractor. `raw`: every update by itself, and the tables of containers, so that `pack` can put them
 * together again.
 */
export type ExtractLayout = 'kernel' | 'named' | 'collection' | 'raw';

/** What `planExtraction` would have written. Nothing is, until the caller does. */
export interface Extraction {
  /** By path; empty when there are refusals. */
  readonly files: readonly PlannedFile[];
  /** Files that got another name than usual, and what was left out. */
  readonly remarks: readonly Located[];
  /** Why nothing may be written; empty when it may. */
  readonly refusals: readonly Located[];
}

/**
 * Plans to write what the selection wants of what was read. Damaged updates are left out: the findings on them say why. What cannot be
 * written is in `refusals`. This function throws nothing and writes nothing.
 */
export function planExtraction(read: Collected, selection: Selection, layout: ExtractLayout): Extraction {
  const entries = read.containers.flatMap(({ table }) => table.entries);
  const undamaged = withEntries(
    read.updates.filter(({ update }) => isUndamaged(update)),
    entries,
  );
  const collected = selectUpdates(selection, undamaged);
  switch (layout) {
    case 'kernel': {
      const patches = patchesOf(collected);
      const refusals = [...patchesWithoutCpus(patches, 'pack/cpus-unknown'), ...equivalenceConflicts(patches)];
      if (refusals.length > 0) return { files: [], remarks: [], refusals };
      const remarks = notLoadable(collected, 'the layout of the kernel');
      return { files: byPath(kernelFiles(collected, undamaged, read.containers)), remarks, refusals: [] };
    }
    case 'named': {
      const files = collected.flatMap((one) => toolNames(one.update).map((path) => single(path, one)));
      return { ...refusingClashes(files), remarks: notLoadable(collected, 'the layout by names of the tools') };
    }
    case 'collection':
      return renamingClashes(
        collected.map((one) => single(collectionName(one.update), one, collectedBytes(one.update))),
      );
    case 'raw':
      return refusingClashes([
        ...collected.map((one) => single(rawName(one.update), one)),
        ...tablesOf(collected, read.containers),
      ]);
  }
}

const single = (path: string, collected: CollectedUpdate, bytes = collected.update.bytes): PlannedFile => ({
  path,
  parts: [bytes],
  updates: [collected],
});

/** The tables of the containers that the patches came from, each as a container without patches. */
const tablesOf = (collected: readonly CollectedUpdate[], containers: readonly AmdContainer[]): PlannedFile[] => {
  const used = new Set(collected.map(({ container }) => container));
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
const contentsByPath = (files: readonly PlannedFile[]): PlannedFile[][] =>
  [...grouped(byPath(files), ({ path }) => path).values()].map((contents) =>
    contents.filter((one, i) => contents.findIndex((other) => sameContent(one, other)) === i),
  );

/** Findings on the second and further contents of one path. */
const clashes = (
  contents: readonly PlannedFile[],
  rule: 'extract/name-clash' | 'extract/renamed',
  nameOf: (file: PlannedFile) => string,
): Located[] =>
  contents.slice(1).flatMap((file) =>
    file.updates.map(({ origin, update }) => {
      const data = { path: nameOf(file), revision: hex32(update.revision) };
      return { origin, finding: finding(rule, { offset: origin.offset }, data) };
    }),
  );

function refusingClashes(files: readonly PlannedFile[]): Extraction {
  const contents = contentsByPath(files);
  const refusals = contents.flatMap((same) => clashes(same, 'extract/name-clash', ({ path }) => path));
  return { files: refusals.length > 0 ? [] : contents.flat(), remarks: [], refusals };
}

/** The first keeps the name; the others get their Adler-32 behind it. */
function renamingClashes(files: readonly PlannedFile[]): Extraction {
  const renamed = (file: PlannedFile): PlannedFile => ({
    ...file,
    path: withAdler(file.path, Buffer.concat(file.parts)),
  });
  const contents = contentsByPath(files).map(([first, ...others]) => [
    ...(first === undefined ? [] : [first]),
    ...others.map(renamed),
  ]);
  const remarks = contents.flatMap((same) => clashes(same, 'extract/renamed', ({ path }) => path));
  // Two contents may even share their Adler-32.
  const { files: named, refusals } = refusingClashes(contents.flat());
  return { files: named, remarks, refusals };
}
