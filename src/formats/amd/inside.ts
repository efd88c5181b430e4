/**
 * What can be seen inside a patch: match registers (addresses in the CPU's microcode ROM at which the patch takes over) and op-quads (groups
 * of four instructions that it brings along). Sources: zentool for Zen; own measurement over the published patches before Zen.
 */
import { record, u32, u64 } from '../../bytes/layout.ts';
import { FIRST_ZEN_FAMILY } from '../../cpu/amd.ts';
import { PATCH_HEADER, SIGNED_START, ZEN_HEADER } from './header.ts';
import type { AmdPatch } from './patch.ts';
import { isPreProductionTwin } from './sizes.ts';

/** How much of a fixed number of places a patch uses. */
export interface Usage {
  readonly used: number;
  readonly total: number;
}

export interface MatchRegisters extends Usage {
  /** ROM address of each register, null where it is unused. */
  readonly addresses: readonly (number | null)[];
}

export interface AmdInside {
  /**
   * `plain`: microcode that can be read; `encrypted`: the patch says so (XXTEA, key not published); `opaque`: production patches of
   * families 14h and 15h, which look random and say nothing.
   */
  readonly body: 'plain' | 'encrypted' | 'opaque';
  /** Null where they are encrypted or their place is not known. */
  readonly matchRegisters: MatchRegisters | null;
  /** Null where they are encrypted and before Zen. */
  readonly opQuads: Usage | null;
  /** Shannon entropy of everything behind the headers in bits per byte; above 7.9 for encrypted bodies. */
  readonly entropy: number;
  /** Whether the patch is for pre-production steppings of 14h or 15h, which share their revisions with production patches. */
  readonly preProduction: boolean;
  /** Which fields the signature covers; null before Zen. */
  readonly coverage: FieldCoverage | null;
}

export interface FieldCoverage {
  readonly signed: readonly string[];
  readonly unsigned: readonly string[];
}

/** One group of instructions and the word that orders them. */
export const OP_QUAD = record('AMD op-quad', 36, {
  first: u64(0), // an instruction
  second: u64(8), // an instruction
  third: u64(16), // an instruction
  fourth: u64(24), // an instruction
  sequence: u32(32), // what runs after the four
});

const EMPTY_INSTRUCTION = 0x007f_9c00_0000_0000n;
const EMPTY_SEQUENCE = 0x0400_0001;

/** Words of match registers and number of op-quads in each Zen format; 808 + 4 words + 36 quads is the size of the format. */
const ZEN_BODIES: ReadonlyMap<number, { readonly words: number; readonly quads: number }> = new Map([
  [0x8004, { words: 22, quads: 64 }],
  [0x8005, { words: 38, quads: 128 }],
  [0x8010, { words: 60, quads: 370 }],
  [0x8015, { words: 60, quads: 370 }],
  [0x8016, { words: 60, quads: 370 }],
]);

const zenFields = (isSigned: boolean): string[] =>
  Object.entries(ZEN_HEADER.fields)
    .filter(([, field]) => field.offset >= SIGNED_START === isSigned)
    .map(([name]) => name);

const COVERAGE: FieldCoverage = {
  signed: [...zenFields(true), 'matchRegisters', 'opQuads'],
  unsigned: [...Object.keys(PATCH_HEADER.fields), ...zenFields(false)],
};

/** The parts of `patch` that are there. */
export function lookInside(patch: AmdPatch): AmdInside {
  const isZen = patch.family >= FIRST_ZEN_FAMILY;
  const body = bodyKind(patch);
  const end = Math.min(patch.formatSize ?? patch.bytes.length, patch.bytes.length);
  return {
    body,
    matchRegisters: body !== 'plain' ? null : isZen ? zenMatchRegisters(patch) : oldMatchRegisters(patch),
    opQuads: body === 'plain' && isZen ? opQuads(patch) : null,
    entropy: entropy(patch.bytes.subarray(isZen ? ZEN_HEADER.size : PATCH_HEADER.size, end)),
    preProduction: isPreProductionTwin(patch.formatSize),
    coverage: isZen ? COVERAGE : null,
  };
}

function bodyKind({ family, encrypted, formatSize }: AmdPatch): AmdInside['body'] {
  if (encrypted !== null) return encrypted ? 'encrypted' : 'plain';
  return (family === 0x14 || family === 0x15) && !isPreProductionTwin(formatSize) ? 'opaque' : 'plain';
}

const used = (addresses: readonly (number | null)[]): MatchRegisters => ({
  addresses,
  used: addresses.filter((address) => address !== null).length,
  total: addresses.length,
});

const words = (bytes: Uint8Array, at: number, count: number): number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, true));
};

/** Every word holds two addresses: bits 0 to 12 and 14 to 26. */
function zenMatchRegisters({ bytes, header }: AmdPatch): MatchRegisters | null {
  const body = ZEN_BODIES.get(header.format);
  if (body === undefined || bytes.length < ZEN_HEADER.size + 4 * body.words) return null;
  const addresses = words(bytes, ZEN_HEADER.size, body.words).flatMap((word) => [
    word & 0x1fff,
    (word >>> 14) & 0x1fff,
  ]);
  return used(addresses.map((address) => (address === 0 ? null : address)));
}

/** Formats 8000 and, up to family 12h, 8003: eight words behind the header, all ones where unused; of 8003 only the low half counts. */
function oldMatchRegisters({ bytes, header, family, formatSize }: AmdPatch): MatchRegisters | null {
  if (family > 0x12 || formatSize === null || bytes.length < PATCH_HEADER.size + 32) return null;
  const mask = header.format === 0x8000 ? 0xffffffff : 0xffff;
  const addresses = words(bytes, PATCH_HEADER.size, 8).map((word) => (word & mask) >>> 0);
  return used(addresses.map((address) => (address === mask ? null : address)));
}

function opQuads({ bytes, header }: AmdPatch): Usage | null {
  const body = ZEN_BODIES.get(header.format);
  if (body === undefined) return null;
  let used = 0;
  for (let i = 0; i < body.quads; i++) {
    const quad = OP_QUAD.decode(bytes, ZEN_HEADER.size + 4 * body.words + i * OP_QUAD.size);
    if (quad === undefined) return null;
    const instructions = [quad.first, quad.second, quad.third, quad.fourth];
    const isEmpty =
      quad.sequence === EMPTY_SEQUENCE && instructions.every((instruction) => instruction === EMPTY_INSTRUCTION);
    if (!isEmpty) used++;
  }
  return { used, total: body.quads };
}

/** Bits per byte; 0 for no bytes. */
function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}
