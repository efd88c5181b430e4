import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, identityEntries, zenPatch } from '../../../fixtures/amd.ts';
import { concat, patched } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { type ExtractLayout, type Extraction, planExtraction } from '../../../src/bundle/export/extract.ts';
import { EVERYTHING, type Selection } from '../../../src/bundle/select/selection.ts';
import { amdFolder, intelFolder, program } from '../../support/debian.ts';
import { csvRows } from '../../support/csv.ts';
import { filesIn, readFiles } from '../../support/read-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const extract = async (
  files: Readonly<Record<string, Uint8Array>>,
  layout: ExtractLayout,
  selection: Partial<Selection> = {},
): Promise<Extraction> => planExtraction(await readFiles(files), { ...EVERYTHING, ...selection }, layout);

const paths = ({ files }: Extraction): string[] => files.map(({ path }) => path);
const contents = ({ files }: Extraction): Record<string, Uint8Array> =>
  Object.fromEntries(files.map(({ path, parts }) => [path, concat(...parts)]));
const rules = (extraction: Extraction): string[] =>
  [...extraction.refusals, ...extraction.remarks].map(({ finding }) => finding.rule);

describe('the kernel layout', () => {
  test('has a file for each signature, updates in it by platform mask', async () => {
    const low = intelUpdate({ platformMask: 0x10, revision: 9 });
    const high = intelUpdate({
      platformMask: 0x87,
      revision: 7,
      extended: [{ signature: 0x906a3, platformMask: 0x87 }],
    });
    expect(contents(await extract({ 'a.bin': concat(high, low) }, 'kernel'))).toEqual({
      'intel-ucode/06-9a-03': high,
      'intel-ucode/06-9a-04': concat(low, high),
    });
  });

  test('writes an update once, however often and under whichever signatures it was read', async () => {
    const update = intelUpdate({ extended: [{ signature: 0x906a4, platformMask: 0x80 }] });
    expect(contents(await extract({ a: update, b: update }, 'kernel'))).toEqual({ 'intel-ucode/06-9a-04': update });
  });

  test('keeps what the distributor hides from late loading hidden', async () => {
    const [hidden, open] = [intelUpdate(), intelUpdate({ signature: 0x906a3 })];
    expect(paths(await extract({ '06-9a-04.initramfs': hidden, '06-9a-03': open }, 'kernel'))).toEqual([
      'intel-ucode/06-9a-03',
      'intel-ucode/06-9a-04.initramfs',
    ]);
    expect(paths(await extract({ 'x/intel-ucode-with-caveats/06-9a-04': hidden }, 'kernel'))).toEqual([
      'intel-ucode-with-caveats/06-9a-04',
    ]);
    expect(paths(await extract({ '06-9a-04.initramfs': hidden, '06-9a-04': hidden }, 'kernel'))).toEqual([
      'intel-ucode/06-9a-04',
    ]);
  });

  test("merges AMD containers by the kernel's files", async () => {
    const a = amdContainer({ patches: [zenPatch(0x0a00_11d5)] });
    const b = amdContainer({ patches: [zenPatch(0x0a20_102d)] });
    const old = amdContainer({ patches: [amdPatch({ kind: 'fam10h' })] });
    const found = await extract({ 'c.bin': concat(b, old, a) }, 'kernel');
    expect(paths(found)).toEqual(['amd-ucode/microcode_amd.bin', 'amd-ucode/microcode_amd_fam19h.bin']);
    expect(contents(found)['amd-ucode/microcode_amd_fam19h.bin']).toEqual(
      amdContainer({ patches: [zenPatch(0x0a00_11d5), zenPatch(0x0a20_102d)] }),
    );
  });

  test("gives every one of Debian's containers back", async (context) => {
    const files = filesIn(amdFolder(context));
    const written = contents(await extract(files, 'kernel'));
    for (const [path, bytes] of Object.entries(files)) {
      expect(written[`amd-ucode/${basename(path)}`]).toEqual(new Uint8Array(bytes));
    }
  });

  test('holds for each signature what iucode_tool -K writes', async (context) => {
    const tool = program(context, 'iucode_tool');
    const folder = join(temporaryFolder(), 'out');
    mkdirSync(folder);
    execFileSync(tool, ['-q', `-K${folder}`, intelFolder(context)]);
    const files = (await extract(filesIn(intelFolder(context)), 'kernel', { latest: true })).files;
    const bare = (path: string): string => basename(path).replace('.initramfs', '');
    expect(files.map(({ path }) => bare(path)).sort()).toEqual(readdirSync(folder).sort());
    const written = await readFiles(filesIn(folder));
    const revisionsOf = (name: string): number[] =>
      written.updates.flatMap(({ origin, update }) => (basename(origin.path) === name ? [update.revision] : []));
    for (const { path, updates } of files) {
      // The tool puts the highest mask first.
      expect(updates.map(({ update }) => update.revision).toReversed()).toEqual(revisionsOf(bare(path)));
    }
  });

  test('refuses raw patches that nothing names the CPUs of', async () => {
    expect(rules(await extract({ p: amdPatch({ kind: 'fam10h' }) }, 'kernel'))).toEqual(['pack/cpus-unknown']);
  });
});

describe('the named layout', () => {
  test("is iucode_tool -W's, byte for byte", async (context) => {
    const tool = program(context, 'iucode_tool');
    const folder = join(temporaryFolder(), 'out');
    mkdirSync(folder);
    execFileSync(tool, ['-q', `-W${folder}`, intelFolder(context)]);
    const found = await extract(filesIn(intelFolder(context)), 'named', { latest: true });
    expect(paths(found)).toEqual(readdirSync(folder).sort());
    for (const { path, parts } of found.files) {
      expect(Buffer.compare(Buffer.concat(parts), readFileSync(join(folder, path)))).toBe(0);
    }
  });

  test("calls AMD patches as AMD's own tool does", async () => {
    expect(paths(await extract({ p: zenPatch(0x0a00_11d5) }, 'named'))).toEqual(['mc_patch_0a0011d5.bin']);
  });

  test('two contents of one name are refused by extract/name-clash, equal ones are not', async () => {
    const [one, other] = [intelUpdate({ body: 1 }), intelUpdate({ body: 2 })];
    expect(rules(await extract({ one, other }, 'named'))).toEqual(['extract/name-clash']);
    expect(paths(await extract({ one, same: one }, 'named'))).toEqual(['s000906A4_m00000080_r00000010.fw']);
  });
});

describe('the collection layout', () => {
  test("names Debian's AMD patches by the checksums that were measured", async (context) => {
    const table = readFileSync(join(import.meta.dirname, '../../data/amd/debian-patches.csv'), 'utf8');
    // Family 16h is padded in its container; collections keep what the format has.
    const expected = csvRows(table).filter(({ family }) => family !== '0x16');
    const found = paths(await extract(filesIn(amdFolder(context)), 'collection'));
    expect(found).toHaveLength(41);
    for (const { patch_id: revision = '', adler32 = '' } of expected) {
      expect(found.filter((name) => name.includes(`_ver${revision.toUpperCase()}_`))).toEqual([
        expect.stringMatching(new RegExp(`^cpu[0-9A-F]{8}_ver[0-9A-F]{8}_[0-9-]{10}_${adler32}\\.bin$`)),
      ]);
    }
  });

  test('names Intel updates by their header and marks pre-production ones', async () => {
    const names = paths(await extract({ a: intelUpdate(), b: intelUpdate({ revision: -1 }) }, 'collection'));
    expect(names).toEqual([
      expect.stringMatching(/^cpu906A4_plat80_ver00000010_2020-01-15_PRD_[0-9A-F]{8}\.bin$/),
      expect.stringMatching(/^cpu906A4_plat80_verFFFFFFFF_2020-01-15_PRE_[0-9A-F]{8}\.bin$/),
    ]);
  });

  test('puts the Adler-32 behind the second of two alike and says so by extract/renamed', async () => {
    const body = intelUpdate({ body: 1 });
    // Two words swapped: the sum of the words, which is in the name, stays.
    const swapped = patched(patched(body, 100, [...body.subarray(104, 108)]), 104, [...body.subarray(100, 104)]);
    const found = await extract({ body, swapped }, 'collection');
    expect(paths(found)[1]).toMatch(/^cpu906A4_plat80_ver00000010_2020-01-15_PRD_[0-9A-F]{8}_[0-9A-F]{8}\.bin$/);
    expect(rules(found)).toEqual(['extract/renamed']);
  });
});

describe('the raw layout', () => {
  test('names contents apart and keeps the table of a container', async () => {
    const patches = [zenPatch(0x0a00_11d5), zenPatch(0x0a00_11d5, { seed: 2 })];
    const found = await extract({ c: amdContainer({ patches }) }, 'raw');
    expect(paths(found)).toEqual([
      expect.stringMatching(/^amd_a011_0a0011d5_[0-9a-f]{16}\.bin$/),
      expect.stringMatching(/^amd_a011_0a0011d5_[0-9a-f]{16}\.bin$/),
      expect.stringMatching(/^amd_table_[0-9a-f]{16}\.bin$/),
    ]);
    expect(found.files.at(-1)?.parts).toEqual([amdContainer({ patches: [], entries: identityEntries(patches) })]);
  });

  test('writes nothing twice', async () => {
    expect(paths(await extract({ a: intelUpdate(), b: intelUpdate() }, 'raw'))).toHaveLength(1);
  });
});

test('a damaged update is left out, and its container is not taken for whole', async () => {
  const damaged = intelUpdate();
  damaged[500] = (damaged[500] ?? 0) ^ 1;
  const sound = intelUpdate({ signature: 0x906a3 });
  for (const layout of ['kernel', 'named', 'collection', 'raw'] as const) {
    expect(paths(await extract({ f: concat(damaged, sound) }, layout))).toHaveLength(1);
  }
  const patches = [zenPatch(0x0a00_11d5), zenPatch(0x0a20_102d, { embeddedRevision: 1 })];
  const found = contents(await extract({ c: amdContainer({ patches }) }, 'kernel'));
  expect(found['amd-ucode/microcode_amd_fam19h.bin']).toEqual(amdContainer({ patches: [zenPatch(0x0a00_11d5)] }));
});
