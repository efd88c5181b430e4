import { describe, expect, test } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { concat, patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { viaUpdate } from '../../fixtures/via.ts';
import { baselineFindings } from '../../src/bundle/verify/baseline.ts';
import { diffCollections } from '../../src/bundle/compare/diff.ts';
import { type Extraction, type ExtractLayout, planExtraction } from '../../src/bundle/export/extract.ts';
import { pack } from '../../src/bundle/export/pack.ts';
import { verifyCatalogue } from '../../src/bundle/verify/catalogue.ts';
import { verifyCollection } from '../../src/bundle/verify/verify.ts';
import { EVERYTHING, type Selection, selectUpdates } from '../../src/bundle/select/selection.ts';
import { shippedKnowledge } from '../../src/knowledge.ts';
import { earlyImage } from '../../src/initrd/image/build.ts';
import { DIFF_FORMATS, renderDiff } from '../../src/report/updates/diff.ts';
import { collectionOf, type Files } from '../support/collection.ts';
import { readFiles } from '../support/read-files.ts';

const OLD = viaUpdate();
const YOUNG = viaUpdate({ year: 2010, name: '006F3P20\0\0\0\0' });
const OTHER = viaUpdate({ signature: 0x307b0, revision: 1 });

const extract = async (files: Files, layout: ExtractLayout): Promise<Extraction> =>
  planExtraction(await readFiles(files), EVERYTHING, layout);
const paths = ({ files }: Extraction): string[] => files.map(({ path }) => path);
const rules = (located: readonly { readonly finding: { readonly rule: string } }[]): string[] =>
  located.map(({ finding }) => finding.rule);

describe('updates of VIA are read', () => {
  test('each with its place', async () => {
    const { updates, findings } = await readFiles({ via: concat(OLD, OTHER) });
    expect(updates.map(({ origin, update }) => [update.vendor, origin.offset])).toEqual([
      ['via', 0],
      ['via', 960],
    ]);
    expect(findings).toEqual([]);
  });

  test('with what is wrong with them', async () => {
    const { updates, findings } = await readFiles({ via: concat(OLD, patched(OLD, 200, [1, 2, 3, 4])) });
    expect(updates).toHaveLength(2);
    expect(findings.map(({ origin, finding }) => [finding.rule, origin.offset])).toEqual([['via/checksum', 976]]);
  });
});

describe('a selection', () => {
  const dates = async (files: Files, selection: Partial<Selection>): Promise<string[]> => {
    const { updates } = await readFiles(files);
    return selectUpdates({ ...EVERYTHING, ...selection }, updates).map(
      ({ update: { date, vendor } }) => vendor + date.text,
    );
  };

  test('by vendor leaves the others out', async () => {
    const files = { a: intelUpdate(), b: amdContainer(), c: OLD };
    expect(await dates(files, { vendor: 'via' })).toEqual(['via2009-06-26']);
    expect(await dates(files, { vendor: 'intel' })).toEqual(['intel2020-01-15']);
  });

  test('of the latest goes by the date where the revision is the same', async () => {
    expect(await dates({ a: OLD, b: YOUNG }, { latest: true })).toEqual(['via2010-06-26']);
    const later = viaUpdate({ revision: 1, year: 2008 });
    expect(await dates({ a: OLD, b: YOUNG, c: later }, { latest: true })).toEqual(['via2008-06-26']);
  });

  test('of the latest keeps equally new ones', async () => {
    const twin = viaUpdate({ totalSize: 1024 });
    expect(await dates({ a: OLD, b: twin }, { latest: true })).toHaveLength(2);
  });
});

describe('extraction', () => {
  test('gives the names of the collections, and raw ones', async () => {
    const [file] = (await extract({ via: OLD }, 'collection')).files;
    const checksum = new DataView(OLD.buffer).getUint32(16, true).toString(16).toUpperCase().padStart(8, '0');
    expect(file?.path).toBe(`cpu006F3_ver00000000_sig[006F3P12]_2009-06-26_${checksum}.bin`);
    expect(concat(...(file?.parts ?? []))).toEqual(OLD);
    expect(paths(await extract({ via: OLD }, 'raw'))).toEqual([
      expect.stringMatching(/^via_000006f3_00000000_[\da-f]{16}\.bin$/),
    ]);
  });

  test('spells names as the published collection does', async () => {
    const names = ['10690105w\x7f10', '007209  \0\0\0\0', 'BJ_6FE_0205\0'];
    const files = names.map((name, i) => [String(i), viaUpdate({ name: name.padEnd(12, '\0') })] as const);
    const found = paths(await extract(Object.fromEntries(files), 'collection'));
    expect(found.map((path) => /\[.*\]/.exec(path)?.[0])).toEqual(['[007209  ]', '[10690105w.10]', '[BJ_6FE_0205]']);
  });

  test('lets no name out of the folder', async () => {
    const hostile = viaUpdate({ name: '/../x\0\n ]é\0' });
    expect(paths(await extract({ via: hostile }, 'collection'))).toEqual([
      expect.stringMatching(/^cpu006F3_ver00000000_sig\[_\.\._x\.\. _\.\]_2009-06-26_[\dA-F]{8}\.bin$/),
    ]);
  });

  test.each(['kernel', 'named'] as const)('%s leaves them out with pack/no-place', async (layout) => {
    const mixed = await extract({ a: intelUpdate(), b: OLD }, layout);
    expect(rules(mixed.remarks)).toEqual(['pack/no-place']);
    expect(mixed.refusals).toEqual([]);
    expect(paths(mixed)).toHaveLength(1);
    expect((await extract({ a: intelUpdate() }, layout)).remarks).toEqual([]);
  });
});

describe('what is made for loaders', () => {
  test.each(['intel', 'intel-dat', 'amd'] as const)('is refused as %s', async (format) => {
    const packed = pack(await readFiles({ via: OLD }), { format, selection: EVERYTHING, entries: [] });
    if (packed.kind !== 'refused') throw new Error('packed');
    expect(rules(packed.because)).toEqual(['pack/other-vendor']);
    expect(packed.because[0]?.finding.message).toContain('for VIA CPUs');
  });

  const image = async (files: Files, selection: Partial<Selection> = {}) => {
    const { updates, findings } = await readFiles(files);
    const options = { layout: 'standard', sourceDateEpoch: 0 } as const;
    return earlyImage(updates, findings, { ...options, selection: { ...EVERYTHING, ...selection } });
  };

  test('as an early image passes them over, and says so', async () => {
    const mixed = await image({ a: intelUpdate(), b: OLD });
    if (mixed.kind === 'refused') throw new Error('refused');
    expect(mixed.chosen.map(({ update }) => update.vendor)).toEqual(['intel']);
    expect(rules(mixed.remarks)).toEqual(['pack/no-place']);
    const narrowed = await image({ a: intelUpdate(), b: OLD }, { vendor: 'intel' });
    expect(narrowed).toMatchObject({ kind: 'planned', remarks: [] });
  });

  test('as an early image of nothing else is refused', async () => {
    const alone = await image({ a: intelUpdate(), b: OLD }, { vendor: 'via' });
    if (alone.kind !== 'refused') throw new Error('planned');
    expect(rules(alone.because)).toContain('pack/no-place');
  });
});

describe('a comparison', () => {
  const between = async (before: Files, after: Files) =>
    diffCollections((await readFiles(before)).updates, (await readFiles(after)).updates);

  test('sees a later date as an update, an earlier one as a downgrade', async () => {
    expect((await between({ a: OLD }, { a: YOUNG })).map(({ kind }) => kind)).toEqual(['updated']);
    expect((await between({ a: YOUNG }, { a: OLD })).map(({ kind }) => kind)).toEqual(['downgraded']);
    expect(await between({ a: OLD }, { a: OLD })).toEqual([]);
    expect((await between({ a: OLD }, { a: viaUpdate({ totalSize: 1024 }) })).map(({ kind }) => kind)).toEqual([
      'rewritten',
    ]);
  });

  test.each(DIFF_FORMATS)('is told as %s, behind the other vendors', async (format) => {
    const changes = await between({}, { a: OTHER, b: intelUpdate(), c: amdContainer() });
    expect(changes.map(({ after }) => after?.vendor)).toEqual(['intel', 'amd', 'via']);
    const signature = format === 'markdown' ? '07-3b-00' : '0x000307b0';
    expect(renderDiff(changes, format, [])).toContain(signature);
  });

  test('with a baseline misses what went back in time', async () => {
    const [old, young] = [(await readFiles({ a: OLD })).updates, (await readFiles({ a: YOUNG })).updates];
    expect(rules(baselineFindings(young, old))).toEqual(['baseline/date']);
    expect(rules(baselineFindings(old, young))).toEqual([]);
    expect(rules(baselineFindings(old, []))).toEqual(['baseline/lost']);
  });
});

describe('a verdict', () => {
  test('has nothing against several updates of one revision', async () => {
    const name = 'cpu006F3_ver00000000_sig[006F3P12]_2009-06-26_00000000.bin';
    expect(rules(verifyCollection(await collectionOf({ [name]: OLD, b: YOUNG })))).toEqual([]);
  });

  test('names the vendor under a name of another', async () => {
    const [found] = verifyCollection(await collectionOf({ '06-8f-08': OLD }));
    expect(found?.finding).toMatchObject({ rule: 'bundle/name-vendor', message: expect.stringContaining('VIA') });
  });

  test('reads the fields in the name of a collection', async () => {
    const name = 'cpu006F3_ver00000000_sig[006F3P12]_2009-06-27_00000000.bin';
    expect(rules(verifyCollection(await collectionOf({ [name]: OLD })))).toEqual(['bundle/name-field']);
  });

  test('by the catalogue goes by the date', async () => {
    const { catalogue } = shippedKnowledge();
    const found = async (update: Uint8Array) =>
      verifyCatalogue((await readFiles({ a: update })).updates, catalogue).map(({ finding }) => finding);
    expect(await found(OLD)).toMatchObject([
      { rule: 'bundle/outdated', message: expect.stringContaining('0x00000000 of 2009-06-26 for 0x000006f3') },
    ]);
    expect(await found(viaUpdate({ month: 12, day: 28 }))).toEqual([]);
  });
});
