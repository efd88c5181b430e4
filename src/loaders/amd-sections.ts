/** Steps over the parts of AMD containers, as both loaders do: byte offsets only, no verdicts. */
import { AMD_CONTAINER_MAGIC, CONTAINER_HEADER, PATCH_SECTION, SECTION_HEADER } from '../formats/amd/container.ts';
import { EQUIVALENCE_ENTRY } from '../formats/amd/equivalence.ts';
import { PATCH_HEADER, type PatchHeader } from '../formats/amd/header.ts';

export interface ContainerHead {
  readonly isContainer: boolean;
  readonly tableType: number;
  /** Bytes. */
  readonly tableLength: number;
  /** Byte offset of the table. */
  readonly tableAt: number;
}

/** The container header at `at`; undefined when fewer than 12 bytes are left. */
export function containerHead(bytes: Uint8Array, at: number): ContainerHead | undefined {
  const head = CONTAINER_HEADER.decode(bytes, at);
  if (head === undefined) return undefined;
  const { magic, tableType, tableLength } = head;
  return { isContainer: magic === AMD_CONTAINER_MAGIC, tableType, tableLength, tableAt: at + CONTAINER_HEADER.size };
}

/**
 * The equivalence id that a table gives a CPU, or undefined. The table has `length` bytes from `tableAt` on.
 * @param byLength whether the whole table counts; else it ends with the first zero entry.
 */
export function equivalenceOf(
  bytes: Uint8Array,
  tableAt: number,
  length: number,
  signature: number,
  byLength: boolean,
): number | undefined {
  const entries = Math.floor(length / EQUIVALENCE_ENTRY.size);
  for (let i = 0; i < entries; i++) {
    const entry = EQUIVALENCE_ENTRY.decode(bytes, tableAt + i * EQUIVALENCE_ENTRY.size);
    if (entry === undefined || (!byLength && entry.installedCpu === 0)) return undefined;
    if (entry.installedCpu === signature) return entry.equivCpu;
  }
  return undefined;
}

export interface PatchSection {
  /** Byte offset of the section header. */
  readonly at: number;
  readonly isPatch: boolean;
  /** Bytes of the patch as stated. */
  readonly size: number;
  /** Byte offset of the patch. */
  readonly patchAt: number;
  /** Undefined when the file ends before the header does. */
  readonly header: PatchHeader | undefined;
  readonly fits: boolean;
}

/** The section at `at`; undefined when fewer than 8 bytes are left. */
export function sectionAt(bytes: Uint8Array, at: number): PatchSection | undefined {
  const head = SECTION_HEADER.decode(bytes, at);
  if (head === undefined) return undefined;
  const patchAt = at + SECTION_HEADER.size;
  return {
    at,
    isPatch: head.type === PATCH_SECTION,
    size: head.length,
    patchAt,
    header: PATCH_HEADER.decode(bytes, patchAt),
    fits: head.length <= bytes.length - patchAt,
  };
}
