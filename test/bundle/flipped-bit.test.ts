import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { seeded } from '../../fixtures/bytes.ts';
import { verifyCollection } from '../../src/bundle/verify/verify.ts';
import { shippedKnowledge } from '../../src/knowledge.ts';
import type { Catalogue } from '../../src/cpu/catalogue.ts';
import { parseAmdContainers } from '../../src/formats/amd/container.ts';
import { isTerminator } from '../../src/formats/amd/equivalence.ts';
import { parseIntelFile } from '../../src/formats/intel/update.ts';
import { collectionOf } from '../support/collection.ts';
import { amdFolder, intelFolder } from '../support/debian.ts';

const FLIPS = 1000;

const DOCUMENT = resolve(import.meta.dirname, '../../docs/uncovered-bytes.md');

/** Rows of the documented table: families and bytes, both ends included. */
const UNCOVERED = [...readFileSync(DOCUMENT, 'utf8').matchAll(/^\| ([\da-f]{2})-([\da-f]{2}) \| (\d+)-(\d+) \|/gm)].map(
  ([, first = '', last = '', start, end]) => ({
    families: [Number.parseInt(first, 16), Number.parseInt(last, 16)] as const,
    bytes: [Number(start), Number(end)] as const,
  }),
);

const isUncovered = (family: number, byte: number): boolean =>
  UNCOVERED.some(
    ({ families, bytes }) => family >= families[0] && family <= families[1] && byte >= bytes[0] && byte <= bytes[1],
  );

/** One published update, and how a file of it is made. */
interface Specimen {
  readonly family: number;
  readonly bytes: Uint8Array;
  readonly file: (bytes: Uint8Array) => Uint8Array;
}

const filesIn = (folder: string): Uint8Array[] =>
  readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));

const intelSpecimens = (folder: string): Specimen[] =>
  filesIn(folder).flatMap((file) =>
    parseIntelFile(file).updates.map(({ bytes }) => ({ family: 6, bytes, file: (own: Uint8Array) => own })),
  );

const amdSpecimens = (folder: string): Specimen[] =>
  filesIn(folder).flatMap((file) =>
    parseAmdContainers(file).containers.flatMap(({ table, patches }) =>
      patches.map(({ family, bytes, header }) => {
        const entries = table.entries.filter((row) => !isTerminator(row) && row.equivCpu === header.processorRevId);
        return { family, bytes, file: (own: Uint8Array) => amdContainer({ patches: [own], entries }) };
      }),
    ),
  );

const rules = async (bytes: Uint8Array, catalogue?: Catalogue): Promise<string> =>
  verifyCollection(await collectionOf({ 'flipped.bin': bytes }), catalogue)
    .map(({ finding }) => `${finding.rule} ${finding.message}`)
    .join('\n');

interface Flip {
  readonly specimen: Specimen;
  readonly byte: number;
  readonly flipped: Uint8Array;
}

function* randomFlips(specimens: readonly Specimen[]): Generator<Flip> {
  const random = seeded(20251111);
  for (let i = 0; i < FLIPS; i++) {
    const specimen = specimens[random() % specimens.length];
    if (specimen === undefined) throw new RangeError('no updates');
    const byte = random() % specimen.bytes.length;
    const flipped = specimen.bytes.with(byte, (specimen.bytes[byte] ?? 0) ^ (1 << (random() % 8)));
    yield { specimen, byte, flipped };
  }
}

/** The flips that change nothing in what verify says. */
async function unnoticed(flips: Iterable<Flip>, catalogue?: Catalogue): Promise<Flip[]> {
  const sound = new Map<Specimen, string>();
  const passed: Flip[] = [];
  for (const flip of flips) {
    const { specimen, flipped } = flip;
    const before = sound.get(specimen) ?? (await rules(specimen.file(specimen.bytes), catalogue));
    sound.set(specimen, before);
    if ((await rules(specimen.file(flipped), catalogue)) === before) passed.push(flip);
  }
  return passed;
}

const placesOf = (flips: readonly Flip[]): string[] =>
  flips.map(({ specimen, byte }) => `family ${specimen.family.toString(16)}, byte ${byte}`);

const undocumented = (flips: readonly Flip[]): string[] =>
  placesOf(flips.filter(({ specimen, byte }) => !isUncovered(specimen.family, byte)));

describe('one flipped bit', () => {
  test('in any of Debian’s Intel updates is noticed, by the checksums alone', async (context) => {
    expect(placesOf(await unnoticed(randomFlips(intelSpecimens(intelFolder(context)))))).toEqual([]);
  });

  test('in any of Debian’s AMD patches passes in documented bytes only, and nowhere with the catalogue', async (context) => {
    const passed = await unnoticed(randomFlips(amdSpecimens(amdFolder(context))));
    expect(passed.length).toBeGreaterThan(0);
    expect(undocumented(passed)).toEqual([]);
    expect(placesOf(await unnoticed(passed, shippedKnowledge().catalogue))).toEqual([]);
  });

  test('in any header field of an AMD patch is noticed, or documented', async (context) => {
    const specimens = amdSpecimens(amdFolder(context));
    const onePerSize = [...new Map(specimens.map((one) => [`${one.family} ${one.bytes.length}`, one])).values()];
    const flips = onePerSize.flatMap((specimen) =>
      Array.from({ length: 32 * 8 }, (_, bit): Flip => {
        const byte = bit >> 3;
        const flipped = specimen.bytes.with(byte, (specimen.bytes[byte] ?? 0) ^ (1 << (bit & 7)));
        return { specimen, byte, flipped };
      }),
    );
    expect(undocumented(await unnoticed(flips))).toEqual([]);
  });
});
