import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdFamilyModelStepping, cpuidOfPatchLevel } from '../../src/cpu/amd.ts';
import { digestListing, PATCH_DIGESTS, patchDigest } from '../../src/cpu/amd-digests.ts';
import { entrySignCutOff, entrySignSide, entrySignSideOfCpu } from '../../src/cpu/amd-entrysign.ts';
import { csvRows } from '../support/csv.ts';

const table = (name: string): Readonly<Record<string, string>>[] =>
  csvRows(readFileSync(join(import.meta.dirname, '../data/amd', name), 'utf8'));

describe('the EntrySign cut-offs', () => {
  const rows = table('entrysign-cutoffs.csv');

  test('are the 34 that were transcribed from Linux, each beside the first fixed revision of Xen', () => {
    expect(rows).toHaveLength(34);
    for (const row of rows) {
      const last = Number(row['linux_last_vulnerable']);
      const first = Number(row['xen_first_fixed']);
      expect(entrySignCutOff(last)).toBe(last);
      expect(entrySignCutOff(first)).toBe(last);
      expect([entrySignSide(last), entrySignSide(first)]).toEqual(['vulnerable', 'fixed']);
    }
  });

  test('are keyed by the CPU of the revision', () => {
    for (const row of rows) {
      const cpuid = cpuidOfPatchLevel(Number(row['linux_last_vulnerable']));
      expect(cpuid).toBe(Number(row['cpuid']));
      expect(amdFamilyModelStepping(cpuid)).toEqual({
        family: Number(row['family']),
        model: Number(row['model']),
        stepping: Number(row['stepping']),
      });
    }
  });

  test.each([0x0a601302, 0x0a80000b, 0x0a90010d, 0x0b0011d5])('%i is of a CPU without one', (revision) => {
    expect(entrySignCutOff(revision)).toBeNull();
    expect(entrySignSide(revision)).toBe('unlisted');
  });
});

describe('the side that a CPU is on', () => {
  test.each([
    ['up to the cut-off', 0x0083_0f10, 0x0830_107c, 'vulnerable'],
    ['above it', 0x0083_0f10, 0x0830_107d, 'fixed'],
    ['without microcode from the BIOS', 0x0083_0f10, 0, 'vulnerable'],
    ['not known', 0x0083_0f10, null, null],
    ['with a level that a hypervisor made up', 0x0083_0f10, 0x0100_0065, null],
    ['that has no cut-off', 0x00a6_0f13, 0x0a60_1302, 'unlisted'],
    ['before Zen', 0x0070_0f01, 0x0700_0106, 'unlisted'],
    ['of Intel', 0x0009_06a4, 0x430, 'unlisted'],
  ] as const)('%s', (_, signature, running, side) => {
    expect(entrySignSideOfCpu(signature, running)).toBe(side);
  });
});

describe('the digest lists', () => {
  test('hold the 79 patches of Linux, 41 of them in Xen too', () => {
    const rows = table('linux-xen-digests.csv');
    expect(PATCH_DIGESTS).toEqual(
      rows.map((row) => ({ patchId: Number(row['patch_id']), sha256: row['sha256'], xen: row['xen'] === '1' })),
    );
    expect(PATCH_DIGESTS).toHaveLength(79);
    expect(PATCH_DIGESTS.filter(({ xen }) => xen)).toHaveLength(41);
  });

  test('are found by level', () => {
    expect(patchDigest(0x0a0011d5)).toMatchObject({ patchId: 0x0a0011d5, xen: true });
    expect(patchDigest(0x0a0011de)).toBeUndefined();
  });

  test('ascend strictly, as a binary search needs', () => {
    const ids = PATCH_DIGESTS.map(({ patchId }) => patchId);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });

  test('list all 25 Zen patches of Debian twice, and none before Zen', () => {
    const isZen = (row: Readonly<Record<string, string>>): boolean => row['sig_class'] === 'VALID';
    const rows = table('debian-patches.csv');
    const listing = (row: Readonly<Record<string, string>>) =>
      digestListing(Number(`0x${row['patch_id']}`), row['sha256'] ?? '');
    expect(rows.filter(isZen).map(listing)).toEqual(Array.from({ length: 25 }, () => ({ linux: true, xen: true })));
    expect(rows.filter((row) => !isZen(row)).map(listing)).toEqual(
      Array.from({ length: 16 }, () => ({ linux: false, xen: false })),
    );
  });

  test('a digest counts for its own level only, and Xen knows fewer', () => {
    const digest = '99c09b2bcc9f521b1a5f1d83a16cc446e26cda73fb2d23a877dc1531334a4618';
    expect(digestListing(0x08001227, digest)).toEqual({ linux: true, xen: false });
    expect(digestListing(0x08001228, digest)).toEqual({ linux: false, xen: false });
    expect(digestListing(0x08001227, digest.replace('9', '8'))).toEqual({ linux: false, xen: false });
  });
});
