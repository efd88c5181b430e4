/** Unified kernel images and unified images of Xen, made with the tools that people have. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePe } from '../../../src/formats/pe.ts';
import { ukify } from './efi.ts';

/** Runs `make` in a folder of its own and gives what it wrote to `out`. */
function made(make: (folder: string, save: (name: string, bytes: Uint8Array) => string, out: string) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'ucodekit-efi-'));
  const save = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  try {
    const out = join(folder, 'out.efi');
    make(folder, save, out);
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface UkifyRequest {
  readonly stub: string;
  readonly kernel: string;
  readonly initrds: readonly Uint8Array[];
  readonly microcode?: Uint8Array | undefined;
  readonly commandLine: string;
}

/** A unified kernel image as Debian's ukify builds it. */
export const byUkify = ({ stub, kernel, initrds, microcode, commandLine }: UkifyRequest): Buffer =>
  made((_, save, out) => {
    const { command, environment } = ukify();
    const args = [
      `--stub=${stub}`,
      `--linux=${kernel}`,
      `--cmdline=${commandLine}`,
      `--output=${out}`,
      ...initrds.map((bytes, i) => `--initrd=${save(`initrd${i}`, bytes)}`),
      ...(microcode === undefined ? [] : [`--microcode=${save('microcode', microcode)}`]),
    ];
    execFileSync('python3', [command, 'build', ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  });

export type HandSection = readonly [name: string, bytes: Uint8Array];

/** An image as people make it by hand: `objcopy --add-section`, each section on the next free page, in the order given. */
export function byObjcopy(stub: string, sections: readonly HandSection[]): Buffer {
  const image = made((folder, save, out) => {
    copyFileSync(stub, out);
    chmodSync(out, 0o644);
    sections.forEach(([, bytes], i) => {
      const file = save(`section${i}`, bytes);
      const address = `0x${nextPage(out).toString(16)}`;
      const next = join(folder, 'next.efi');
      const place = ['--change-section-vma', `${passing(i)}=${address}`];
      execFileSync('objcopy', ['--add-section', `${passing(i)}=${file}`, ...place, out, next], { stdio: 'pipe' });
      copyFileSync(next, out);
    });
  });
  // objcopy moves all sections of a name at once, so each has a name of its own until it has its place.
  sections.forEach(([name], i) => {
    const row = parsePe(image).rows.find((one) => one.name === passing(i));
    if (row === undefined) throw new Error(`objcopy added no section ${passing(i)}`);
    image.write(name.padEnd(8, '\0'), row.row, 'latin1');
  });
  return image;
}

const passing = (i: number): string => `.new${i}`;

/** The first page behind the last section. */
function nextPage(image: string): bigint {
  const listing = execFileSync('objdump', ['-h', image], { encoding: 'utf8' });
  const ends = [...listing.matchAll(/^ +\d+ \S+ +([0-9a-f]+) +([0-9a-f]+)/gm)].map(
    ([, size = '0', address = '0']) => BigInt(`0x${address}`) + BigInt(`0x${size}`),
  );
  const end = ends.reduce((last, one) => (one > last ? one : last), 0n);
  return (end + 4095n) & ~4095n;
}
