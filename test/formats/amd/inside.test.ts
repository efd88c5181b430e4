import { describe, expect, test } from 'vitest';
import { type AmdPatchOptions, amdPatch } from '../../../fixtures/amd.ts';
import { hex32 } from '../../../src/bytes/hex.ts';
import { lookInside } from '../../../src/formats/amd/inside.ts';
import { type AmdPatch, parseAmdPatch } from '../../../src/formats/amd/patch.ts';
import { debianPatches } from '../../support/amd-debian.ts';

function read(bytes: Uint8Array, length = bytes.length): AmdPatch {
  const patch = parseAmdPatch(bytes, 0, length);
  if (patch === undefined) throw new Error('no patch');
  return patch;
}

const inside = (options: AmdPatchOptions) => lookInside(read(amdPatch(options)));

/** A plain Zen patch in which nothing is used. */
function emptyZen(kind: 'zen2' | 'zen3' | 'zen5', words: number): Uint8Array {
  const bytes = amdPatch({ kind, encrypted: false });
  const view = new DataView(bytes.buffer);
  bytes.fill(0, 808);
  for (let at = 808 + 4 * words; at < bytes.length; at += 36) {
    for (let i = 0; i < 4; i++) view.setBigUint64(at + 8 * i, 0x007f9c0000000000n, true);
    view.setUint32(at + 32, 0x04000001, true);
  }
  return bytes;
}

describe("what Debian's plain patches use", () => {
  test('before Zen: match registers', (context) => {
    const rows = debianPatches(context)
      .filter(({ family }) => family <= 0x12)
      .map((patch) => {
        const { body, matchRegisters, opQuads } = lookInside(patch);
        expect([body, opQuads, matchRegisters?.total]).toEqual(['plain', null, 8]);
        return [hex32(patch.revision), matchRegisters?.used];
      });
    expect(rows).toEqual([
      ['0x01000083', 8],
      ['0x01000084', 7],
      ['0x010000c7', 4],
      ['0x010000c8', 3],
      ['0x010000d9', 8],
      ['0x010000da', 4],
      ['0x010000db', 4],
      ['0x010000dc', 8],
      ['0x02000032', 5],
      ['0x03000027', 5],
    ]);
  });

  test('on Zen: match registers and op-quads', (context) => {
    const rows = debianPatches(context)
      .filter(({ encrypted }) => encrypted === false)
      .map((patch) => {
        const { matchRegisters, opQuads } = lookInside(patch);
        expect([matchRegisters?.total, opQuads?.total]).toEqual([44, 64]);
        return [hex32(patch.revision), matchRegisters?.used, opQuads?.used];
      });
    expect(rows).toEqual([
      ['0x08701034', 21, 56],
      ['0x0800126f', 33, 60],
      ['0x0830107c', 26, 64],
      ['0x0860010d', 24, 64],
      ['0x0800820d', 20, 60],
      ['0x08608108', 24, 64],
    ]);
  });

  test('encrypted and opaque ones show nothing but their entropy', (context) => {
    const closed = debianPatches(context)
      .map(lookInside)
      .filter(({ body }) => body !== 'plain');
    expect(closed.map(({ body }) => body)).toEqual([
      ...Array.from({ length: 5 }, () => 'opaque'),
      ...Array.from({ length: 19 }, () => 'encrypted'),
    ]);
    for (const { matchRegisters, opQuads, entropy } of closed) {
      expect([matchRegisters, opQuads]).toEqual([null, null]);
      expect(entropy).toBeGreaterThan(7.85);
    }
  });

  test('addresses are those of the microcode ROM', (context) => {
    const patch = debianPatches(context).find(({ revision }) => revision === 0x010000c8);
    expect(patch && lookInside(patch).matchRegisters?.addresses).toEqual([
      0xc10,
      0x355,
      null,
      0x351,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('a Zen body', () => {
  test.each([
    ['zen2', 22, 64],
    ['zen3', 38, 128],
    ['zen5', 60, 370],
  ] as const)('of %s has %i words of match registers and %i op-quads', (kind, words, quads) => {
    const bytes = emptyZen(kind, words);
    expect(lookInside(read(bytes))).toMatchObject({
      body: 'plain',
      matchRegisters: { used: 0, total: 2 * words },
      opQuads: { used: 0, total: quads },
    });
  });

  test('uses each half of a word and each part of an op-quad by itself', () => {
    const bytes = emptyZen('zen2', 22);
    const view = new DataView(bytes.buffer);
    view.setUint32(808, 0x1fff, true);
    view.setUint32(812, 0x1234 << 14, true);
    view.setUint32(816, (1 << 13) | (1 << 27), true);
    view.setUint8(808 + 88, 1);
    view.setUint8(808 + 88 + 36 + 32, 2);
    const { matchRegisters, opQuads } = lookInside(read(bytes));
    expect(matchRegisters?.addresses.slice(0, 6)).toEqual([0x1fff, null, null, 0x1234, null, null]);
    expect(opQuads?.used).toBe(2);
  });

  test('that is cut off shows nothing', () => {
    const bytes = emptyZen('zen2', 22);
    expect(lookInside(read(bytes.subarray(0, 1000), 3200))).toMatchObject({
      opQuads: null,
      matchRegisters: { used: 0 },
    });
    expect(lookInside(read(bytes.subarray(0, 810), 3200)).matchRegisters).toBeNull();
    expect(lookInside(read(bytes.subarray(0, 32), 3200))).toMatchObject({ entropy: 0, matchRegisters: null });
  });
});

describe('coverage', () => {
  test('the signature covers options, revision and body, and neither date nor minimum revision', () => {
    expect(inside({ kind: 'zen3' }).coverage).toEqual({
      signed: ['autorun', 'encrypted', 'options', 'signedRevision', 'matchRegisters', 'opQuads'],
      unsigned: [
        'dataCode',
        'patchId',
        'format',
        'lenField',
        'initField',
        'checksumOrMinRevision',
        'nbDevId',
        'sbDevId',
        'processorRevId',
        'nbRevId',
        'sbRevId',
        'biosApiRev',
        'reserved',
        'signature',
        'modulus',
        'check',
      ],
    });
  });

  test('nothing is known of it before Zen', () => {
    expect(inside({ kind: 'fam16h' }).coverage).toBeNull();
  });
});

describe('before Zen', () => {
  test('format 8003 up to family 12h counts the low half of each word', () => {
    const bytes = amdPatch({ kind: 'fam12h' });
    bytes.set([0xff, 0xff, 1, 2], 32);
    bytes.set([0x10, 0x0a, 0xff, 0xff], 36);
    expect(lookInside(read(bytes)).matchRegisters?.addresses.slice(0, 2)).toEqual([null, 0xa10]);
  });

  test.each([
    ['fam14h', 'opaque', false],
    ['fam15h', 'opaque', false],
    ['fam14hTwin', 'plain', true],
    ['fam15hTwin', 'plain', true],
    ['fam16h', 'plain', false],
  ] as const)('%s is %s', (kind, body, preProduction) => {
    expect(inside({ kind })).toMatchObject({ body, preProduction, matchRegisters: null, opQuads: null });
  });
});
