/**
 * A firmware tree: 3,000 files of other devices, 2 GB, around 150 files of microcode. Names, sizes and first bytes are spread as in
 * linux-firmware, where half of the files have less than 32 KB and a few have many MB. All bytes are written; nothing is sparse.
 */
import { closeSync, cpSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../fixtures/bytes.ts';
import { intelUpdate } from '../fixtures/intel.ts';

const FOREIGN_FILES = 3000;
const FOREIGN_BYTES = 2e9;
const MICROCODE_FILES = 150;
const PER_FOLDER = 14;

/** Endings and the bytes that such files begin with; an empty list leaves random ones. */
const KINDS: readonly (readonly [ending: string, start: readonly number[]])[] = [
  ['bin', []],
  ['bin', [0x05, 0x00, 0x00, 0x00]],
  ['fw', []],
  ['ucode', [0x00, 0x00, 0x00, 0x00]],
  ['tplg', [0x43, 0x6f, 0x53, 0x41]],
  ['mbn', [0x7f, 0x45, 0x4c, 0x46]],
  ['bin.xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['fw.zst', [0x28, 0xb5, 0x2f, 0xfd]],
  ['txt', [0x23, 0x20]],
];

/** Sizes from 1 KB to 18 MB, most of them small, that sum to about `FOREIGN_BYTES`. */
function sizes(): number[] {
  // Evenly spaced on a curve through the smallest, the median and the largest of linux-firmware.
  const curve = Array.from({ length: FOREIGN_FILES }, (_, i) => Math.exp(7 + 9.7 * (i / FOREIGN_FILES) ** 1.6));
  const factor = FOREIGN_BYTES / curve.reduce((sum, one) => sum + one, 0);
  return curve.map((size) => Math.ceil(size * factor));
}

function writeForeign(folder: string): void {
  const random = seeded(2);
  const noise = Buffer.from(Uint32Array.from({ length: 1 << 23 }, () => random()).buffer);
  sizes().forEach((size, i) => {
    const into = join(folder, `device${Math.floor(((i * 37) % FOREIGN_FILES) / PER_FOLDER)}`);
    mkdirSync(into, { recursive: true });
    const [ending, start] = KINDS[i % KINDS.length] ?? ['bin', []];
    const file = openSync(join(into, `part-${i}.${ending}`), 'w');
    writeSync(file, Uint8Array.from(start));
    for (let left = size - start.length; left > 0;) {
      const from = random() % (noise.length >> 1);
      left -= writeSync(file, noise, from, Math.min(left, noise.length - from));
    }
    closeSync(file);
  });
}

/** The kernel's folders of both vendors, filled up to 150 files with updates for CPUs that there are none of. */
function writeMicrocode(folder: string, intel: string, amd: string): void {
  cpSync(intel, join(folder, 'intel-ucode'), { recursive: true });
  cpSync(amd, join(folder, 'amd-ucode'), { recursive: true });
  const there = ['intel-ucode', 'amd-ucode'].reduce((sum, name) => sum + readdirSync(join(folder, name)).length, 0);
  for (let i = there; i < MICROCODE_FILES; i++) {
    const model = (i - there).toString(16);
    const signature = 0xf0f00 | ((i - there) << 4) | 0xf;
    writeFileSync(join(folder, 'intel-ucode', `06-f${model}-0f`), intelUpdate({ signature, dataSize: 100_000 }));
  }
}

export interface FirmwareTrees {
  /** 150 files of microcode. */
  readonly alone: string;
  /** The same among 3,000 files of other devices. */
  readonly among: string;
}

export function writeFirmwareTrees(folder: string, intel: string, amd: string): FirmwareTrees {
  const trees = { alone: join(folder, 'microcode-alone'), among: join(folder, 'firmware') };
  for (const tree of [trees.alone, trees.among]) {
    mkdirSync(tree);
    writeMicrocode(tree, intel, amd);
  }
  writeForeign(trees.among);
  return trees;
}
