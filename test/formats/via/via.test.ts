import { describe, expect, test } from 'vitest';
import { concat, mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { viaUpdate } from '../../../fixtures/via.ts';
import { parseViaFile, VIA_HEADER } from '../../../src/formats/via.ts';

const UPDATE = viaUpdate();
const rules = (bytes: Uint8Array): string[] =>
  parseViaFile(bytes).findings.map(({ rule, offset }) => `${rule}@${offset}`);

describe('an update of VIA', () => {
  test('has all its fields read, and nothing to be said of it', () => {
    const { updates, findings } = parseViaFile(UPDATE);
    expect(findings).toEqual([]);
    expect(updates).toHaveLength(1);
    expect(updates[0]).toMatchObject({
      vendor: 'via',
      offset: 0,
      size: 960,
      signature: 0x6f3,
      revision: 0,
      date: { text: '2009-06-26', valid: true },
      name: '006F3P12',
    });
    expect(updates[0]?.header).toMatchObject({ cnrRevision: 0xff, dataSize: 912, loaderRevision: 1 });
  });

  test('has a name without control characters, whatever its bytes', () => {
    const [update] = parseViaFile(viaUpdate({ name: 'A\x1b[2J\0\xe9\0\0\0\0\0' })).updates;
    expect(update?.name).toBe('A\\x1b[2J\\x00\\xe9');
  });

  test('may be followed by another', () => {
    expect(parseViaFile(concat(UPDATE, UPDATE)).updates.map(({ offset }) => offset)).toEqual([0, 960]);
  });

  test('is encoded by the table that decodes it', () => {
    const header = VIA_HEADER.decode(UPDATE);
    if (header === undefined) throw new Error('no header');
    expect(Buffer.compare(VIA_HEADER.encode(header), UPDATE.subarray(0, 48))).toBe(0);
  });

  test.each([
    ['a wrong byte in the data', patched(UPDATE, 100, [(UPDATE[100] ?? 0) ^ 1]), ['via/checksum@16']],
    ['a cut end', UPDATE.subarray(0, 900), ['via/truncated@0']],
    ['less than a header', UPDATE.subarray(0, 47), ['via/truncated@0']],
    ['another loader revision', viaUpdate({ loaderRevision: 2 }), ['via/loader-revision@20']],
    ['a day that is none', viaUpdate({ month: 2, day: 30 }), ['via/date@8']],
    ['more data than room', viaUpdate({ dataSize: 960 }), ['via/size@28']],
    ['a total size of no whole words', patched(UPDATE, 32, [0xbe]), ['via/size@32', 'via/size@28']],
    ['a total size below the header', patched(UPDATE, 32, [4, 0]), ['via/size@32']],
    ['other bytes behind it', concat(UPDATE, new Uint8Array(48)), ['via/magic@960']],
  ])('with %s says so', (_, bytes, expected) => {
    expect(rules(bytes)).toEqual(expected);
  });

  test('mutated gives values or findings, never an exception', () => {
    const random = seeded(4);
    for (let i = 0; i < 2000; i++) {
      const bytes = mutated(concat(UPDATE, UPDATE), random);
      const { updates, findings } = parseViaFile(bytes);
      expect(updates.length + findings.length > 0 || bytes.length === 0).toBe(true);
    }
  });
});
