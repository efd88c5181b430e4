import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { zenPatch } from '../../../fixtures/amd.ts';
import { amdFamilyModelStepping, amdFirmwareName } from '../../../src/cpu/amd.ts';
import { parseRawAmdPatch } from '../../../src/formats/amd/raw-patch.ts';
import { csvRows } from '../../support/csv.ts';

/** linux-firmware's amd-ucode/README of late 2025: 39 patches of families 17h to 1Ah. */
const ROWS = csvRows(
  readFileSync(join(import.meta.dirname, '../../data/amd/linux-firmware-readme-late2025.csv'), 'utf8'),
);

/** A patch with the level and minimum revision of a row, in a format of the row's family. */
function patchOf(row: Readonly<Record<string, string>>) {
  const kind = ({ '0x17': 'zen2', '0x19': 'zen3', '0x1a': 'zen5' } as const)[row['family'] ?? ''] ?? 'zen3';
  const header = { checksumOrMinRevision: Number(row['readme_min_base'] ?? 0) };
  const { patch } = parseRawAmdPatch(zenPatch(Number(row['patch']), { kind, header }));
  if (patch === undefined) throw new Error('no patch');
  return patch;
}

test('the level of every patch names the CPU that the README lists it for', () => {
  expect(ROWS).toHaveLength(39);
  for (const row of ROWS) {
    expect(patchOf(row).cpuids.map(amdFamilyModelStepping)).toEqual([
      { family: Number(row['family']), model: Number(row['model']), stepping: Number(row['stepping']) },
    ]);
  }
});

test('every minimum base revision of the README is read as one', () => {
  const read = ROWS.map((row) => patchOf(row).minimumBaseRevision);
  expect(read).toEqual(ROWS.map((row) => (row['readme_min_base'] === '' ? null : Number(row['readme_min_base']))));
  expect(read.filter((revision) => revision !== null)).toHaveLength(14);
});

test('every patch has the length of its format and lies in the file of its family', () => {
  for (const row of ROWS) {
    expect(String(patchOf(row).formatSize)).toBe(row['length']);
    expect(amdFirmwareName(Number(row['family']))).toBe(row['container']);
  }
});
