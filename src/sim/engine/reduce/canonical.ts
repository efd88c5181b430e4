/**
 * One state of each set of states that differ only in which of several interchangeable CPUs is which: the one whose
 * units are sorted. Searching only those keeps every verdict, because swapping interchangeable CPUs changes no claim.
 */
import type { Chunk, Layout } from '../ground/layout.ts';

const chunkSource = ({ word, shift, bits }: Chunk): string =>
  bits === 32 ? `O[to + ${word}]` : `((O[to + ${word}] >>> ${shift}) & ${(1 << bits) - 1})`;

const storeSource = ({ word, shift, bits }: Chunk, value: string): string => {
  if (bits === 32) return `O[to + ${word}] = ${value};`;
  const mask = ((1 << bits) - 1) << shift;
  return `O[to + ${word}] = (O[to + ${word}] & ${~mask}) | (${value} << ${shift});`;
};

/** A function that puts two units in order and says whether they were not. */
function exchangeSource(name: string, left: readonly Chunk[], right: readonly Chunk[]): string {
  const pairs = left.flatMap((chunk, index) => {
    const other = right[index];
    return other === undefined ? [] : [{ chunk, other, index }];
  });
  const loads = pairs.map(
    ({ chunk, other, index }) => `const a${index} = ${chunkSource(chunk)}, b${index} = ${chunkSource(other)};`,
  );
  const order = pairs.map(({ index }) => `if (a${index} < b${index}) return false; if (a${index} === b${index}) {`);
  const stores = pairs.map(
    ({ chunk, other, index }) => `${storeSource(chunk, `b${index}`)} ${storeSource(other, `a${index}`)}`,
  );
  return `function ${name}(O, to) { ${loads.join(' ')} ${order.join(' ')} return false; ${'}'.repeat(pairs.length)}
    ${stores.join(' ')} return true; }`;
}

/** Text of `canonical(O, to)`, which sorts the packed state at `O[to...]` in place; nothing when there is nothing to sort. */
export function canonicalSource({ sorted }: Layout): string {
  const functions: string[] = [];
  const calls = sorted.flatMap((units, set) => {
    units
      .slice(1)
      .forEach((unit, index) => functions.push(exchangeSource(`order${set}_${index}`, units[index] ?? [], unit)));
    // Insertion sort: each unit sinks until it meets one that is not greater.
    return units
      .slice(1)
      .map((_, last) =>
        Array.from({ length: last + 1 }, (_, back) => `order${set}_${last - back}(O, to)`).join(' && '),
      );
  });
  return `${functions.join('\n')}\nfunction canonical(O, to) { ${calls.map((call) => `${call};`).join('\n')} }`;
}
