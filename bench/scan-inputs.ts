/** The inputs that a search for headers is slowest on, 64 MiB each. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../fixtures/bytes.ts';
import { intelUpdate } from '../fixtures/intel.ts';

const WORDS = 1 << 24;

function randomWords(): Uint32Array {
  const random = seeded(1);
  return Uint32Array.from({ length: WORDS }, () => random());
}

/** Headers of updates of 1 MiB, one straight after the other, behind one word that makes the file no update itself. */
function headers(): Uint32Array {
  const header = new Uint32Array(intelUpdate({ dataSize: (1 << 20) - 48 }).slice(0, 48).buffer);
  const words = new Uint32Array(WORDS);
  for (let at = 1; at + header.length <= WORDS; at += header.length) words.set(header, at);
  return words;
}

export function writeScanInputs(folder: string): { readonly name: string; readonly path: string }[] {
  const inputs: readonly (readonly [name: string, words: () => Uint32Array])[] = [
    ['random', randomWords],
    ['zeros', () => new Uint32Array(WORDS)],
    ['0x01', () => new Uint32Array(WORDS).fill(0x0101_0101)],
    ['01 00 00 00', () => new Uint32Array(WORDS).fill(1)],
    ['headers', headers],
  ];
  return inputs.map(([name, words]) => {
    const path = join(folder, name.replaceAll(' ', '-'));
    writeFileSync(path, words());
    return { name, path };
  });
}
