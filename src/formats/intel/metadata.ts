/** The list of metadata at the end of an update's data. Source: Linux drivers/platform/x86/intel/ifs (the walk), measurement (types 2 and 3). */
import { array, type Decoded, record, u16, u32, u8 } from '../../bytes/layout.ts';
import { UPDATE_HEADER } from './layout.ts';
import type { IntelUpdate } from './update.ts';

/** Head of an item; its size counts these 8 bytes. */
export const ITEM = record('metadata item', 8, {
  type: u32(0), // 0 ends the list; 1 is In-Field-Scan's, 2 and 3 are below
  size: u32(4), // bytes
});

/** Type 2: to which revisions a rollback leads, with their security versions. */
export const ROLLBACK = record('rollback metadata', 100, {
  securityVersion: u16(0), // of this update
  minimumSecurityVersion: u16(2), // undocumented; never above the one before, as measured
  revisions: array(u32, 4, 16), // that a rollback may lead to; zero: none
  securityVersions: array(u16, 68, 16), // of these revisions
});
export type Rollback = Decoded<typeof ROLLBACK>;

/** Type 3: security versions. */
export const SECURITY = record('security metadata', 4, {
  securityVersion: u8(0), // of this update
  other: u8(1), // undocumented; the same or zero
  reserved: array(u8, 2, 2), // undocumented; zero
});

export interface MetadataItem {
  readonly type: number;
  /** Byte offset from the start of the update. */
  readonly offset: number;
  /** Bytes, the 8 of the head included. */
  readonly size: number;
  readonly rollback: Rollback | undefined;
  readonly security: Decoded<typeof SECURITY> | undefined;
}

export interface Metadata {
  /** In file order, the terminator included when there is one. */
  readonly items: readonly MetadataItem[];
  /** Whether an item of type 0 ends the list; four published updates count its 8 bytes to the item before. */
  readonly terminated: boolean;
}

/** The metadata of an update; empty when it has none or does not reach that far. */
export function metadata({ header, dataSize, bytes }: IntelUpdate): Metadata {
  const items: MetadataItem[] = [];
  if (header.metadataSize === 0 || header.metadataSize > dataSize) return { items, terminated: false };
  const end = UPDATE_HEADER.size + dataSize;
  let at = end - header.metadataSize;
  while (at < end) {
    const head = ITEM.decode(bytes, at);
    if (head === undefined || head.size < ITEM.size || at + head.size > end) return { items, terminated: false };
    const body = at + ITEM.size;
    items.push({
      ...head,
      offset: at,
      rollback: head.type === 2 && head.size >= ITEM.size + ROLLBACK.size ? ROLLBACK.decode(bytes, body) : undefined,
      security: head.type === 3 && head.size >= ITEM.size + SECURITY.size ? SECURITY.decode(bytes, body) : undefined,
    });
    if (head.type === 0) return { items, terminated: true };
    at += head.size;
  }
  return { items, terminated: false };
}
