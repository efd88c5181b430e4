import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  amdEntries,
  type CatalogueEntry,
  type CatalogueVendor,
  catalogueVerdict,
  intelEntries,
  isListed,
  knownFor,
  minimumsOf,
  viaEntries,
} from '../../src/cpu/catalogue.ts';
import { amdTable, intelTable } from '../../src/cpu/catalogue-table.ts';

const shipped = (name: string): string => readFileSync(join(import.meta.dirname, '../../data/catalogue', name), 'utf8');

const entry = (given: Partial<CatalogueEntry>): CatalogueEntry => ({
  vendor: 'intel',
  signature: 0x906a4,
  platformMask: 0x80,
  revision: 1,
  date: '2024-01-01',
  size: 1024,
  minimumRevision: null,
  sha256: null,
  releases: null,
  evidence: null,
  ...given,
});

/** What the entries say of a revision. */
function verdict(
  entries: readonly CatalogueEntry[],
  revision: number,
  platformMask = 0x80,
  vendor: CatalogueVendor = 'intel',
) {
  const found = catalogueVerdict({ entries }, { vendor, signature: 0x906a4, platformMask, revision });
  return found.kind === 'superseded' ? `superseded by ${found.by.revision}` : found.kind;
}

describe('the verdict on a revision', () => {
  const known = [entry({ revision: 4 }), entry({ revision: 2 }), entry({ revision: 9, signature: 0x906a3 })];

  test('newest, superseded, or unknown', () => {
    expect(verdict(known, 4)).toBe('newest');
    expect(verdict(known, 2)).toBe('superseded by 4');
    expect(verdict(known, 3)).toBe('superseded by 4');
    expect(verdict(known, 5)).toBe('unknown');
    expect(verdict([], 1)).toBe('unknown');
  });

  test('is per platform: superseded as soon as one platform has a newer one', () => {
    const overlapping = [entry({ platformMask: 0x5d, revision: 2 }), entry({ platformMask: 0x5c, revision: 4 })];
    expect(verdict(overlapping, 2, 0x01)).toBe('newest');
    expect(verdict(overlapping, 2, 0x5d)).toBe('superseded by 4');
    expect(verdict(overlapping, 2, 0x80)).toBe('unknown');
  });

  test('an update without platforms is compared with such only', () => {
    const bare = [entry({ platformMask: 0, revision: 3 }), entry({ revision: 9 })];
    expect(verdict(bare, 3, 0)).toBe('newest');
  });

  test("Intel's pre-production revisions are older than any other, AMD's levels are unsigned", () => {
    const high = 0x8000_0001;
    expect(verdict([entry({ revision: high }), entry({ revision: 1 })], high)).toBe('superseded by 1');
    const amd = [entry({ vendor: 'amd', platformMask: 0, revision: high })];
    expect(verdict(amd, 1, 0, 'amd')).toBe(`superseded by ${high}`);
  });

  test('does not mix vendors', () => {
    expect(verdict(known, 2, 0x80, 'amd')).toBe('unknown');
  });
});

test('what is known of a CPU comes newest first, equal revisions by digest', () => {
  const entries = [entry({ revision: 1 }), entry({ revision: 2, sha256: 'b' }), entry({ revision: 2, sha256: 'a' })];
  const found = knownFor({ entries }, { vendor: 'intel', signature: 0x906a4, platformMask: 0x80 });
  expect(found.map(({ revision, sha256 }) => [revision, sha256])).toEqual([
    [2, 'a'],
    [2, 'b'],
    [1, null],
  ]);
});

test('bytes are listed by any of their digests, and no digest lists nothing', () => {
  const entries = [entry({ sha256: 'a' }), entry({})];
  expect(isListed({ entries }, ['x', 'a'])).toBe(true);
  expect(isListed({ entries }, ['x'])).toBe(false);
  expect(isListed({ entries }, [])).toBe(false);
});

test('minimum revisions are those of the vendor and revision', () => {
  const entries = [entry({ revision: 1, minimumRevision: 7 }), entry({ revision: 2, minimumRevision: 8 })];
  expect(minimumsOf({ entries }, 'intel', 1)).toEqual([7]);
  expect(minimumsOf({ entries }, 'amd', 1)).toEqual([]);
});

describe('the shipped tables', () => {
  const [intel, amd] = [intelEntries(shipped('intel.tsv')), amdEntries(shipped('amd.tsv'))];
  const via = viaEntries(shipped('via.tsv'));

  test('have their rows', () => {
    expect([intel.length, amd.length, via.length]).toEqual([1319, 423, 81]);
    expect(via.every(({ sha256, date, size }) => sha256?.length === 64 && date !== '' && size !== null)).toBe(true);
    expect(amd.filter(({ evidence }) => evidence === 'measured')).toHaveLength(395);
  });

  test('are written again as they are, whatever the order of the entries', () => {
    expect(intelTable(intel.toReversed())).toBe(shipped('intel.tsv'));
    expect(amdTable(amd.toReversed())).toBe(shipped('amd.tsv'));
  });

  test('know the example of each kind', () => {
    const at = (signature: number, platformMask: number, revision: number) =>
      catalogueVerdict({ entries: intel }, { vendor: 'intel', signature, platformMask, revision });
    expect(at(0xf4a, 0x01, 2)).toEqual({ kind: 'newest', fixed: null });
    expect(at(0xf4a, 0x5d, 2)).toMatchObject({ kind: 'superseded', by: { revision: 4 } });
  });
});
