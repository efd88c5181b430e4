import { expect, test } from 'vitest';
import { concat } from '../../../fixtures/bytes.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { parseFilter } from '../../../src/bundle/select/filter.ts';
import { narrowCollection } from '../../../src/bundle/select/narrow.ts';
import { EVERYTHING } from '../../../src/bundle/select/selection.ts';
import { collectionOf, places } from '../../support/collection.ts';

/** Three updates, the first two with impossible dates, and a byte too many. */
const FILES = {
  f: concat(
    intelUpdate({ date: '2020-13-01' }),
    intelUpdate({ signature: 0x906a3, date: '2020-13-02' }),
    intelUpdate({ signature: 0x906a2 }),
    new Uint8Array(1),
  ),
};
const ALL = ['f+8: intel/date', 'f+1032: intel/date', 'f+3072: intel/trailing-bytes', 'f+3072: bundle/foreign-bytes'];

test('without a selection everything stays', async () => {
  const collection = await collectionOf(FILES);
  expect(places(collection.findings)).toEqual(ALL);
  expect(narrowCollection(EVERYTHING, collection)).toEqual(collection);
});

test('findings on updates that are not wanted go, those on the file stay', async () => {
  const filters = [parseFilter('0x906a3')];
  const { updates, findings } = narrowCollection({ ...EVERYTHING, filters }, await collectionOf(FILES));
  expect(updates).toHaveLength(1);
  expect(places(findings)).toEqual(ALL.slice(1));
});

test('a file of the same offsets is another file', async () => {
  const files = { ...FILES, g: intelUpdate({ signature: 0x906a3, date: '2020-13-03' }) };
  const filters = [parseFilter('0x906a3')];
  const { findings } = narrowCollection({ ...EVERYTHING, filters }, await collectionOf(files));
  expect(places(findings)).toEqual([...ALL.slice(1), 'g+8: intel/date']);
});
