import { describe, expect, test } from 'vitest';
import { AMD_SAMPLES, type AmdPatchOptions, type AmdSample, amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { cpuidOfRevisionId } from '../../../src/cpu/amd.ts';
import { type RuleId } from '../../../src/findings/catalogue.ts';
import { type Finding } from '../../../src/findings/finding.ts';
import { type AmdPatch, parseAmdPatch } from '../../../src/formats/amd/patch.ts';
import { looksLikeAmdPatch, parseRawAmdPatch } from '../../../src/formats/amd/raw-patch.ts';

const kinds = Object.keys(AMD_SAMPLES) as AmdSample[];

function read(bytes: Uint8Array): AmdPatch {
  const { patch } = parseRawAmdPatch(bytes);
  if (patch === undefined) throw new Error('no patch');
  return patch;
}

const findingsOf = (bytes: Uint8Array): readonly Finding[] => read(bytes).findings;
const rules = (bytes: Uint8Array): RuleId[] => findingsOf(bytes).map(({ rule }) => rule);

describe('a patch of every published format', () => {
  test.each([
    ['k8Small', 0x0f, 512],
    ['k8', 0x0f, 960],
    ['fam10h', 0x10, 960],
    ['fam10hLate', 0x10, 960],
    ['fam11h', 0x11, 512],
    ['fam12h', 0x12, 960],
    ['fam14h', 0x14, 1568],
    ['fam14hTwin', 0x14, 1383],
    ['fam15h', 0x15, 2592],
    ['fam15hTwin', 0x15, 2432],
    ['fam16h', 0x16, 3424],
    ['zen2', 0x17, 3200],
    ['zen3', 0x19, 5568],
    ['zen4', 0x19, 5568],
    ['zen5Early', 0x1a, 14368],
    ['zen5', 0x1a, 14368],
    ['zen5Late', 0x1a, 14368],
  ] as const)('%s is of family %i and takes %i bytes', (kind, family, size) => {
    const bytes = amdPatch({ kind });
    expect(read(bytes)).toMatchObject({
      vendor: 'amd',
      offset: 0,
      size,
      formatSize: size,
      family,
      revision: AMD_SAMPLES[kind].patchId,
      date: { text: '2024-02-23', valid: true },
      findings: [],
    });
    expect(looksLikeAmdPatch(bytes)).toBe(true);
  });

  test('there is a sample of each', () => {
    expect(kinds).toHaveLength(17);
  });
});

describe('the CPUs of a raw patch', () => {
  test('follow from the equivalence id on Zen', () => {
    expect(read(amdPatch({ kind: 'zen4' }))).toMatchObject({ cpuids: [0x00a10f11], cpuidSource: 'identity' });
    expect(parseRawAmdPatch(amdPatch({ kind: 'zen4' })).findings).toEqual([]);
  });

  test('are unknown before Zen, which is said', () => {
    const { patch, findings } = parseRawAmdPatch(amdPatch({ kind: 'fam10h' }));
    expect(patch).toMatchObject({ cpuids: [], cpuidSource: 'none' });
    expect(findings).toMatchObject([{ rule: 'amd/cpus-unknown', offset: 24 }]);
    expect(findings[0]?.message).toContain('0x1043');
  });
});

describe('offset 12 of the header', () => {
  test('is a checksum up to family 12h', () => {
    expect(read(amdPatch({ kind: 'fam12h' })).checksum).toBe('valid');
    const bad = read(amdPatch({ kind: 'fam12h', header: { checksumOrMinRevision: 1 } }));
    expect(bad.checksum).toBe('invalid');
    expect(bad.findings).toMatchObject([
      { rule: 'amd/checksum', severity: 'error', offset: 12, expected: '0x00000001' },
    ]);
  });

  test('any changed byte of the body breaks the checksum', () => {
    const bytes = amdPatch({ kind: 'fam10h' });
    bytes[959] = (bytes[959] ?? 0) ^ 1;
    expect(rules(bytes)).toEqual(['amd/checksum']);
  });

  test('is a minimum revision where Xen takes it for one', () => {
    const patch = read(zenPatch(0x0a0011de, { header: { checksumOrMinRevision: 0x0a0011d9 } }));
    expect(patch).toMatchObject({ minimumBaseRevision: 0x0a0011d9, checksum: null });
    expect(patch.findings).toMatchObject([{ rule: 'amd/min-base-revision', severity: 'note', found: '0x0a0011d9' }]);
  });

  test('is nothing known elsewhere', () => {
    expect(rules(amdPatch({ kind: 'zen2', header: { checksumOrMinRevision: 0x08701033 } }))).toEqual([
      'amd/checksum-field',
    ]);
    expect(rules(zenPatch(0x0a0011de, { header: { checksumOrMinRevision: 0x12345678 } }))).toEqual([
      'amd/checksum-field',
    ]);
    expect(
      read(zenPatch(0x0a0011de, { header: { checksumOrMinRevision: 0x12345678 } })).minimumBaseRevision,
    ).toBeNull();
  });

  test('is free where it is zero', () => {
    expect(read(amdPatch({ kind: 'zen2' }))).toMatchObject({ minimumBaseRevision: null, checksum: null });
  });
});

describe('what stands under the signature', () => {
  test('is read on Zen', () => {
    expect(read(amdPatch({ kind: 'zen3', encrypted: false }))).toMatchObject({
      signedRevision: 0x0a0011d5,
      autorun: true,
      encrypted: false,
      embeddedRevision: { offset: 804, value: 0x0a0011d5 },
    });
    expect(read(amdPatch({ kind: 'zen5' })).zen?.options).toBe(0x8015);
  });

  test('is not there before Zen', () => {
    const patch = read(amdPatch({ kind: 'fam15h' }));
    expect(patch).toMatchObject({
      zen: null,
      signedRevision: null,
      autorun: null,
      encrypted: null,
      embeddedRevision: null,
    });
  });

  test.each([
    ['fam16h', 0x264],
    ['fam14hTwin', 0x2c],
    ['fam15hTwin', 0x2c],
  ] as const)('%s has a copy of the revision at %i', (kind, offset) => {
    expect(read(amdPatch({ kind })).embeddedRevision).toEqual({ offset, value: AMD_SAMPLES[kind].patchId });
    expect(rules(amdPatch({ kind, embeddedRevision: 7 }))).toEqual(['amd/signed-revision']);
  });
});

interface RuleCase {
  readonly rule: RuleId;
  readonly fires: Uint8Array;
  readonly silent: Uint8Array;
}

const over = (options: AmdPatchOptions, extra: number, fill: number): Uint8Array => {
  const bytes = amdPatch(options);
  const longer = new Uint8Array(bytes.length + extra).fill(fill);
  longer.set(bytes);
  return longer;
};

const CASES: readonly RuleCase[] = [
  { rule: 'amd/patch-minimum', fires: amdPatch().slice(0, 63), silent: amdPatch() },
  { rule: 'amd/patch-size', fires: amdPatch().slice(0, 5567), silent: amdPatch() },
  { rule: 'amd/patch-size', fires: over({ kind: 'fam16h' }, 34, 1), silent: over({ kind: 'fam16h' }, 34, 0) },
  { rule: 'amd/padding', fires: over({ kind: 'fam16h' }, 34, 0), silent: over({ kind: 'fam16h' }, 34, 1) },
  { rule: 'amd/format', fires: amdPatch({ header: { format: 0x8099 }, size: 960 }), silent: amdPatch() },
  {
    rule: 'amd/length-field',
    fires: amdPatch({ header: { lenField: 0x5b, initField: 1 } }),
    silent: amdPatch({ kind: 'zen4' }),
  },
  {
    rule: 'amd/length-field',
    fires: amdPatch({ kind: 'fam10h', header: { lenField: 0x10 } }),
    silent: amdPatch({ kind: 'fam10h' }),
  },
  {
    rule: 'amd/chipset-bound',
    fires: amdPatch({ kind: 'k8', header: { nbDevId: 0x74501022 } }),
    silent: amdPatch({ kind: 'k8' }),
  },
  {
    rule: 'amd/chipset-bound',
    fires: amdPatch({ kind: 'k8', header: { sbDevId: 1 } }),
    silent: amdPatch({ kind: 'k8' }),
  },
  {
    rule: 'amd/reserved',
    fires: amdPatch({ header: { biosApiRev: 2 } }),
    silent: amdPatch({ header: { biosApiRev: 1 } }),
  },
  {
    rule: 'amd/reserved',
    fires: amdPatch({ header: { reserved: [0, 0xaa, 0] } }),
    silent: amdPatch({ header: { reserved: [0xaa, 0xaa, 0xaa] } }),
  },
  { rule: 'amd/option-flag', fires: amdPatch({ set: { 800: 2 } }), silent: amdPatch({ set: { 800: 1 } }) },
  { rule: 'amd/date', fires: amdPatch({ date: '2011-13-09' }), silent: amdPatch({ date: '2026-01-09' }) },
  { rule: 'amd/signed-revision', fires: amdPatch({ embeddedRevision: 0x0a0011d4 }), silent: amdPatch() },
  { rule: 'amd/revision-cpu', fires: amdPatch({ header: { patchId: 0x0a0012d5 } }), silent: amdPatch() },
];

describe('rules', () => {
  test.each(CASES)('$rule fires where it should and is silent elsewhere', ({ rule, fires, silent }) => {
    expect(rules(fires)).toContain(rule);
    expect(rules(silent)).not.toContain(rule);
  });

  test('amd/truncated: a file below 32 bytes is no patch', () => {
    expect(parseRawAmdPatch(amdPatch().slice(0, 31))).toMatchObject({
      patch: undefined,
      findings: [{ rule: 'amd/truncated', expected: '32', found: '31' }],
    });
  });

  test('amd/truncated: a patch that ends before its section is read as far as it goes', () => {
    const patch = parseAmdPatch(amdPatch().subarray(0, 900), 0, 5568);
    expect(patch).toMatchObject({ size: 5568, formatSize: 5568, signedRevision: 0x0a0011d5 });
    expect(patch?.bytes).toHaveLength(900);
    expect(patch?.findings).toMatchObject([{ rule: 'amd/truncated', expected: '5568', found: '900' }]);
  });

  test('offsets count from the start of the bytes given', () => {
    const bytes = new Uint8Array(7 + 5568);
    bytes.set(amdPatch({ date: '2024-02-30' }), 7);
    expect(parseAmdPatch(bytes, 7, 5568)?.findings).toMatchObject([{ rule: 'amd/date', offset: 7 }]);
    expect(parseAmdPatch(bytes, 7, 5568)?.embeddedRevision?.offset).toBe(7 + 804);
  });
});

describe('looking for a patch', () => {
  test.each([
    ['another format', { header: { format: 0x8006 } }],
    ['a level of another CPU', { header: { patchId: 0x0a0012d5 } }],
    ['letters in the date', { header: { dataCode: 0x0a232024 } }],
    ['a chipset of another vendor', { header: { nbDevId: 0x74508086 } }],
    ['an unknown BIOS interface', { header: { biosApiRev: 2 } }],
    ['no revision', { kind: 'fam10h', header: { patchId: 0 } }],
  ] as const)('%s is none', (_, options) => {
    expect(looksLikeAmdPatch(amdPatch({ size: 5568, ...options }))).toBe(false);
  });

  test('finds it at any offset and not beside it', () => {
    const bytes = new Uint8Array(64);
    bytes.set(amdPatch().subarray(0, 32), 5);
    const found = Array.from(bytes.keys()).filter((at) => looksLikeAmdPatch(bytes, at));
    expect(found).toEqual([5]);
  });

  test('bytes that end inside the header are none', () => {
    expect(looksLikeAmdPatch(amdPatch().subarray(0, 31))).toBe(false);
    expect(looksLikeAmdPatch(new Uint8Array(0))).toBe(false);
  });

  test('month 13 is no obstacle', () => {
    expect(looksLikeAmdPatch(amdPatch({ kind: 'fam12h', date: '2011-13-09' }))).toBe(true);
  });
});

test('a Zen sample is named for the CPU of its level', () => {
  expect(read(zenPatch(0x0a704107)).cpuids).toEqual([cpuidOfRevisionId(0xa741)]);
});
