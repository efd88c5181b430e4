import { amdContainer, type AmdContainerOptions, amdPatch, type AmdPatchOptions } from '../../../fixtures/amd.ts';
import { patched } from '../../../fixtures/bytes.ts';
import { equivalenceEntry } from '../../../src/formats/amd/equivalence.ts';
import { join } from './ingredients.ts';

/** Family 16h: no signature rules there, so loaders differ in order and table only. */
export const JAGUAR = 0x0070_0f01;
export const patch16 = (patchId: number, options: AmdPatchOptions = {}): Uint8Array =>
  amdPatch({ kind: 'fam16h', ...options, header: { patchId, ...options.header } });

/** A container whose table sends the family 16h CPU to its patches, unless `entries` says otherwise. */
export const with16 = (
  patches: readonly Uint8Array[],
  entries: NonNullable<AmdContainerOptions['entries']> = [equivalenceEntry(JAGUAR, 0x7001)],
): Uint8Array => amdContainer({ patches, entries });

export const GREYHOUND = 0x0010_0f43;
export const patch10 = amdPatch({ kind: 'fam10h' });
export const legacy = amdContainer({ patches: [patch10], entries: [equivalenceEntry(GREYHOUND, 0x1043)] });
export const bulldozers = amdContainer({ patches: [amdPatch({ kind: 'fam15h' })] });

/** Zen 2; the last level that vulnerable firmware leaves behind is 0x0830107c. */
export const ROME = 0x0083_0f10;
/** Zen 3; vulnerable up to 0x0a0011da. */
export const MILAN = 0x00a0_0f11;

/** The container without the zero entry that ends its table. */
export function withoutEnd(container: Uint8Array): Uint8Array {
  const length = new DataView(container.buffer, container.byteOffset).getUint32(8, true) - 16;
  const copy = join(container.subarray(0, 12 + length), container.subarray(12 + length + 16));
  new DataView(copy.buffer).setUint32(8, length, true);
  return copy;
}

/** The container with another type in the header of its section number `index`. */
export function sectionType(container: Uint8Array, index: number, type: number): Uint8Array {
  const view = new DataView(container.buffer, container.byteOffset);
  let at = 12 + view.getUint32(8, true);
  for (let i = 0; i < index; i++) at += 8 + view.getUint32(at + 4, true);
  return patched(container, at, [type]);
}
