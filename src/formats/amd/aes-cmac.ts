import { createCipheriv } from 'node:crypto';

const BLOCK = 16;

/** Doubling in GF(2^128): how SP 800-38B derives its subkeys. */
function doubled(block: Uint8Array): Uint8Array {
  const carry = ((block[0] ?? 0) & 0x80) !== 0;
  const shifted = block.map((byte, i) => (byte << 1) | ((block[i + 1] ?? 0) >>> 7));
  if (carry) shifted[BLOCK - 1] = (shifted[BLOCK - 1] ?? 0) ^ 0x87;
  return shifted;
}

/** AES-128-CMAC (NIST SP 800-38B, RFC 4493), 16 bytes. Node has no CMAC of its own; it is CBC with the last block masked. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const cbc = (): ReturnType<typeof createCipheriv> =>
    createCipheriv('aes-128-cbc', key, new Uint8Array(BLOCK)).setAutoPadding(false);
  const whole = message.length > 0 && message.length % BLOCK === 0;
  const head = whole ? message.length - BLOCK : message.length - (message.length % BLOCK);
  const last = new Uint8Array(BLOCK);
  last.set(message.subarray(head));
  if (!whole) last[message.length - head] = 0x80;
  const subkey = doubled(cbc().update(new Uint8Array(BLOCK)));
  const mask = whole ? subkey : doubled(subkey);
  const cipher = cbc();
  cipher.update(message.subarray(0, head));
  return new Uint8Array(cipher.update(last.map((byte, i) => byte ^ (mask[i] ?? 0))));
}
