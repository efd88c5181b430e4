import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { amdContentId } from '../../../src/formats/amd/content-id.ts';
import { parseAmdPatch } from '../../../src/formats/amd/patch.ts';
import { debianPatches } from '../../support/amd-debian.ts';

const idOf = (bytes: Uint8Array, length = bytes.length): string => {
  const patch = parseAmdPatch(bytes, 0, length);
  return patch === undefined ? '' : amdContentId(patch);
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the content id', () => {
  test('is the same with and without a minimum revision', () => {
    const header = { checksumOrMinRevision: 0x0b002140 };
    expect(idOf(zenPatch(0x0b002151, { kind: 'zen5Late', header }))).toBe(
      idOf(zenPatch(0x0b002151, { kind: 'zen5Late' })),
    );
  });

  test('is another for any other byte', () => {
    const bytes = amdPatch();
    const ids = new Set([idOf(bytes)]);
    for (const at of [0, 11, 16, 900, 5567]) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      ids.add(idOf(changed));
    }
    expect(ids.size).toBe(6);
  });

  test('leaves out what stands behind the format', () => {
    const bytes = amdPatch({ kind: 'zen2' });
    const longer = new Uint8Array(3456).fill(9);
    longer.set(bytes);
    expect(idOf(longer)).toBe(idOf(bytes));
  });

  test('of a patch without that field is its SHA-256; of a damaged one, that of what is there', () => {
    const bytes = amdPatch();
    expect(idOf(bytes)).toBe(sha256(bytes));
    expect(idOf(bytes.subarray(0, 100), 5568)).toBe(sha256(bytes.subarray(0, 100)));
  });

  test("of Debian's padded patch of family 16h is the SHA-256 of the unpadded one, as collected elsewhere", (context) => {
    const patch = debianPatches(context).find(({ family }) => family === 0x16);
    expect(patch && amdContentId(patch)).toBe('490c5ffa4f5a8d5aed704bb78b0a6c53944fd590654216d6d4a0fdafec14bb75');
  });
});
