import { expect, test } from 'vitest';
import { iucodeListing } from '../../../src/report/updates/inspect-iucode.ts';
import { renderInspection } from '../../../src/report/updates/inspect-table.ts';
import type { TableFormat } from '../../../src/report/table.ts';
import { storedCpus, updateRow } from '../../../src/report/update-row.ts';
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import { concat, patched } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { readFiles } from '../../support/read-files.ts';

const twoCpus = intelUpdate({
  extended: [
    { signature: 0x906a4, platformMask: 0x80 },
    { signature: 0x906a3, platformMask: 0x40 },
  ],
});

async function listing(files: Readonly<Record<string, Uint8Array>>, format: TableFormat | 'iucode'): Promise<string[]> {
  const { updates } = await readFiles(files);
  if (format === 'iucode') {
    const listed = updates.map((one) => ({ row: updateRow(one), stored: storedCpus(one.update) }));
    return iucodeListing(listed).split('\n').slice(0, -1);
  }
  return renderInspection({ updates: updates.map(updateRow) }, format)
    .split(/\r?\n/)
    .slice(0, -1);
}

test('the table has a line for each further CPU and leaves the rest of it blank', async () => {
  expect(await listing({ f: twoCpus }, 'table')).toEqual([
    'VENDOR  SIGNATURE   MASK  REVISION    DATE        SIZE  MINIMUM  FILE',
    'intel   0x000906a4  0x80  0x00000010  2020-01-15  1068  -        f',
    '        0x000906a3  0x40',
  ]);
});

test('CSV and Markdown repeat it, for every line stands alone there', async () => {
  expect((await listing({ f: twoCpus }, 'csv')).slice(1)).toEqual([
    'intel,0x000906a4,0x80,0x00000010,2020-01-15,1068,-,f',
    'intel,0x000906a3,0x40,0x00000010,2020-01-15,1068,-,f',
  ]);
  expect((await listing({ f: twoCpus }, 'markdown')).at(-1)).toBe(
    '| intel | 0x000906a3 | 0x40 | 0x00000010 | 2020-01-15 | 1068 | - | f |',
  );
});

test('damage and impossible dates are marked', async () => {
  const [, line = ''] = await listing({ f: patched(intelUpdate({ date: '2020-13-01' }), 500, [1, 2, 3]) }, 'table');
  expect(line).toContain('2020-13-01?');
  expect(line).toMatch(/f \(damaged\)$/);
});

test("iucode_tool's listing counts files and entries, prints short revisions and leaves AMD out", async () => {
  const files = {
    a: concat(intelUpdate(), twoCpus),
    amd: amdContainer({ patches: [zenPatch(0x0a00_11d5)] }),
    b: intelUpdate({ revision: 0x12345 }),
  };
  expect(await listing(files, 'iucode')).toEqual([
    'microcode bundle 1: a',
    '  001/001: sig 0x000906a4, pf_mask 0x80, 2020-01-15, rev 0x0010, size 1024',
    '  001/002: sig 0x000906a4, pf_mask 0x80, 2020-01-15, rev 0x0010, size 1068',
    '           sig 0x000906a4, pf_mask 0x80, 2020-01-15, rev 0x0010',
    '           sig 0x000906a3, pf_mask 0x40, 2020-01-15, rev 0x0010',
    'microcode bundle 2: b',
    '  002/001: sig 0x000906a4, pf_mask 0x80, 2020-01-15, rev 0x12345, size 1024',
  ]);
});

test('nothing found is no table, and a head without lines for programs', async () => {
  expect(await listing({}, 'table')).toEqual([]);
  expect(await listing({}, 'csv')).toHaveLength(1);
  expect(await listing({}, 'iucode')).toEqual([]);
});
