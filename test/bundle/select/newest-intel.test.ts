import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { allPlatforms, newestByIucodeTool, newestIntel } from '../../../src/bundle/select/newest-intel.ts';
import { type IntelUpdate, parseIntelFile } from '../../../src/formats/intel/update.ts';
import { intelFolder } from '../../support/debian.ts';

const all = allPlatforms;
const parse = (...files: readonly Uint8Array[]): IntelUpdate[] => files.flatMap((file) => parseIntelFile(file).updates);
const revisions = (updates: readonly IntelUpdate[]): number[] => updates.map(({ revision }) => revision);

describe('the newest for each signature and platform', () => {
  test('a higher revision supersedes', () => {
    expect(revisions(newestIntel(parse(intelUpdate({ revision: 1 }), intelUpdate({ revision: 2 })), all))).toEqual([2]);
  });

  test('a pre-production revision never beats a production one', () => {
    const files = [intelUpdate({ revision: 1 }), intelUpdate({ revision: 0x8000_0020 })];
    expect(revisions(newestIntel(parse(...files), all))).toEqual([1]);
  });

  test('overlapping masks: each platform keeps its newest', () => {
    const wide = intelUpdate({ platformMask: 0x5d, revision: 2 });
    const narrow = intelUpdate({ platformMask: 0x5c, revision: 4 });
    expect(revisions(newestIntel(parse(wide, narrow), all))).toEqual([2, 4]);
    expect(revisions(newestIntel(parse(intelUpdate({ platformMask: 0x1c, revision: 2 }), narrow), all))).toEqual([4]);
  });

  test('an update that is the newest for one of its signatures only is kept', () => {
    const extended = [
      { signature: 1, platformMask: 1 },
      { signature: 2, platformMask: 1 },
    ];
    const both = intelUpdate({ signature: 1, platformMask: 1, revision: 5, extended });
    const one = intelUpdate({ signature: 2, platformMask: 1, revision: 6 });
    expect(revisions(newestIntel(parse(both, one), all))).toEqual([5, 6]);
  });

  test('an update without platforms is not superseded by one with platforms', () => {
    const files = [intelUpdate({ platformMask: 0, revision: 1 }), intelUpdate({ platformMask: 0xff, revision: 9 })];
    expect(revisions(newestIntel(parse(...files), all))).toEqual([9, 1]);
  });

  test('identical bytes are kept once, same revision with other bytes is decided by date', () => {
    const old = intelUpdate({ date: '2019-01-01' });
    const young = intelUpdate({ date: '2021-01-01' });
    expect(newestIntel(parse(old, young, young), all).map(({ date }) => date.text)).toEqual(['2021-01-01']);
  });

  test('does not depend on the order of the input', () => {
    const arbitrary = fc.array(
      fc.record({
        signature: fc.constantFrom(1, 2),
        platformMask: fc.constantFrom(0, 1, 3, 6, 0x80),
        revision: fc.constantFrom(1, 2, 3, 0x8000_0001),
        body: fc.constantFrom(1, 2),
        dataSize: fc.constant(64),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(arbitrary, fc.infiniteStream(fc.nat()), (recipes, keys) => {
        const updates = parse(...recipes.map((recipe) => intelUpdate(recipe)));
        const shuffled = updates
          .map((update) => ({ update, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ update }) => update);
        const bytes = (list: readonly IntelUpdate[]): string[] =>
          list.map((update) => Buffer.from(update.bytes).toString('hex'));
        expect(bytes(newestIntel(shuffled, all))).toEqual(bytes(newestIntel(updates, all)));
      }),
    );
  });
});

describe("iucode_tool's choice", () => {
  test('a narrower mask with a higher revision stays beside the wider one', () => {
    const wide = intelUpdate({ platformMask: 0xc0, revision: 0x20 });
    const narrow = intelUpdate({ platformMask: 0x40, revision: 0x30 });
    expect(revisions(newestByIucodeTool(parse(narrow, wide), all))).toEqual([0x20, 0x30]);
  });
});

test("both choices give iucode_tool's payload for Debian's folder", (context) => {
  const folder = intelFolder(context);
  const updates = parse(...readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  for (const choose of [newestIntel, newestByIucodeTool]) {
    const chosen = choose(updates, all);
    const sha256 = createHash('sha256')
      .update(Buffer.concat(chosen.map(({ bytes }) => bytes)))
      .digest('hex');
    expect(chosen).toHaveLength(147);
    expect(sha256).toBe('b26307b8f29990f0e19b12b89d9e92f6a7244ac63a40bbe5f2f607080dc806e9');
  }
});
