import { describe, expect, test } from 'vitest';
import type { CatalogueEntry } from '../../../src/cpu/catalogue.ts';
import {
  catalogueBuild,
  catalogueInfo,
  renderInfo,
  renderSearch,
  searchCatalogue,
} from '../../../src/report/updates/catalogue.ts';

const entry = (given: Partial<CatalogueEntry>): CatalogueEntry => ({
  vendor: 'intel',
  signature: 0x906a4,
  platformMask: 0x80,
  revision: 0x437,
  date: '2024-05-01',
  size: 1024,
  minimumRevision: null,
  sha256: 'aa',
  releases: null,
  evidence: null,
  ...given,
});
const ENTRIES = [
  entry({ revision: 0x436, date: '2024-01-01', sha256: 'bb' }),
  entry({ minimumRevision: 0x400 }),
  entry({ platformMask: 0x40, revision: 0x9, sha256: null, size: null }),
  entry({ signature: 0x906a3 }),
  entry({ vendor: 'amd', signature: 0xa0_0f11, platformMask: 0, revision: 0x0a00_11d5, sha256: 'cc' }),
];
const KNOWLEDGE = {
  catalogue: { entries: ENTRIES },
  intelNames: [{ name: '06-9a-04', platformMask: 0x80, processor: 'ADL', stepping: 'R0' }],
};
const search = (signature: number, platformMask?: number) => searchCatalogue(KNOWLEDGE, { signature, platformMask });

describe('a pair of AMD patches', () => {
  const amd = (revision: number): CatalogueEntry =>
    entry({ vendor: 'amd', signature: 0xa0_0f11, platformMask: 0, revision, sha256: String(revision) });
  const newestOf = (...revisions: readonly number[]) =>
    searchCatalogue(
      { catalogue: { entries: revisions.map(amd) }, intelNames: [] },
      { signature: 0xa0_0f11, platformMask: undefined },
    ).updates.map(({ revision, newest, flawedBiosOnly }) => [revision, newest, flawedBiosOnly]);

  test('has a newest on each side of EntrySign', () => {
    expect(newestOf(0x0a00_11d5, 0x0a00_11de, 0x0a00_11d3)).toEqual([
      ['0x0a0011de', true, false],
      ['0x0a0011d5', true, true],
      ['0x0a0011d3', false, false],
    ]);
  });

  test('of one side only the newest is the newest', () => {
    expect(newestOf(0x0a00_11d5, 0x0a00_11d3)).toEqual([
      ['0x0a0011d5', true, false],
      ['0x0a0011d3', false, false],
    ]);
  });
});

describe('a search', () => {
  test('gives every update for the CPU, newest first, and which have no successor', () => {
    const found = search(0x906a4);
    expect(found).toMatchObject({
      schema: 'ucodekit/catalogue-search@2',
      signature: '0x000906a4',
      platformMask: null,
      names: ['ADL R0'],
    });
    expect(found.updates.map(({ revision, newest }) => [revision, newest])).toEqual([
      ['0x00000437', true],
      ['0x00000436', false],
      ['0x00000009', true],
    ]);
  });

  test('keeps to the platform', () => {
    expect(search(0x906a4, 0x40).updates.map(({ revision }) => revision)).toEqual(['0x00000009']);
    expect(search(0x906a4, 0x40).names).toEqual([]);
  });

  test('names AMD CPUs, which have no platforms', () => {
    expect(search(0xa0_0f11)).toMatchObject({ names: ['Milan'], updates: [{ platformMask: null }] });
  });

  test('keeps the vendors apart where both have used a signature, and knows that only Intel has platforms', () => {
    const entries = [
      entry({ vendor: 'amd', signature: 0xf4a, platformMask: 0, revision: 0x47 }),
      entry({ signature: 0xf4a, platformMask: 0x5c, revision: 4 }),
    ];
    const both = (platformMask?: number) =>
      searchCatalogue({ ...KNOWLEDGE, catalogue: { entries } }, { signature: 0xf4a, platformMask }).updates;
    expect(both().map(({ vendor }) => vendor)).toEqual(['intel', 'amd']);
    expect(both(0x04).map(({ vendor }) => vendor)).toEqual(['intel']);
  });

  test('prints a table, and a sentence when nothing is known', () => {
    expect(renderSearch(search(0x906a4))).toBe(
      [
        '0x000906a4 (ADL R0)',
        'VENDOR  MASK  REVISION    DATE        SIZE  MINIMUM     NEWEST  SHA-256',
        'intel   0x80  0x00000437  2024-05-01  1024  0x00000400  yes     aa',
        'intel   0x80  0x00000436  2024-01-01  1024  -                   bb',
        'intel   0x40  0x00000009  2024-05-01     -  -           yes     -',
        '',
      ].join('\n'),
    );
    expect(renderSearch(search(0x1234))).toBe('0x00001234 is unknown to the catalogue\n');
  });
});

test('what was made is summed up for the vendors whose tables are made', () => {
  const { vendors } = catalogueBuild({ entries: ENTRIES }, 'out', []);
  expect(vendors.map(({ vendor }) => vendor)).toEqual(['intel', 'amd']);
});

test('the summary counts rows, contents and CPUs of each vendor', () => {
  expect(catalogueInfo({ entries: ENTRIES })).toEqual({
    schema: 'ucodekit/catalogue-info@1',
    vendors: [
      { vendor: 'intel', entries: 4, contents: 2, signatures: 2, oldest: '2024-01-01', newest: '2024-05-01' },
      { vendor: 'amd', entries: 1, contents: 1, signatures: 1, oldest: '2024-05-01', newest: '2024-05-01' },
      { vendor: 'via', entries: 0, contents: 0, signatures: 0, oldest: null, newest: null },
    ],
  });
  expect(renderInfo(catalogueInfo({ entries: [] })).split('\n')[1]).toBe(
    'intel         0         0           0  -       -',
  );
});
