import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { amdContainer, amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { viaUpdate } from '../../../fixtures/via.ts';
import { catalogueOf } from '../../../src/bundle/export/catalogue-build.ts';
import type { CollectedUpdate } from '../../../src/bundle/collect.ts';
import { shippedKnowledge } from '../../../src/knowledge.ts';
import type { CatalogueEntry } from '../../../src/cpu/catalogue.ts';
import { equivalenceEntry } from '../../../src/formats/amd/equivalence.ts';
import { renderShown, show, type ShownUpdate } from '../../../src/report/updates/show.ts';
import { amdFolder, intelFolder } from '../../support/debian.ts';
import { readFiles } from '../../support/read-files.ts';

const golden = (name: string): string => join(import.meta.dirname, '../../data/show', `${name}.txt`);

/** The first update in the file of Debian's that `wanted` takes. */
async function collected(
  folder: string,
  file: string,
  wanted: (one: CollectedUpdate) => boolean,
): Promise<CollectedUpdate[]> {
  const { updates } = await readFiles({ [file]: readFileSync(join(folder, file)) });
  return updates.filter(wanted).slice(0, 1);
}

describe('everything known of', () => {
  test.for([
    ['an update with the first extra header', '06-2a-07'],
    ['one with the second, for two signatures', '06-9a-04'],
    ['one with the third and metadata', '06-ad-01'],
  ])('%s: %s', async ([, file = ''], context: TestContext) => {
    const shown = show(await collected(intelFolder(context), file, () => true), [], shippedKnowledge());
    await expect(renderShown(shown)).toMatchFileSnapshot(golden(file));
  });

  test.for([
    ['a Zen patch', 'microcode_amd_fam19h.bin', '0a0011d5'],
    ['a patch before Zen', 'microcode_amd.bin', '010000c8'],
  ])('%s', async ([, file = '', revision = ''], context: TestContext) => {
    const wanted = ({ update }: CollectedUpdate): boolean => update.revision === Number.parseInt(revision, 16);
    const shown = show(await collected(amdFolder(context), file, wanted), [], shippedKnowledge());
    await expect(renderShown(shown)).toMatchFileSnapshot(golden(revision));
  });
});

test('everything known of an update of VIA', async () => {
  const { updates } = await readFiles({ '006F3P12': viaUpdate() });
  const shown = show(updates, [], shippedKnowledge());
  await expect(renderShown(shown)).toMatchFileSnapshot(golden('via'));
});

async function shownWith(bytes: Uint8Array, entries: readonly CatalogueEntry[]): Promise<ShownUpdate> {
  const { updates, findings } = await readFiles({ file: bytes });
  const [first] = show(updates, findings, { catalogue: { entries }, intelNames: [] }).updates;
  if (first === undefined) throw new Error('nothing is shown');
  return first;
}

const entriesOf = async (...files: readonly Uint8Array[]): Promise<CatalogueEntry[]> =>
  catalogueOf((await readFiles(Object.fromEntries(files.map((bytes, i) => [String(i), bytes])))).updates, []);

describe('the catalogue', () => {
  test('lists the very bytes and names the successor', async () => {
    const [old, young] = [intelUpdate({ revision: 1 }), intelUpdate({ revision: 2, date: '2024-02-03' })];
    const entries = await entriesOf(old, young);
    expect((await shownWith(old, entries)).catalogue).toEqual({
      listed: true,
      verdicts: [{ signature: '0x000906a4', platformMask: '0x80', verdict: 'superseded by 0x00000002 of 2024-02-03' }],
    });
    expect((await shownWith(young, entries)).catalogue.verdicts[0]?.verdict).toBe('newest known');
    expect((await shownWith(intelUpdate({ revision: 3 }), entries)).catalogue).toMatchObject({
      listed: false,
      verdicts: [{ verdict: 'unknown to the catalogue' }],
    });
  });

  test('lists an AMD patch with a minimum revision and without, whichever of them it has', async () => {
    const withMinimum = zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11d9 } });
    const without = zenPatch(0x0a00_11de);
    for (const known of [withMinimum, without]) {
      const entries = await entriesOf(known);
      for (const patch of [withMinimum, without]) expect((await shownWith(patch, entries)).catalogue.listed).toBe(true);
    }
    const other = zenPatch(0x0a00_11de, { seed: 5 });
    expect((await shownWith(other, await entriesOf(withMinimum))).catalogue.listed).toBe(false);
  });

  test('tells updates of VIA with one revision apart by their dates', async () => {
    const entry = { vendor: 'via', signature: 0x6f3, platformMask: 0, revision: 0, minimumRevision: null } as const;
    const rest = { size: 960, sha256: null, releases: null, evidence: null };
    const entries = ['2009-06-26', '2010-01-01'].map((date) => ({ ...entry, ...rest, date }));
    const verdictOf = async (year: number) =>
      (await shownWith(viaUpdate({ year }), entries)).catalogue.verdicts[0]?.verdict;
    expect(await verdictOf(2009)).toBe('superseded by 0x00000000 of 2010-01-01');
    expect(await verdictOf(2010)).toBe('unknown to the catalogue');
  });

  test('knows a patch before Zen by its equivalence id, for every CPU of the table', async () => {
    const patch = amdPatch({ kind: 'fam10h' });
    const entries = [equivalenceEntry(0x0010_0f43, 0x1043), equivalenceEntry(0x0010_0f63, 0x1043)];
    const { catalogue } = await shownWith(amdContainer({ patches: [patch], entries }), await entriesOf(patch));
    expect(catalogue.verdicts.map(({ signature, verdict }) => [signature, verdict])).toEqual([
      ['0x00100f43', 'newest known'],
      ['0x00100f63', 'newest known'],
    ]);
  });
});

test('the document has its schema, an id of the content and the findings', async () => {
  const { updates, findings } = await readFiles({ file: intelUpdate({ date: '2020-13-01' }) });
  const shown = show(updates, findings, { catalogue: { entries: [] }, intelNames: [] });
  expect(shown).toMatchObject({ schema: 'ucodekit/show@2', findings: [{ rule: 'intel/date' }] });
  expect(shown.updates[0]?.contentId).toBe(shown.updates[0]?.sha256);
  expect(renderShown(shown)).toContain('is not a calendar date');
});
