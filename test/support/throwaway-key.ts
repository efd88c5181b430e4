import { constants, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import type { Seal } from '../../fixtures/amd.ts';
import type { AmdSigningKey } from '../../src/formats/amd/signing-keys.ts';

const R = 1n << 2048n;

/** -modulus^-1 modulo 2^2048, by Newton's iteration. */
function montgomeryConstant(modulus: bigint): bigint {
  let inverse = 1n;
  for (let bits = 1; bits < 2048; bits *= 2) inverse = (inverse * (2n - modulus * inverse)) % R;
  return ((-inverse % R) + R) % R;
}

const bytesOf = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(512, '0'), 'hex');

export interface ThrowawayKey {
  /** 512 hexadecimal digits. */
  readonly modulus: string;
  readonly modulusBytes: Uint8Array;
  /** A signature block over a 16-byte digest. No CPU takes it: the key is nobody's. */
  readonly seal: (digest: Uint8Array) => Seal;
  /** The key as if it were AMD's. */
  readonly as: (name: string, keyHash: string | null) => AmdSigningKey;
}

/** A fresh RSA key, so that every path of the verification has a patch to take it. */
export function throwawayKey(): ThrowawayKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const modulusBytes = Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url');
  const modulus = modulusBytes.toString('hex');
  const check = bytesOf(montgomeryConstant(BigInt(`0x${modulus}`)));
  return {
    modulus,
    modulusBytes,
    seal: (digest) => ({
      signature: privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, digest),
      modulus: modulusBytes,
      check,
    }),
    as: (name, keyHash) => ({ name, modulus, keyHash }),
  };
}
