import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, mutated, patched, seeded } from '../../../fixtures/bytes.ts';
import { intelUpdate, withChecksum } from '../../../fixtures/intel.ts';
import { hex32 } from '../../../src/bytes/hex.ts';
import { UPDATE_HEADER } from '../../../src/formats/intel/layout.ts';
import { looksLikeIntelUpdate, parseIntelFile, servedBy } from '../../../src/formats/intel/update.ts';
import { intelFolder } from '../../support/debian.ts';

const rules = (bytes: Uint8Array): string[] => parseIntelFile(bytes).findings.map(({ rule }) => rule);

describe('a sound update', () => {
  test('has no findings and all its fields', () => {
    const { updates, findings, end } = parseIntelFile(intelUpdate({ minimumRevision: 5 }));
    expect(findings).toEqual([]);
    expect(end).toBe(1024);
    expect(updates).toHaveLength(1);
    expect(updates[0]).toMatchObject({
      offset: 0,
      size: 1024,
      dataSize: 976,
      revision: 0x10,
      date: { text: '2020-01-15', valid: true },
      main: { signature: 0x906a4, platformMask: 0x80 },
      extended: [],
      header: { minimumRevision: 5 },
    });
  });

  test('with both sizes zero is 2048 bytes with 2000 of data', () => {
    const { updates, findings } = parseIntelFile(concat(intelUpdate({ dataSize: 0 }), intelUpdate()));
    expect(findings).toEqual([]);
    expect(updates.map(({ offset, size, dataSize }) => ({ offset, size, dataSize }))).toEqual([
      { offset: 0, size: 2048, dataSize: 2000 },
      { offset: 2048, size: 1024, dataSize: 976 },
    ]);
  });

  test('with an extended table serves every CPU in it, each once', () => {
    const extended = [
      { signature: 0x906a4, platformMask: 0x80 },
      { signature: 0x906a3, platformMask: 0x80 },
    ];
    const { updates, findings } = parseIntelFile(intelUpdate({ dataSize: 2004, extended }));
    expect(findings.map(({ rule }) => rule)).toEqual(['intel/total-size-alignment']);
    expect(updates[0]?.extended).toHaveLength(2);
    expect(updates[0] && servedBy(updates[0]).map(({ signature }) => hex32(signature))).toEqual([
      '0x000906a4',
      '0x000906a3',
    ]);
  });

  test('is found by its header', () => {
    expect(looksLikeIntelUpdate(intelUpdate())).toBe(true);
    expect(looksLikeIntelUpdate(new Uint8Array(4096))).toBe(false);
    expect(looksLikeIntelUpdate(intelUpdate().subarray(0, 47))).toBe(false);
  });
});

const EXTENDED = intelUpdate({ dataSize: 948 - 12, extended: [{ signature: 1, platformMask: 1 }] });
const TABLE = 48 + 936;

describe('each fault fires its rule and names the place', () => {
  const cases: readonly (readonly [string, Uint8Array, number])[] = [
    ['intel/header-version', intelUpdate({ headerVersion: 2 }), 0],
    ['intel/loader-revision', withChecksum(intelUpdate({ loaderRevision: 0 })), 0x14],
    ['intel/truncated', intelUpdate().subarray(0, 1000), 0],
    ['intel/trailing-bytes', concat(intelUpdate(), new Uint8Array(1)), 1024],
    ['intel/trailing-bytes', concat(intelUpdate(), new Uint8Array(2048)), 1024],
    ['intel/size', patched(intelUpdate(), 0x20, [0, 0, 0, 0]), 0x20],
    ['intel/size', patched(intelUpdate(), 0x20, [0, 3, 0, 0]), 0x20],
    ['intel/size', patched(intelUpdate(), 0x1c, [0xcd, 3, 0, 0]), 0x1c],
    ['intel/total-size-alignment', intelUpdate({ dataSize: 972 }), 0x20],
    ['intel/checksum', patched(intelUpdate(), 500, [0, 0]), 0x10],
    ['intel/extended-size', patched(EXTENDED, TABLE, [2]), TABLE],
    ['intel/extended-checksum', patched(EXTENDED, TABLE + 4, [0, 0, 0, 0]), TABLE + 4],
    ['intel/extended-row-checksum', patched(EXTENDED, TABLE + 28, [0, 0, 0, 0]), TABLE + 28],
    ['intel/reserved', intelUpdate({ reserved: 7 }), 0x2c],
    ['intel/zero-signature', intelUpdate({ signature: 0 }), 0x0c],
    ['intel/zero-revision', intelUpdate({ revision: 0 }), 0x04],
    ['intel/pre-production', intelUpdate({ revision: 0x8000_0010 }), 0x04],
    ['intel/date', intelUpdate({ date: '2020-13-15' }), 0x08],
    ['intel/platform-mask', intelUpdate({ platformMask: 0x100 }), 0x18],
    ['intel/metadata-size', intelUpdate({ metadataSize: 5000 }), 0x24],
  ];
  test.each(cases)('%s', (rule, bytes, offset) => {
    expect(rules(intelUpdate())).not.toContain(rule);
    expect(parseIntelFile(bytes).findings).toContainEqual(expect.objectContaining({ rule, offset }));
  });

  test('a sound update after a damaged one is still read', () => {
    const damaged = patched(intelUpdate(), 500, [0, 0]);
    const { updates, findings } = parseIntelFile(concat(damaged, intelUpdate({ revision: 0x11 })));
    expect(updates.map(({ revision }) => revision)).toEqual([0x10, 0x11]);
    expect(findings.map(({ rule, offset }) => `${rule}@${offset}`)).toEqual(['intel/checksum@16']);
  });
});

describe('any bytes', () => {
  test('header encode then decode is identity', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), (bytes) => {
        const header = UPDATE_HEADER.decode(bytes);
        expect(header && UPDATE_HEADER.encode(header)).toEqual(bytes);
      }),
    );
  });

  test('100,000 mutated files give a value or findings', () => {
    const random = seeded(1);
    const sources = [
      intelUpdate(),
      intelUpdate({ dataSize: 0 }),
      EXTENDED,
      concat(intelUpdate({ dataSize: 80 }), EXTENDED, intelUpdate({ dataSize: 208 })),
    ];
    let withFindings = 0;
    for (let i = 0; i < 100_000; i++) {
      let bytes = mutated(sources[i % sources.length] ?? intelUpdate(), random);
      if (i % 3 === 0) bytes = mutated(bytes, random);
      const { updates, findings, end } = parseIntelFile(bytes);
      if (end > bytes.length || updates.length > bytes.length / 48)
        throw new Error(`walked out of the bytes in case ${i}`);
      if (findings.length > 0) withFindings++;
      // Every byte is accounted for: it belongs to an update, or a finding says where the walk ended.
      if (end < bytes.length && findings.length === 0) throw new Error(`lost bytes in case ${i}`);
    }
    expect(withFindings).toBeGreaterThan(50_000);
  });
});

describe("Debian's folder", () => {
  test('has 166 updates and 278 signature rows, all sound', (context) => {
    const folder = intelFolder(context);
    const names = readdirSync(folder).sort();
    const files = names.map((name) => parseIntelFile(readFileSync(join(folder, name))));
    const updates = files.flatMap((file) => file.updates);
    expect(names).toHaveLength(126);
    expect(updates).toHaveLength(166);
    expect(updates.reduce((rows, update) => rows + 1 + update.extended.length, 0)).toBe(278);
    expect(files.flatMap((file) => file.findings).filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
