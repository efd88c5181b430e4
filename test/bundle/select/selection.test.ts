import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import { type IntelRecipe, intelUpdate } from '../../../fixtures/intel.ts';
import { type CollectedUpdate, readBlob } from '../../../src/bundle/collect.ts';
import { EVERYTHING, type Selection, selectUpdates } from '../../../src/bundle/select/selection.ts';
import { parseCpu } from '../../../src/bundle/select/cpu.ts';
import { parseFilter } from '../../../src/bundle/select/filter.ts';
import { selectionOf } from '../../../src/cli/flags/inputs.ts';
import { Failure } from '../../../src/findings/failure.ts';
import { fileOrigin } from '../../../src/inputs/origin.ts';

const intel = (...recipes: readonly IntelRecipe[]): CollectedUpdate[] =>
  recipes.flatMap(
    (recipe) => readBlob({ kind: 'intel', origin: fileOrigin('intel'), bytes: intelUpdate(recipe) }).updates,
  );
const amd = (...levels: readonly number[]): CollectedUpdate[] =>
  levels.flatMap((level) => {
    const bytes = amdContainer({ patches: [zenPatch(level)] });
    return readBlob({ kind: 'amd-container', origin: fileOrigin('amd'), bytes }).updates;
  });
const revisions = (collected: readonly CollectedUpdate[], selection: Partial<Selection>): number[] =>
  selectUpdates({ ...EVERYTHING, ...selection }, collected).map(({ update }) => update.revision);
const forCpu = (...texts: readonly string[]): Partial<Selection> => ({ cpus: texts.map(parseCpu) });

describe('--cpu', () => {
  const collected = intel(
    { platformMask: 0x5d, revision: 2 },
    { platformMask: 0x5c, revision: 4 },
    { signature: 0x906a3, platformMask: 0x5c, revision: 6 },
  );

  test('takes what serves the signature on one of the platforms', () => {
    expect(revisions(collected, forCpu('0x906a4'))).toEqual([2, 4]);
    expect(revisions(collected, forCpu('0x906a4,0x01'))).toEqual([2]);
    expect(revisions(collected, forCpu('0x906a4,0x04'))).toEqual([2, 4]);
    expect(revisions(collected, forCpu('0x906a4,0x02'))).toEqual([]);
    expect(revisions(collected, forCpu('0x906a4,0x01', '0x906a3'))).toEqual([2, 6]);
  });

  test('sees extended signatures', () => {
    const wide = intel({ extended: [{ signature: 0x906a3, platformMask: 0x80 }] });
    expect(revisions(wide, forCpu('0x906a3,0x80'))).toEqual([0x10]);
  });

  test('gives an update without platforms to every CPU of its signature', () => {
    expect(revisions(intel({ platformMask: 0, revision: 1 }), forCpu('0x906a4,0x80'))).toEqual([1]);
    expect(revisions(intel({ platformMask: 0, revision: 1 }), forCpu('0x906a4,0'))).toEqual([1]);
    expect(revisions(intel({ platformMask: 1, revision: 1 }), forCpu('0x906a4,0'))).toEqual([]);
  });

  test('narrows what filters select', () => {
    expect(revisions(collected, { ...forCpu('0x906a4,0x04'), filters: [parseFilter('0x906a4,,gt:2')] })).toEqual([4]);
    expect(revisions(collected, { ...forCpu('0x906a4'), filters: [parseFilter('0x906a3')] })).toEqual([]);
  });

  test('names AMD CPUs by CPUID', () => {
    expect(revisions(amd(0x0a00_11d5, 0x0a20_102d), forCpu('0xa00f11'))).toEqual([0x0a00_11d5]);
  });

  test.each(['', '0', '0x906a4,', '0x906a4,0x100', '0x906a4,1,2,3', 'zen'])('%j is refused', (text) => {
    expect(() => parseCpu(text)).toThrow(Failure);
  });
});

describe('--latest', () => {
  const overlapping = intel({ platformMask: 0x5d, revision: 2 }, { platformMask: 0x5c, revision: 4 });

  test('keeps what is the newest on at least one platform', () => {
    expect(revisions(overlapping, { latest: true })).toEqual([2, 4]);
    expect(revisions(intel({ revision: 2 }, { revision: 4 }), { latest: true })).toEqual([4]);
  });

  test('goes by the platforms asked for, not by the file', () => {
    expect(revisions(overlapping, { latest: true, ...forCpu('0x906a4,0x04') })).toEqual([4]);
    expect(revisions(overlapping, { latest: true, ...forCpu('0x906a4,0x01') })).toEqual([2]);
    expect(revisions(overlapping, { latest: true, filters: [parseFilter('0x906a4,0x04')] })).toEqual([4]);
  });

  test('is the latest of what is selected otherwise', () => {
    const dated = intel({ revision: 2, date: '2020-01-01' }, { revision: 4, date: '2022-01-01' });
    expect(revisions(dated, { latest: true, before: '2022-01-01' })).toEqual([2]);
  });

  test('keeps one AMD patch for each equivalence id and side of EntrySign, in the order of the input', () => {
    const levels = [0x0a20_102d, 0x0a00_11d3, 0x0a00_11d5, 0x0a00_11de, 0x0830_107b, 0x0830_107f, 0x0830_107c];
    expect(revisions(amd(...levels), { latest: true })).toEqual([
      0x0a20_102d, 0x0a00_11d5, 0x0a00_11de, 0x0830_107f, 0x0830_107c,
    ]);
  });
});

describe('--after, --before and --vendor', () => {
  const days = intel(
    { revision: 1, date: '2019-12-31' },
    { revision: 2, date: '2020-01-01' },
    { revision: 3, date: '2020-01-02' },
  );

  test('leave the named day out', () => {
    expect(revisions(days, { after: '2020-01-01' })).toEqual([3]);
    expect(revisions(days, { before: '2020-01-01' })).toEqual([1]);
    expect(revisions(days, { after: '2019-12-31', before: '2020-01-02' })).toEqual([2]);
  });

  test('--vendor keeps the other one out', () => {
    expect(revisions([...days, ...amd(0x0a00_11d5)], { vendor: 'amd' })).toEqual([0x0a00_11d5]);
  });

  test.each(['2020-02-30', '2020', 'today', '2020-1-1'])('the day %j is refused', (text) => {
    expect(() => selectionOf({ after: text })).toThrow(Failure);
    expect(() => selectionOf({ before: text })).toThrow(Failure);
  });

  test('no flags select everything', () => {
    expect(selectionOf({})).toEqual(EVERYTHING);
  });
});
