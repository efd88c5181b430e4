import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { concat, patched } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { catalogueOf } from '../../../src/bundle/export/catalogue-build.ts';
import { amdEntries, type CatalogueEntry, intelEntries } from '../../../src/cpu/catalogue.ts';
import { amdTable, intelTable } from '../../../src/cpu/catalogue-table.ts';
import { amdFolder, intelFolder } from '../../support/debian.ts';
import { filesIn, readFiles } from '../../support/read-files.ts';

type Files = Readonly<Record<string, Uint8Array>>;

const built = async (files: Files, known: readonly CatalogueEntry[] = []): Promise<CatalogueEntry[]> =>
  catalogueOf((await readFiles(files)).updates, known);

const rowsOf = (table: string): string[] => table.trimEnd().split('\n').slice(1);
const shipped = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../data/catalogue', name), 'utf8');

/** A patch that names the least revision from which it loads, which is not signed, and the same without. */
const withMinimum = zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11d9 } });
const without = zenPatch(0x0a00_11de);

describe("Debian's folders give rows that the shipped catalogue has", () => {
  test('Intel', async (context) => {
    // The shipped rows say besides in which of Intel's releases the update was.
    const known = new Set(rowsOf(shipped('intel.tsv')).map((row) => row.split('\t').slice(0, 7).join('\t')));
    const rows = rowsOf(intelTable(await built(filesIn(intelFolder(context)))));
    expect(rows).toHaveLength(167);
    expect(rows.filter((row) => !known.has(row.split('\t').slice(0, 7).join('\t')))).toEqual([]);
  });

  test('AMD', async (context) => {
    // Three of them were known by name only.
    const known = new Set(rowsOf(shipped('amd.tsv')).map((row) => row.split('\t').slice(0, 6).join('\t')));
    const rows = rowsOf(amdTable(await built(filesIn(amdFolder(context)))));
    expect(rows).toHaveLength(41);
    expect(rows.filter((row) => !known.has(row.split('\t').slice(0, 6).join('\t')))).toEqual([]);
  });

  test('and add nothing to it but evidence', async (context) => {
    const known = [...intelEntries(shipped('intel.tsv')), ...amdEntries(shipped('amd.tsv'))];
    const files = { ...filesIn(intelFolder(context)), ...filesIn(amdFolder(context)) };
    const entries = await built(files, known);
    expect(intelTable(entries)).toBe(shipped('intel.tsv'));
    const [before, after] = [rowsOf(shipped('amd.tsv')), rowsOf(amdTable(entries))];
    const measured = ['0x01000083', '0x01000084', '0x02000032'];
    expect(after.filter((row) => !before.includes(row)).map((row) => row.slice(0, 10))).toEqual(measured);
    // Family 16h as linux-firmware pads it: with the bytes at hand it is the same content as the unpadded one.
    const gone = before.filter((row) => !after.includes(row));
    expect(gone.map((row) => row.slice(0, 10))).toEqual([...measured, '0x0700010f']);
    expect(gone.every((row) => row.endsWith('by name only'))).toBe(true);
  });
});

test('the order and the packing of the updates do not matter', async () => {
  const [a, b, c] = [intelUpdate(), intelUpdate({ signature: 0x906a3 }), zenPatch(0x0a00_11d5)];
  const one = await built({ x: concat(a, b), y: amdContainer({ patches: [c] }) });
  const other = await built({ c, b, a, again: a });
  expect(intelTable(one)).toBe(intelTable(other));
  expect(amdTable(one)).toBe(amdTable(other));
});

test('an Intel update has a row for each CPU', async () => {
  const extended = [
    { signature: 0x906a4, platformMask: 0x80 },
    { signature: 0x906a3, platformMask: 0x40 },
  ];
  const entries = await built({ update: intelUpdate({ extended, minimumRevision: 5 }) });
  expect(
    entries.map(({ signature, platformMask, minimumRevision }) => [signature, platformMask, minimumRevision]),
  ).toEqual([
    [0x906a4, 0x80, 5],
    [0x906a3, 0x40, 5],
  ]);
});

describe('an AMD patch with and without a minimum revision', () => {
  test.each<[string, Files]>([
    ['with it first', { a: withMinimum, b: without }],
    ['with it last', { a: without, b: withMinimum }],
  ])('is one entry that names it, %s', async (_, files) => {
    expect((await built(files)).map(({ minimumRevision }) => minimumRevision)).toEqual([0x0a00_11d9]);
  });

  test('is known by either', async () => {
    for (const known of [withMinimum, without]) {
      const entries = await built({ known });
      for (const patch of [withMinimum, without]) expect(await built({ patch }, entries)).toEqual(entries);
    }
  });

  test('is not taken for another content of the same revision', async () => {
    expect(await built({ withMinimum, other: zenPatch(0x0a00_11de, { seed: 9 }) })).toHaveLength(2);
  });
});

test('an entry known by name only gives way to the bytes', async () => {
  const patch = amdPatch({ kind: 'fam10h' });
  const [measured] = await built({ patch });
  if (measured === undefined) throw new Error('the patch has no entry');
  expect(await built({ patch }, [{ ...measured, size: null, evidence: 'by name only' }])).toEqual([measured]);
});

test('damaged updates get no entry', async () => {
  expect(await built({ damaged: patched(intelUpdate(), 500, [1, 2, 3]) })).toEqual([]);
});
