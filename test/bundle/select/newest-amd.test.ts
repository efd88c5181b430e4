import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, identityEntries, zenPatch } from '../../../fixtures/amd.ts';
import { concat } from '../../../fixtures/bytes.ts';
import { type AmdChoice, newestAmd, newestPatches } from '../../../src/bundle/select/newest-amd.ts';
import { patchesOf } from '../../../src/bundle/select/selection.ts';
import { equivalenceEntry } from '../../../src/formats/amd/equivalence.ts';
import { readFiles } from '../../support/read-files.ts';

type Files = Readonly<Record<string, Uint8Array>>;

const choose = async (files: Files, wanted: (cpuid: number) => boolean = () => true): Promise<AmdChoice> =>
  newestAmd(patchesOf((await readFiles(files)).updates), wanted);

const revisions = ({ patches }: AmdChoice): number[] => patches.map(({ update }) => update.revision);
const rules = ({ refusals }: AmdChoice): string[] => refusals.map(({ finding }) => finding.rule);

/** The first two are on one side of EntrySign's cut-off, 0x0a0011da, the third on the other. */
const [d3, d5, de, vermeer] = [0x0a00_11d3, 0x0a00_11d5, 0x0a00_11de, 0x0a20_102d].map((level) => zenPatch(level)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

describe('which patches', () => {
  test('the newest of each equivalence id, whatever the order of the input', async () => {
    for (const files of [
      { d3, d5, vermeer },
      { vermeer, d5, d3 },
    ]) {
      expect(revisions(await choose(files))).toEqual([0x0a00_11d5, 0x0a20_102d]);
    }
  });

  test('the newest on each side of EntrySign, the one above the cut-off last, the CPU listed once', async () => {
    const choice = await choose({ de, d3, d5 });
    expect(revisions(choice)).toEqual([0x0a00_11d5, 0x0a00_11de]);
    expect(choice.containers).toEqual([amdContainer({ patches: [d5, de] })]);
  });

  // Each first above its cut-off, one at it and an older one.
  test.each([0x0800_1278, 0x0800_8210, 0x0830_107d, 0x0860_010f, 0x0860_8109, 0x0870_1035])(
    'of family 17h too: %i',
    async (fixed) => {
      const [older, last, first] = [fixed - 2, fixed - 1, fixed].map((level) => zenPatch(level, { kind: 'zen2' }));
      if (older === undefined || last === undefined || first === undefined) throw new Error('no samples');
      const choice = await choose({ first, older, last });
      expect(revisions(choice)).toEqual([fixed - 1, fixed]);
      expect(choice.containers).toEqual([amdContainer({ patches: [last, first] })]);
    },
  );

  test('one where the CPU has no cut-off, and before Zen whatever the level looks like', async () => {
    const [a, b] = [0x0a60_1301, 0x0a60_1302].map((level) => zenPatch(level));
    const [old, young] = [0x0830_1001, 0x0830_107d].map((patchId) => amdPatch({ kind: 'fam16h', header: { patchId } }));
    if (a === undefined || b === undefined || old === undefined || young === undefined) throw new Error('no samples');
    const entries = [equivalenceEntry(0x0070_0f01, 0x7001)];
    const jaguars = amdContainer({ patches: [old, young], entries });
    expect(revisions(await choose({ a, b, jaguars }))).toEqual([0x0830_107d, 0x0a60_1302]);
  });

  test('revisions compare unsigned', async () => {
    const [low, high] = [1, 0x8000_0001].map((patchId) => amdPatch({ kind: 'fam10h', header: { patchId } }));
    if (low === undefined || high === undefined) throw new Error('no samples');
    const entries = [equivalenceEntry(0x0010_0f43, 0x1043)];
    expect(revisions(await choose({ c: amdContainer({ patches: [high, low], entries }) }))).toEqual([0x8000_0001]);
  });

  test('of two contents of one revision the same one is taken in any order', async () => {
    const other = zenPatch(0x0a00_11d5, { seed: 3 });
    const [one, two] = [await choose({ d5, other }), await choose({ other, d5 })];
    expect(one.containers).toEqual(two.containers);
  });

  test('only those for a CPU that is wanted', async () => {
    expect(revisions(await choose({ d5, vermeer }, (cpuid) => cpuid === 0x00a2_0f10))).toEqual([0x0a20_102d]);
    expect(await choose({ d5 }, () => false)).toEqual({ patches: [], containers: [], refusals: [] });
  });

  test('are found without a wish as well, in the order in which the ids came', async () => {
    const collected = patchesOf((await readFiles({ vermeer, d3, d5 })).updates);
    expect(newestPatches(collected).map(({ update }) => update.revision)).toEqual([0x0a20_102d, 0x0a00_11d5]);
  });
});

describe('the containers', () => {
  test("a vendor's container of which everything is chosen is kept byte for byte", async () => {
    const entries = identityEntries([vermeer, d5]).toReversed();
    const container = amdContainer({ patches: [vermeer, d5], entries });
    expect((await choose({ d3, container })).containers).toEqual([container]);
  });

  test('a pair in it stays as it is when the newer patch is last, else it is made anew', async () => {
    const entries = identityEntries([vermeer, d5]).toReversed();
    const sound = amdContainer({ patches: [vermeer, d5, de], entries });
    expect((await choose({ sound })).containers).toEqual([sound]);
    const wrong = amdContainer({ patches: [vermeer, de, d5], entries });
    expect((await choose({ wrong })).containers).toEqual([amdContainer({ patches: [d5, de, vermeer] })]);
  });

  test('one with an outdated patch is made anew', async () => {
    const container = amdContainer({ patches: [vermeer, d3] });
    expect((await choose({ container, d5 })).containers).toEqual([amdContainer({ patches: [d5, vermeer] })]);
  });

  test('one with entries for patches that it lacks is made anew', async () => {
    const unused = [...identityEntries([d5]), equivalenceEntry(0x00a0_0f12, 0xa012)];
    const container = amdContainer({ patches: [d5], entries: unused });
    expect((await choose({ container })).containers).toEqual([amdContainer({ patches: [d5] })]);
  });

  test('made anew have every CPU that some table sends to the id, if it is wanted', async () => {
    const [old, young] = [
      amdPatch({ kind: 'fam10h', header: { patchId: 1 } }),
      amdPatch({ kind: 'fam10h', header: { patchId: 2 } }),
    ];
    const entriesOf = (...cpuids: readonly number[]) => cpuids.map((cpuid) => equivalenceEntry(cpuid, 0x1043));
    const late = amdPatch({ kind: 'fam10hLate' });
    const files = {
      x: amdContainer({ patches: [old], entries: entriesOf(0x0010_0f63, 0x0010_0f43) }),
      // Not chosen whole, so its table does not stay as it is.
      y: amdContainer({
        patches: [young, late],
        entries: [...entriesOf(0x0010_0f53), equivalenceEntry(0x0010_0f42, 0x1200)],
      }),
    };
    const { containers } = await choose(files, (cpuid) => cpuid !== 0x0010_0f42 && cpuid !== 0x0010_0f63);
    expect(containers).toEqual([amdContainer({ patches: [young], entries: entriesOf(0x0010_0f43, 0x0010_0f53) })]);
  });

  test('stand in the order of the families, those up to 14h in one', async () => {
    const kinds = ['zen5', 'zen2', 'fam14h', 'fam15h', 'fam10h'] as const;
    const entryOf = {
      fam10h: [0x0010_0f43, 0x1043],
      fam14h: [0x0050_0f10, 0x5010],
      fam15h: [0x0060_0f12, 0x6012],
    } as const;
    const container = concat(
      ...kinds.map((kind) => {
        const patches = [amdPatch({ kind })];
        if (kind === 'zen5' || kind === 'zen2') return amdContainer({ patches });
        const [cpuid, id] = entryOf[kind];
        return amdContainer({ patches, entries: [equivalenceEntry(cpuid, id)] });
      }),
    );
    const choice = await choose({ container });
    expect(choice.patches.map(({ update }) => update.family)).toEqual([0x10, 0x14, 0x15, 0x17, 0x1a]);
    expect(choice.containers).toHaveLength(4);
  });
});

describe('what is refused', () => {
  test('a bare patch before Zen, by initrd/cpus-unknown', async () => {
    expect(rules(await choose({ patch: amdPatch({ kind: 'fam10h' }) }))).toEqual(['initrd/cpus-unknown']);
  });

  test('a bare Zen patch is not: it says by itself which CPU it is for', async () => {
    expect(await choose({ d5 })).toMatchObject({ refusals: [], patches: [{}] });
  });

  test('tables that send one CPU to two equivalence ids', async () => {
    const [one, two] = [amdPatch({ kind: 'fam10h' }), amdPatch({ kind: 'fam10hLate' })];
    const files = {
      a: amdContainer({ patches: [one], entries: [equivalenceEntry(0x0010_0f43, 0x1043)] }),
      b: amdContainer({ patches: [two], entries: [equivalenceEntry(0x0010_0f43, 0x1200)] }),
    };
    expect(rules(await choose(files))).toEqual(['amd/equivalence-conflict']);
  });
});
