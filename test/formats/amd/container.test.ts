import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, identityEntries, zenPatch } from '../../../fixtures/amd.ts';
import { type RuleId } from '../../../src/findings/catalogue.ts';
import { AMD_CONTAINER_MAGIC, isAmdContainer, parseAmdContainers } from '../../../src/formats/amd/container.ts';
import { encodeAmdContainer } from '../../../src/formats/amd/encode.ts';
import { EQUIVALENCE_ENTRY, equivalenceEntry, TERMINATOR } from '../../../src/formats/amd/equivalence.ts';

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const rules = (bytes: Uint8Array): RuleId[] => parseAmdContainers(bytes).findings.map(({ rule }) => rule);

/** `bytes` with little-endian words set. */
function withWords(bytes: Uint8Array, words: Readonly<Record<number, number>>): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (const [at, value] of Object.entries(words)) view.setUint32(Number(at), value, true);
  return copy;
}

/** A container whose table is given byte by byte. */
const withTable = (table: Uint8Array, patch = amdPatch()): Uint8Array => {
  const head = new Uint8Array(12);
  const view = new DataView(head.buffer);
  view.setUint32(0, AMD_CONTAINER_MAGIC, true);
  view.setUint32(8, table.length, true);
  const section = new Uint8Array(8);
  new DataView(section.buffer).setUint32(0, 1, true);
  new DataView(section.buffer).setUint32(4, patch.length, true);
  return join(head, table, section, patch);
};

const row = EQUIVALENCE_ENTRY.encode(equivalenceEntry(0x00a00f11, 0xa011));
const end = EQUIVALENCE_ENTRY.encode(TERMINATOR);

const zen3 = amdPatch();
const zen4 = amdPatch({ kind: 'zen4' });
const legacy = amdPatch({ kind: 'fam10h' });
const legacyEntries = [0x00100f43, 0x00100f53, 0x00100f63].map((cpuid) => equivalenceEntry(cpuid, 0x1043));

describe('containers', () => {
  test('one is read with its table and patches', () => {
    const bytes = amdContainer({ patches: [zen3, zen4] });
    const { containers, findings, end } = parseAmdContainers(bytes);
    expect(findings).toEqual([]);
    expect(end).toBe(bytes.length);
    expect(containers).toMatchObject([
      {
        offset: 0,
        size: 12 + 3 * 16 + 2 * (8 + 5568),
        table: { offset: 12, length: 48 },
        patches: [
          { offset: 68, size: 5568, revision: 0x0a0011d5, cpuids: [0x00a00f11], cpuidSource: 'table' },
          { offset: 68 + 5576, size: 5568, revision: 0x0a101148, cpuids: [0x00a10f11], cpuidSource: 'table' },
        ],
      },
    ]);
  });

  test('a patch before Zen serves every CPU that the table sends to it, in table order', () => {
    const { containers } = parseAmdContainers(amdContainer({ patches: [legacy], entries: legacyEntries }));
    expect(containers[0]?.patches[0]?.cpuids).toEqual([0x00100f43, 0x00100f53, 0x00100f63]);
  });

  test('several follow each other at odd offsets', () => {
    const padded = join(amdPatch({ kind: 'fam16h' }), new Uint8Array(33));
    const bytes = join(amdContainer({ patches: [padded] }), amdContainer(), amdContainer({ patches: [zen4] }));
    const { containers, findings } = parseAmdContainers(bytes);
    expect(containers.map(({ offset }) => offset)).toEqual([0, 12 + 32 + 8 + 3457, 3509 + 12 + 32 + 8 + 5568]);
    expect(findings).toEqual([]);
  });

  test('are found by their magic', () => {
    expect(isAmdContainer(amdContainer())).toBe(true);
    expect(isAmdContainer(amdContainer().subarray(0, 3))).toBe(false);
    expect(isAmdContainer(join(new Uint8Array(5), amdContainer()), 5)).toBe(true);
  });

  test('an empty input holds none and has nothing wrong with it', () => {
    expect(parseAmdContainers(new Uint8Array(0))).toEqual({ containers: [], findings: [], end: 0 });
  });

  test('the table of one container does not serve the patches of another', () => {
    const bytes = join(
      amdContainer({ patches: [legacy], entries: legacyEntries }),
      amdContainer({ patches: [legacy], entries: [equivalenceEntry(0x00100f62, 0x1062)] }),
    );
    expect(parseAmdContainers(bytes).containers[1]?.patches[0]).toMatchObject({ cpuids: [], cpuidSource: 'none' });
  });

  test('a file may hold a container many times over', () => {
    const { containers, findings } = parseAmdContainers(Buffer.alloc(5620 * 2000, amdContainer()));
    expect(containers).toHaveLength(2000);
    expect(findings).toEqual([]);
  });

  test('two patches for one CPU are nothing wrong: AMD ships them since 2025', () => {
    expect(rules(amdContainer({ patches: [zenPatch(0x0a0011d5), zenPatch(0x0a0011de)] }))).toEqual([]);
  });
});

const plain = amdContainer();
const two = join(plain, plain);
const patchAt = 12 + 32 + 8;
const huge = amdPatch({ kind: 'fam10h', size: 2049, header: { format: 0x8099 } });
const hugeZen = join(amdPatch({ kind: 'zen2' }), new Uint8Array(1));

interface RuleCase {
  readonly rule: RuleId;
  readonly fires: Uint8Array;
  readonly silent?: Uint8Array;
  readonly at: number;
}

const CASES: readonly RuleCase[] = [
  { rule: 'amd/magic', fires: new TextEncoder().encode('README for amd-ucode'), at: 0 },
  { rule: 'amd/magic', fires: join(new Uint8Array(4), plain), at: 0 },
  { rule: 'amd/truncated', fires: plain.subarray(0, 11), at: 0 },
  { rule: 'amd/truncated', fires: plain.subarray(0, 40), at: 12 },
  { rule: 'amd/truncated', fires: join(plain, plain.subarray(0, 40)), at: plain.length + 12 },
  { rule: 'amd/truncated', fires: plain.subarray(0, patchAt + 20), at: patchAt },
  { rule: 'amd/section-type', fires: withWords(plain, { 4: 2 }), at: 4 },
  { rule: 'amd/section-type', fires: withWords(plain, { 44: 7 }), at: 44 },
  { rule: 'amd/table-length', fires: withTable(join(row, end, new Uint8Array(4))), at: 8 },
  { rule: 'amd/table-length', fires: withTable(new Uint8Array(0)), at: 8 },
  {
    rule: 'amd/table-too-long',
    fires: withTable(new Uint8Array(16 * 1025)),
    silent: withTable(new Uint8Array(16 * 1024)),
    at: 12,
  },
  { rule: 'amd/terminator', fires: withTable(row), at: 12 },
  { rule: 'amd/after-terminator', fires: withTable(join(row, end, row)), at: 12 + 32 },
  { rule: 'amd/equivalence-reserved', fires: withWords(plain, { 16: 1 }), at: 16 },
  { rule: 'amd/equivalence-reserved', fires: withWords(plain, { 24: 0x0001a011 }), at: 26 },
  { rule: 'amd/equivalence-duplicate', fires: withTable(join(row, row, end)), at: 28 },
  {
    rule: 'amd/equivalence-conflict',
    fires: amdContainer({ patches: [legacy], entries: [...legacyEntries, equivalenceEntry(0x00100f53, 0x1062)] }),
    silent: amdContainer({ patches: [legacy], entries: legacyEntries }),
    at: 12 + 3 * 16,
  },
  {
    rule: 'amd/equivalence-conflict',
    fires: join(plain, withWords(plain, { 24: 0xa111 })),
    silent: two,
    at: plain.length + 12,
  },
  { rule: 'amd/equivalence-identity', fires: withWords(plain, { 24: 0xa111 }), at: 24 },
  { rule: 'amd/no-equivalence', fires: withTable(end), at: 12 + 16 + 8 + 24 },
  {
    rule: 'amd/unused-equivalence',
    fires: amdContainer({ entries: identityEntries([zen3, zen4]) }),
    at: 12 + 16,
  },
  { rule: 'amd/no-patches', fires: amdContainer({ patches: [] }), at: 0 },
  { rule: 'amd/patch-minimum', fires: amdContainer({ patches: [new Uint8Array(31)] }), at: patchAt },
  {
    rule: 'amd/patch-maximum-linux',
    fires: amdContainer({ patches: [huge] }),
    silent: amdContainer({ patches: [huge.subarray(0, 2048)] }),
    at: patchAt - 4,
  },
  { rule: 'amd/patch-maximum-xen', fires: amdContainer({ patches: [hugeZen] }), at: patchAt - 4 },
  { rule: 'amd/duplicate-patch', fires: amdContainer({ patches: [zen3, zen3] }), at: patchAt + 5568 + 8 + 24 },
  { rule: 'amd/junk', fires: join(plain, new Uint8Array(5), plain), at: plain.length },
  { rule: 'amd/trailing-bytes', fires: join(plain, new Uint8Array(1)), at: plain.length },
];

describe('rules', () => {
  test.each(CASES)('$rule fires at $at and is silent on a sound container', ({ rule, fires, silent = plain, at }) => {
    const hits = parseAmdContainers(fires).findings.filter((found) => found.rule === rule);
    const inPatches = parseAmdContainers(fires)
      .containers.flatMap(({ patches }) => patches.flatMap(({ findings }) => findings))
      .filter((found) => found.rule === rule);
    expect([...hits, ...inPatches].map(({ offset }) => offset)).toContain(at);
    expect(rules(silent)).not.toContain(rule);
  });

  test('amd/equivalence-reserved speaks of the first entry only', () => {
    const odd = new Uint8Array(16).fill(1);
    const hits = parseAmdContainers(withTable(join(odd, odd, end))).findings.filter(
      ({ rule }) => rule === 'amd/equivalence-reserved',
    );
    expect(hits.map(({ field }) => field)).toEqual(['fixedErrataMask', 'fixedErrataCompare', 'reserved']);
  });

  test('foreign bytes are stepped over, so that every container is shown', () => {
    const bytes = join(
      plain,
      new TextEncoder().encode('-----BEGIN PGP SIGNATURE-----'),
      amdContainer({ patches: [zen4] }),
    );
    const { containers, end } = parseAmdContainers(bytes);
    expect(containers.flatMap(({ patches }) => patches.map(({ revision }) => revision))).toEqual([
      0x0a0011d5, 0x0a101148,
    ]);
    expect(end).toBe(bytes.length);
  });

  test('behind a wrong section type the patch is still read', () => {
    expect(parseAmdContainers(withWords(plain, { 44: 7 })).containers[0]?.patches).toHaveLength(1);
  });

  test('trailing bytes leave the end where the container ends', () => {
    expect(parseAmdContainers(join(plain, new Uint8Array(9))).end).toBe(plain.length);
  });
});

describe('hostile bytes', () => {
  test.each([
    ['back-to-back headers without a table', amdContainer({ patches: [], entries: [] }).subarray(0, 12)],
    ['empty patch sections', new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0])],
    ['bare magics', new Uint8Array([0x44, 0x4d, 0x41, 0])],
    ['headers with endless tables', withWords(amdContainer().subarray(0, 12), { 8: 0xffffffff })],
  ])('%s end in a bounded number of findings', (_, unit) => {
    const bytes = join(amdContainer({ patches: [] }), Buffer.alloc(4 << 20, unit));
    const { containers, findings } = parseAmdContainers(bytes);
    // The limit, and what a single table of 1024 entries may add behind it.
    expect(findings.length).toBeLessThan(10_000 + 3 * 1024);
    expect(containers.length).toBeLessThan(10_010);
  });

  test('amd/too-many-findings says that reading stopped', () => {
    const bytes = Buffer.alloc(1 << 20, amdContainer({ patches: [], entries: [] }).subarray(0, 12));
    expect(rules(bytes).at(-1)).toBe('amd/too-many-findings');
    expect(rules(two)).not.toContain('amd/too-many-findings');
  });
});

describe('encoding', () => {
  test('adds a terminator where there is none', () => {
    const { containers } = parseAmdContainers(encodeAmdContainer({ entries: [], patches: [] }));
    expect(containers[0]?.table.entries).toEqual([TERMINATOR]);
  });

  test('keeps the one that is there', () => {
    const entries = [...identityEntries([zen3]), TERMINATOR];
    expect(encodeAmdContainer({ entries, patches: [{ bytes: zen3 }] })).toEqual(plain);
  });
});
