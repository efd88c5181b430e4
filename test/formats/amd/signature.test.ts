import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AmdPatchOptions, amdPatch, randomWords, zenPatch } from '../../../fixtures/amd.ts';
import { type AmdPatch, parseAmdPatch } from '../../../src/formats/amd/patch.ts';
import {
  type AmdSignature,
  entrySignDigest,
  SIGNATURE_REASONS,
  signatureFindings,
  verifyAmdSignature,
} from '../../../src/formats/amd/signature.ts';
import { AMD_SIGNING_KEYS, type AmdSigningKey } from '../../../src/formats/amd/signing-keys.ts';
import { debianPatches } from '../../support/amd-debian.ts';
import { csvRows } from '../../support/csv.ts';
import { importsOf } from '../../support/layers.ts';
import { throwawayKey } from '../../support/throwaway-key.ts';

function read(bytes: Uint8Array): AmdPatch {
  const patch = parseAmdPatch(bytes, 0, bytes.length);
  if (patch === undefined) throw new Error('no patch');
  return patch;
}

const verify = (bytes: Uint8Array, keys?: readonly AmdSigningKey[]): AmdSignature =>
  verifyAmdSignature(read(bytes), keys);

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[bit >>> 3] = (copy[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

const golden = csvRows(readFileSync(join(import.meta.dirname, '../../data/amd/debian-patches.csv'), 'utf8'));

describe("Debian's patches", () => {
  test('25 of 25 Zen patches are valid under a named key, with the digests of the golden', (context) => {
    const rows = debianPatches(context).map((patch) => {
      const { verdict, keyName, modulusSha256, signedDigest, computedDigest, ...rest } = verifyAmdSignature(patch);
      const { checkConstantRight, revisionSigned } = rest;
      return { verdict, keyName, modulusSha256, signedDigest, computedDigest, checkConstantRight, revisionSigned };
    });
    const wanted = golden.map((line) =>
      line['sig_class'] === 'VALID'
        ? {
            verdict: 'valid',
            keyName: 'Zen1-4',
            modulusSha256: '4f2e81e9fe58531884bb46b2376c22aca4e5a53e952911711ee9d72cb720d247',
            signedDigest: line['signed_digest'],
            computedDigest: line['cmac_nist'],
            checkConstantRight: true,
            revisionSigned: true,
          }
        : {
            verdict: 'none',
            keyName: null,
            modulusSha256: null,
            signedDigest: null,
            computedDigest: null,
            checkConstantRight: null,
            revisionSigned: null,
          },
    );
    expect(rows).toEqual(wanted);
    expect(rows.filter(({ verdict }) => verdict === 'valid')).toHaveLength(25);
  });

  test('one flipped bit of the signed region makes them invalid, at 1,000 places', (context) => {
    const patches = debianPatches(context).filter(({ zen }) => zen !== null);
    const next = randomWords(1000);
    const reasons = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      const patch = patches[i % patches.length];
      if (patch === undefined) throw new Error('no Zen patch');
      const bit = 800 * 8 + (next() % ((patch.bytes.length - 800) * 8));
      const { verdict, reason } = verify(flipped(patch.bytes, bit));
      reasons.add(`${verdict}: ${reason}`);
    }
    expect([...reasons]).toEqual(['invalid: digest']);
  });

  test('so does one of signature, modulus and check constant', (context) => {
    const patch = debianPatches(context).find(({ revision }) => revision === 0x0a0011d5);
    const bytes = patch?.bytes ?? new Uint8Array();
    expect(verify(flipped(bytes, 8 * 40))).toMatchObject({ verdict: 'invalid', reason: 'padding' });
    expect(verify(flipped(bytes, 8 * 543))).toMatchObject({ verdict: 'invalid', reason: 'modulus', keyName: null });
    expect(verify(flipped(bytes, 8 * 300))).toMatchObject({ verdict: 'invalid', reason: 'padding', keyName: null });
    expect(verify(flipped(bytes, 8 * 700))).toMatchObject({ verdict: 'invalid', reason: 'check-constant' });
  });

  test('a changed date or minimum revision, which are not signed, leaves them valid', (context) => {
    for (const { bytes } of debianPatches(context).filter(({ zen }) => zen !== null)) {
      expect(verify(flipped(bytes, 8 * 2)).verdict).toBe('valid');
      expect(verify(flipped(bytes, 8 * 12 + 1)).verdict).toBe('valid');
    }
  });

  test('a changed revision in the header is seen against the signed one', (context) => {
    for (const { bytes } of debianPatches(context).filter(({ zen }) => zen !== null)) {
      expect(verify(flipped(bytes, 8 * 4))).toMatchObject({
        verdict: 'invalid',
        reason: 'revision',
        revisionSigned: false,
      });
    }
  });
});

describe('the keys of AMD', () => {
  test('have the published fingerprints and, where known, the hash that the silicon compares', () => {
    const facts = AMD_SIGNING_KEYS.map(({ name, modulus, keyHash }) => {
      const bytes = Buffer.from(modulus, 'hex');
      return [name, createHash('sha256').update(bytes).digest('hex'), keyHash ?? entrySignDigest(bytes)];
    });
    expect(facts).toEqual([
      [
        'Zen1-4',
        '4f2e81e9fe58531884bb46b2376c22aca4e5a53e952911711ee9d72cb720d247',
        entrySignDigest(Buffer.from(AMD_SIGNING_KEYS[0]?.modulus ?? '', 'hex')),
      ],
      ['Zen5', '35481fb61448c522249620811f674f6d0bf221a1dfde1be6edb4907cf24a6fbe', '2cba4f7bd9b9ca6339570dc3093c7cee'],
    ]);
    expect(AMD_SIGNING_KEYS[0]?.keyHash).toBe('9a3631fe88727fa8202dffa9a528730b');
  });
});

describe('a patch under a throw-away key', () => {
  const key = throwawayKey();
  const other = throwawayKey();
  const knownHash = entrySignDigest(key.modulusBytes);
  const sealed = (digest: 'known' | 'unknown', options: AmdPatchOptions = {}): Uint8Array =>
    amdPatch({
      kind: 'zen3',
      ...options,
      seal: (region) =>
        key.seal(digest === 'known' ? Buffer.from(entrySignDigest(region), 'hex') : new Uint8Array(16).fill(0x5a)),
    });

  test('is never valid, though it verifies', () => {
    for (const kind of ['zen2', 'zen3', 'zen4', 'zen5Early', 'zen5', 'zen5Late'] as const) {
      const signature = verify(sealed('known', { kind }));
      expect(signature).toMatchObject({ verdict: 'invalid', reason: 'foreign-key', keyName: null });
      expect(signature.signedDigest).toBe(signature.computedDigest);
    }
  });

  test('is forged where its modulus has the hash of a key of AMD', () => {
    const keys = [other.as('AMD', knownHash)];
    expect(verify(sealed('known'), keys)).toMatchObject({ verdict: 'forged', reason: 'colliding-key', keyName: null });
    expect(verify(sealed('known'), [other.as('AMD', null)]).verdict).toBe('invalid');
    expect(verify(sealed('known'), [other.as('AMD', '00'.repeat(16))]).verdict).toBe('invalid');
    expect(verify(flipped(sealed('known'), 8 * 900), keys).verdict).toBe('invalid');
  });

  test('would be valid if the key were AMD’s', () => {
    expect(verify(sealed('known'), [other.as('B', null), key.as('A', knownHash)])).toMatchObject({
      verdict: 'valid',
      keyName: 'A',
    });
  });

  describe('with a digest of an unknown function', () => {
    const keys = [key.as('A', knownHash)];

    test('is intact above the cut-off of its CPU and where no cut-off is published', () => {
      const fixed = { header: { patchId: 0x0a0011db } };
      expect(verify(sealed('unknown', fixed), keys)).toMatchObject({ verdict: 'intact', reason: 'digest-unpublished' });
      const unlisted = { header: { patchId: 0x0a601302, processorRevId: 0xa613 } };
      expect(verify(sealed('unknown', unlisted), keys).verdict).toBe('intact');
    });

    test('is invalid up to the cut-off, where the function is known', () => {
      expect(verify(sealed('unknown', { header: { patchId: 0x0a0011da } }), keys)).toMatchObject({
        verdict: 'invalid',
        reason: 'digest',
      });
    });

    test('is invalid on family 17h, fixed or not, and in the first format of family 1Ah', () => {
      expect(verify(sealed('unknown', { kind: 'zen2', header: { patchId: 0x08701035 } }), keys).verdict).toBe(
        'invalid',
      );
      expect(verify(sealed('unknown', { kind: 'zen5Early' }), keys).verdict).toBe('invalid');
    });

    test('is intact under a key of which no hash is published', () => {
      expect(verify(sealed('unknown', { kind: 'zen5' }), [key.as('Z', null)])).toMatchObject({
        verdict: 'intact',
        keyName: 'Z',
      });
    });

    test('is invalid all the same when the header names another revision', () => {
      const lying = { header: { patchId: 0x0a0011db }, embeddedRevision: 0x0a0011dc };
      expect(verify(sealed('unknown', lying), keys)).toMatchObject({ verdict: 'invalid', reason: 'revision' });
    });
  });
});

describe('patches that cannot be verified', () => {
  test('before family 17h there is no signature', () => {
    expect(verify(amdPatch({ kind: 'fam16h' }))).toMatchObject({ verdict: 'none', reason: 'no-signature' });
  });

  test('random bytes for a signature are invalid', () => {
    expect(verify(amdPatch()).verdict).toBe('invalid');
  });

  test.each([33, 544, 807, 5567])('cut off after %i bytes they are incomplete', (length) => {
    const patch = parseAmdPatch(amdPatch().subarray(0, length), 0, 5568);
    expect(patch && verifyAmdSignature(patch)).toMatchObject({ verdict: 'invalid', reason: 'incomplete' });
  });

  test('a modulus of zeros is no obstacle', () => {
    const bytes = amdPatch();
    bytes.fill(0, 32, 800);
    expect(verify(bytes)).toMatchObject({ verdict: 'invalid', reason: 'modulus' });
  });

  test('bytes behind the format are not part of the signed region', (context) => {
    const patch = debianPatches(context).find(({ revision }) => revision === 0x08a0000a);
    const longer = new Uint8Array(3456).fill(7);
    longer.set(patch?.bytes ?? []);
    expect(verify(longer).verdict).toBe('valid');
  });
});

describe('rules', () => {
  const patch = read(zenPatch(0x0a0011d5));
  const nothing = verifyAmdSignature(read(amdPatch({ kind: 'fam10h' })));
  const made = (reason: keyof typeof SIGNATURE_REASONS): AmdSignature => ({
    ...nothing,
    reason,
    verdict: SIGNATURE_REASONS[reason].verdict,
  });

  test.each([
    ['colliding-key', 'amd/signature-forged', 'error'],
    ['digest', 'amd/signature-invalid', 'error'],
    ['padding', 'amd/signature-invalid', 'error'],
    ['digest-unpublished', 'amd/signature-intact', 'note'],
  ] as const)('%s is reported as %s', (reason, rule, severity) => {
    expect(signatureFindings(patch, made(reason))).toMatchObject([
      { rule, severity, offset: 32, message: SIGNATURE_REASONS[reason].says },
    ]);
  });

  test.each(['verified', 'no-signature'] as const)('%s is nothing to report', (reason) => {
    expect(signatureFindings(patch, made(reason))).toEqual([]);
  });
});

test('reading and writing patches does not load the verification', () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const target of importsOf(readFileSync(file, 'utf8'))) {
      if (target.startsWith('.')) visit(resolve(dirname(file), target));
      else seen.add(target);
    }
  };
  const folder = join(import.meta.dirname, '../../../src/formats/amd');
  for (const name of ['container', 'raw-patch', 'encode']) visit(join(folder, `${name}.ts`));
  expect(seen).toContain(join(folder, 'header.ts'));
  expect([...seen].filter((name) => /signature|signing|cmac|node:crypto/.test(name))).toEqual([]);
});
