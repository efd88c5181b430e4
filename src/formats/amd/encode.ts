import { AMD_CONTAINER_MAGIC, CONTAINER_HEADER, PATCH_SECTION, SECTION_HEADER } from './container.ts';
import { EQUIVALENCE_ENTRY, type EquivalenceEntry, isTerminator, TERMINATOR } from './equivalence.ts';

/** What a container is made of; an `AmdContainer`'s `table.entries` and `patches` fit as they are. */
export interface ContainerContent {
  readonly entries: readonly EquivalenceEntry[];
  /** The bytes of each patch, header first. */
  readonly patches: readonly { readonly bytes: Uint8Array }[];
}

/**
 * The bytes of one container. Entries and patches keep their order; a table whose last entry is no terminator gets one. Nothing is
 * checked: `parseAmdContainers` says what is wrong with the result.
 */
export function encodeAmdContainer({ entries, patches }: ContainerContent): Uint8Array {
  const last = entries.at(-1);
  const rows = last !== undefined && isTerminator(last) ? entries : [...entries, TERMINATOR];
  const parts = [
    CONTAINER_HEADER.encode({
      magic: AMD_CONTAINER_MAGIC,
      tableType: 0,
      tableLength: rows.length * EQUIVALENCE_ENTRY.size,
    }),
    ...rows.map((row) => EQUIVALENCE_ENTRY.encode(row)),
    ...patches.flatMap(({ bytes }) => [SECTION_HEADER.encode({ type: PATCH_SECTION, length: bytes.length }), bytes]),
  ];
  const container = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    container.set(part, at);
    at += part.length;
  }
  return container;
}
