import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AMD_SAMPLES, type AmdSample, amdContainer, amdPatch, randomWords } from '../../../fixtures/amd.ts';
import { parseAmdContainers } from '../../../src/formats/amd/container.ts';
import { encodeAmdContainer } from '../../../src/formats/amd/encode.ts';
import { EQUIVALENCE_ENTRY, equivalenceEntry } from '../../../src/formats/amd/equivalence.ts';
import { PATCH_HEADER, ZEN_HEADER } from '../../../src/formats/amd/header.ts';
import { parseRawAmdPatch } from '../../../src/formats/amd/raw-patch.ts';
import { amdFolder } from '../../support/debian.ts';

const KINDS = Object.keys(AMD_SAMPLES) as AmdSample[];
const SAMPLES = new Map(KINDS.map((kind) => [kind, amdPatch({ kind })]));
const sample = (kind: AmdSample): Uint8Array => SAMPLES.get(kind) ?? new Uint8Array();

const u32 = fc.integer({ min: 1, max: 0xffffffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const entry = fc.record({
  installedCpu: u32,
  fixedErrataMask: u32,
  fixedErrataCompare: u32,
  equivCpu: u16,
  reserved: u16,
});

test('a container decodes to what it was encoded from', () => {
  const patch = fc.constantFrom(...KINDS).map(sample);
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), fc.array(patch, { maxLength: 6 }), (entries, patches) => {
      const bytes = encodeAmdContainer({ entries, patches: patches.map((bytes) => ({ bytes })) });
      const { containers, end } = parseAmdContainers(bytes);
      expect(end).toBe(bytes.length);
      expect(containers).toHaveLength(1);
      expect(containers[0]?.table.entries.slice(0, -1)).toEqual(entries);
      expect(containers[0]?.table.entries.at(-1)).toEqual(equivalenceEntry(0, 0));
      expect(
        containers[0]?.patches.map((patch) => Buffer.compare(patch.bytes, sample(kindOf(patch.revision)))),
      ).toEqual(patches.map(() => 0));
    }),
    { numRuns: 200, seed: 20250101 },
  );
});

const kindOf = (revision: number): AmdSample => {
  const kind = KINDS.find((kind) => AMD_SAMPLES[kind].patchId === revision);
  if (kind === undefined) throw new Error('no such sample');
  return kind;
};

test('an equivalence entry decodes to what it was encoded from', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const value = EQUIVALENCE_ENTRY.decode(bytes);
      expect(value && EQUIVALENCE_ENTRY.encode(value)).toEqual(bytes);
    }),
  );
});

test('a patch header decodes to what it was encoded from', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 808, maxLength: 808 }), (bytes) => {
      const header = PATCH_HEADER.decode(bytes);
      expect(header && PATCH_HEADER.encode(header)).toEqual(bytes.slice(0, 32));
      const zen = ZEN_HEADER.decode(bytes);
      expect(zen && ZEN_HEADER.encode(zen).slice(32)).toEqual(bytes.slice(32));
    }),
  );
});

/** Changes up to eight bytes, words or lengths; cuts or repeats a part now and then. */
function mutated(original: Uint8Array, next: () => number): Uint8Array {
  const bytes = new Uint8Array(original);
  const view = new DataView(bytes.buffer);
  for (let count = next() % 8; count > 0; count--) {
    // Half of the changes hit the first bytes, where the structure is.
    const reach = next() % 2 === 0 ? Math.min(bytes.length, 128) : bytes.length;
    const at = next() % Math.max(reach - 4, 1);
    const how = next() % 4;
    if (how === 0) view.setUint8(at, next());
    if (how === 1) view.setUint8(at, view.getUint8(at) ^ (1 << (next() % 8)));
    if (how === 2) view.setUint32(at, next(), true);
    if (how === 3) view.setUint32(at, [0, 1, 0xffffffff, bytes.length - at][next() % 4] ?? 0, true);
  }
  const fate = next() % 8;
  if (fate === 0) return bytes.subarray(0, next() % bytes.length);
  if (fate === 1) return bytes.subarray(next() % bytes.length);
  return bytes;
}

/** Reads `bytes` both ways; what of that must hold of any bytes and does not. */
function faults(bytes: Uint8Array): string[] {
  const { containers, findings, end } = parseAmdContainers(bytes);
  const raw = parseRawAmdPatch(bytes);
  let at = 0;
  let nested = end <= bytes.length;
  for (const { offset, size, patches } of containers) {
    nested &&= offset >= at && offset + size <= bytes.length;
    at = offset + size;
    for (const patch of patches) nested &&= patch.offset >= offset && patch.offset + patch.bytes.length <= at;
  }
  const sound = findings.every(
    ({ offset, message }) => offset >= 0 && offset <= bytes.length && !/[{}?]/.test(message),
  );
  return [
    containers.length > 0 || findings.length > 0 || bytes.length === 0 ? '' : 'neither container nor finding',
    raw.patch !== undefined || raw.findings.length > 0 ? '' : 'neither patch nor finding',
    nested ? '' : 'something outside its place',
    sound ? '' : 'a finding outside the input or with an empty slot',
  ].filter((fault) => fault !== '');
}

/** The faults of `count` mutations of the originals in turn. */
const faultsOfMutations = (originals: readonly Uint8Array[], count: number): string[] => {
  const next = randomWords(count);
  const found: string[] = [];
  for (let i = 0; i < count; i++) {
    found.push(...faults(mutated(originals[i % originals.length] ?? new Uint8Array(), next)));
  }
  return found;
};

describe('mutated bytes give a value or findings and never an exception', () => {
  const SYNTHETIC = [
    amdContainer({ patches: [amdPatch({ kind: 'fam10h' }), amdPatch({ kind: 'k8Small' })] }),
    amdContainer({ patches: [amdPatch({ kind: 'fam11h' })] }),
    amdPatch({ kind: 'fam12h' }),
    amdPatch({ kind: 'fam14hTwin' }),
    amdPatch({ kind: 'zen2' }),
  ];

  test('97,000 from synthetic containers and patches', () => {
    expect(faultsOfMutations(SYNTHETIC, 97_000)).toEqual([]);
  });

  test("3,000 from one of Debian's containers", (context) => {
    const original = readFileSync(join(amdFolder(context), 'microcode_amd.bin'));
    expect(faultsOfMutations([original], 3_000)).toEqual([]);
  });

  test('and the generator does damage: nearly every blob differs from its original', () => {
    const next = randomWords(1);
    const original = SYNTHETIC[1] ?? new Uint8Array();
    const same = Array.from({ length: 1000 }, () => Buffer.compare(mutated(original, next), original) === 0);
    expect(same.filter(Boolean).length).toBeLessThan(150);
  });
});
