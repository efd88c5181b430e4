import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Executable bytes of a guest and the virtual address they run at. */
export interface CodeRange {
  readonly bytes: Buffer;
  readonly address: bigint;
}

const ELF_MAGIC = 0x7f454c46;
const isElf = (bytes: Buffer): boolean => bytes.length >= 4 && bytes.readUInt32BE(0) === ELF_MAGIC;

/** Programs that expand a bzImage's payload, by the magic at its start. */
const EXPANDERS: readonly { readonly magic: string; readonly command: readonly [string, ...string[]] }[] = [
  { magic: 'fd377a58', command: ['xz', '-dc'] },
  { magic: '28b52ffd', command: ['zstd', '-dcq'] },
  { magic: '02214c18', command: ['lz4', '-dc'] },
  { magic: '1f8b', command: ['gzip', '-dc'] },
];

/** The ELF image inside a bzImage (Documentation/arch/x86/boot.rst: payload_offset at 0x248, payload_length at 0x24c). */
function expandBzImage(file: string): Buffer {
  const image = readFileSync(file);
  if (image.toString('latin1', 0x202, 0x206) !== 'HdrS') throw new Error(`${file} is not a bzImage`);
  const setupSectors = (image[0x1f1] ?? 0) || 4;
  const start = (setupSectors + 1) * 512 + image.readUInt32LE(0x248);
  const payload = image.subarray(start, start + image.readUInt32LE(0x24c));
  const magic = payload.toString('hex', 0, 4);
  const expander = EXPANDERS.find((candidate) => magic.startsWith(candidate.magic));
  if (expander === undefined) throw new Error(`${file}: no program for a payload that starts with ${magic}`);
  const [program, ...args] = expander.command;
  // The payload is followed by a size word, so the program may end with an error after it has written everything.
  const done = spawnSync(program, args, { input: payload, maxBuffer: 1 << 28 });
  if (!isElf(done.stdout)) throw new Error(`${program} did not expand ${file}: ${done.stderr.toString()}`);
  return done.stdout;
}

/** The version string a bzImage carries (kernel_version at 0x20e), up to the first blank. */
export function linuxVersion(file: string): string {
  const image = readFileSync(file);
  const start = image.readUInt16LE(0x20e) + 0x200;
  return image.toString('latin1', start, image.indexOf(0, start)).split(' ')[0] ?? '';
}

/** Executable sections of a kernel. Their link addresses are real only with `nokaslr`. */
export function linuxCode(file: string): CodeRange[] {
  const elf = expandBzImage(file);
  const table = Number(elf.readBigUInt64LE(40));
  const entrySize = elf.readUInt16LE(58);
  const ranges: CodeRange[] = [];
  for (let i = 0; i < elf.readUInt16LE(60); i++) {
    const at = table + entrySize * i;
    const isProgram = elf.readUInt32LE(at + 4) === 1;
    const isExecutable = (elf.readBigUInt64LE(at + 8) & 4n) !== 0n;
    if (!isProgram || !isExecutable) continue;
    const start = Number(elf.readBigUInt64LE(at + 24));
    const size = Number(elf.readBigUInt64LE(at + 32));
    ranges.push({ bytes: elf.subarray(start, start + size), address: elf.readBigUInt64LE(at + 16) });
  }
  return ranges;
}

/** Xen's 32-bit wrapper (mkelf32) loads at physical addresses; the code runs at XEN_VIRT_START plus those. */
const XEN_VIRT_START = 0xffff82d040000000n;

/** Loaded segments of an uncompressed `xen-*` file. */
export function xenCode(file: string): CodeRange[] {
  const elf = readFileSync(file);
  if (!isElf(elf)) throw new Error(`${file} is not an ELF file; a xen-*.gz has to be gunzipped first`);
  const table = elf.readUInt32LE(28);
  const ranges: CodeRange[] = [];
  for (let i = 0; i < elf.readUInt16LE(44); i++) {
    const at = table + 32 * i;
    if (elf.readUInt32LE(at) !== 1) continue;
    const start = elf.readUInt32LE(at + 4);
    const bytes = elf.subarray(start, start + elf.readUInt32LE(at + 16));
    ranges.push({ bytes, address: XEN_VIRT_START + BigInt(elf.readUInt32LE(at + 12)) });
  }
  return ranges;
}

/** Executable sections of a xen.efi, at their link addresses, which Xen returns to before it looks for microcode. */
export function xenEfiCode(file: string): CodeRange[] {
  const image = readFileSync(file);
  const header = image.readUInt32LE(0x3c) + 4;
  const base = image.readBigUInt64LE(header + 20 + 24);
  const table = header + 20 + image.readUInt16LE(header + 16);
  const ranges: CodeRange[] = [];
  for (let i = 0; i < image.readUInt16LE(header + 2); i++) {
    const row = table + 40 * i;
    const isExecutable = (image.readUInt32LE(row + 36) & 0x2000_0000) !== 0;
    if (!isExecutable) continue;
    const start = image.readUInt32LE(row + 20);
    const size = Math.min(image.readUInt32LE(row + 8), image.readUInt32LE(row + 16));
    ranges.push({ bytes: image.subarray(start, start + size), address: base + BigInt(image.readUInt32LE(row + 12)) });
  }
  return ranges;
}
