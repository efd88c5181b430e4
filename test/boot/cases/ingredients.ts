import { archive, file, parents } from '../../../fixtures/cpio.ts';
import { intelUpdate, type IntelRecipe } from '../../../fixtures/intel.ts';
import type { ModelledCpu } from '../harness/modelled-cpu.ts';

export const INTEL_FILE = 'kernel/x86/microcode/GenuineIntel.bin';
export const AMD_FILE = 'kernel/x86/microcode/AuthenticAMD.bin';

/** An image as a good builder makes it: the folders, one vendor file, its data on a multiple of 16 bytes. */
export const image = (path: string, ...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  archive(...parents, file(path, join(...parts), { alignData: 16 }));

export const intelImage = (...parts: readonly (Uint8Array | string)[]): Uint8Array => image(INTEL_FILE, ...parts);
export const amdImage = (...parts: readonly (Uint8Array | string)[]): Uint8Array => image(AMD_FILE, ...parts);

export const join = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  Uint8Array.from(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))));

export const zeros = (count: number): Uint8Array => new Uint8Array(count);

/** The Intel CPU of most cases: platform 7 is bit 0x80. */
export const SIGNATURE = 0x906a4;
export const intelCpu = (revision = 0x10, signature = SIGNATURE, platformId = 7): ModelledCpu => ({
  vendor: 'intel',
  signature,
  platformId,
  revision,
});

/** An update for that CPU; revisions above 0x10 are newer than what runs. The body differs with the revision. */
export const update = (revision: number, recipe: Omit<IntelRecipe, 'revision'> = {}): Uint8Array =>
  intelUpdate({ revision, body: (revision & 0xff) + 1, ...recipe });

/** A copy with one byte of the body changed, so that its checksum is wrong. */
export function damaged(bytes: Uint8Array, at = 100): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 0x40;
  return copy;
}

export const amdCpu = (signature: number, revision: number): ModelledCpu => ({
  vendor: 'amd',
  signature,
  platformId: 0,
  revision,
});
