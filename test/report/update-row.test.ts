import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, zenPatch } from '../../fixtures/amd.ts';
import { patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { findingLine, findingRow, type UpdateRow, updateRow } from '../../src/report/update-row.ts';
import { readFiles } from '../support/read-files.ts';

async function rowOf(bytes: Uint8Array): Promise<UpdateRow> {
  const [first] = (await readFiles({ file: bytes })).updates;
  if (first === undefined) throw new Error('there is no update');
  return updateRow(first);
}

describe('an Intel update', () => {
  test('is written with the widths that scripts rely on', async () => {
    expect(await rowOf(intelUpdate({ minimumRevision: 0x0a, platformMask: 2 }))).toEqual({
      vendor: 'intel',
      origin: { path: 'file', members: [], offset: 0 },
      signature: '0x000906a4',
      platformMask: '0x02',
      revision: '0x00000010',
      date: '2020-01-15',
      dateValid: true,
      size: 1024,
      minimumRevision: '0x0000000a',
      serves: [{ signature: '0x000906a4', platformMask: '0x02' }],
      intact: true,
    });
  });

  test('has its extended signatures, each CPU once though the table repeats the main one', async () => {
    const extended = [
      { signature: 0x906a4, platformMask: 0x80 },
      { signature: 0x906a3, platformMask: 0x40 },
    ];
    expect((await rowOf(intelUpdate({ extended }))).serves).toEqual([
      { signature: '0x000906a4', platformMask: '0x80' },
      { signature: '0x000906a3', platformMask: '0x40' },
    ]);
  });

  test('shows revisions below zero as they are stored, and no minimum as null', async () => {
    expect(await rowOf(intelUpdate({ revision: -1 }))).toMatchObject({ revision: '0xffffffff', minimumRevision: null });
  });

  test('says that its date is none, and that it is damaged', async () => {
    expect(await rowOf(intelUpdate({ date: '2020-13-01' }))).toMatchObject({ date: '2020-13-01', dateValid: false });
    expect(await rowOf(patched(intelUpdate(), 500, [1, 2, 3]))).toMatchObject({ intact: false });
  });
});

describe('an AMD patch', () => {
  test('has CPUs and no platforms', async () => {
    const patch = zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11d9 } });
    expect(await rowOf(amdContainer({ patches: [patch] }))).toMatchObject({
      vendor: 'amd',
      signature: '0x00a00f11',
      platformMask: null,
      minimumRevision: '0x0a0011d9',
      serves: [{ signature: '0x00a00f11', platformMask: null }],
    });
  });

  test('has no signature when nothing says which CPUs it is for', async () => {
    expect(await rowOf(amdPatch({ kind: 'fam10h' }))).toMatchObject({ signature: null, serves: [] });
  });
});

test('a finding is a row and a line', async () => {
  const { findings } = await readFiles({ file: patched(intelUpdate(), 500, [1, 2, 3]) });
  const [found] = findings;
  if (found === undefined) throw new Error('nothing is found');
  expect(findingRow(found)).toMatchObject({ rule: 'intel/checksum', severity: 'error', origin: { offset: 16 } });
  expect(findingLine(found)).toMatch(/^file\+0x10: error: .* \[intel\/checksum\]$/);
});
