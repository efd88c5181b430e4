/**
 * Straight-line code for a fixed number of 32-bit words. A state is a few words, and loops over so few of them cost
 * more than the work (measured: 1.6 times), so the loops are written out as text and compiled once per word count.
 */

/** Two hash functions with different constants: the second is only looked at when states themselves are not kept. */
const HASHES = {
  first: { seed: 0x2545f491, a: 0xcc9e2d51, b: 0x1b873593 },
  second: { seed: 0x6a09e667, a: 0x85ebca77, b: 0x27d4eb2f },
} as const;

export type HashName = keyof typeof HASHES;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The finaliser of MurmurHash3 (public domain, A. Appleby): every input bit reaches every output bit. */
const FINISH =
  'h ^= h >>> 16; h = Math.imul(h, 0x85ebca6b); h ^= h >>> 13; h = Math.imul(h, 0xc2b2ae35); h ^= h >>> 16;';

/** Statements that leave the hash of `words` words at `array[at...]` in a new variable `h`. */
export function hashSource(words: number, name: HashName, array: string, at: string): string {
  const { seed, a, b } = HASHES[name];
  const mixes = range(words).map(
    (word) =>
      `k = Math.imul(${array}[${at} + ${word}], ${a}); k = Math.imul((k << 15) | (k >>> 17), ${b}); ` +
      `h ^= k; h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;`,
  );
  return `let h = ${seed}, k = 0; ${mixes.join('\n')} ${FINISH}`;
}

/** An expression that is true when the words at `left[at]` and `right[to]` are equal. */
export const equalSource = (words: number, left: string, at: string, right: string, to: string): string =>
  range(words)
    .map((word) => `${left}[${at} + ${word}] === ${right}[${to} + ${word}]`)
    .join(' && ');

/** Statements that copy words from `left[at]` to `right[to]`. */
export const copySource = (words: number, left: string, at: string, right: string, to: string): string =>
  range(words)
    .map((word) => `${right}[${to} + ${word}] = ${left}[${at} + ${word}];`)
    .join(' ');

export type Hash = (array: Int32Array, at: number) => number;

/** Compiled hash of `words` words. Twin: `hashReference`. */
export const compileHash = (words: number, name: HashName): Hash =>
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is made of numbers and names of this file only
  new Function('array', 'at', `${hashSource(words, name, 'array', 'at')} return h;`) as Hash;

/** The same function as a loop. */
export function hashReference(array: Int32Array, at: number, words: number, name: HashName): number {
  const { seed, a, b } = HASHES[name];
  let h = seed | 0;
  for (let word = 0; word < words; word++) {
    let k = Math.imul(array[at + word] ?? 0, a);
    k = Math.imul((k << 15) | (k >>> 17), b);
    h ^= k;
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
