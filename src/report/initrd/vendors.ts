/** What became of the members of an initrd that microcode was put into. */
import type { DroppedMember } from '../../initrd/splice/plan.ts';
import type { EarlyImagePlan } from '../../initrd/image/layout.ts';
import type { PresentFile } from '../../initrd/image/present-files.ts';
import { EARLY_VENDORS, type EarlyVendor } from '../../loaders/early-paths.ts';
import { plural } from '../printable.ts';

/** A vendor file that was in the initrd and still is, because the new microcode holds none of that vendor. */
export interface KeptFile {
  readonly vendor: EarlyVendor;
  readonly path: string;
  /** Byte offset of the data, now. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Updates in it. */
  readonly updates: number;
}

export const keptFiles = (plan: EarlyImagePlan | null, kept: readonly PresentFile[]): KeptFile[] =>
  (plan?.vendorFiles ?? []).flatMap(({ vendor, path, offset, size }): KeptFile[] =>
    kept
      .filter((file) => file.vendor === vendor)
      .map(({ updates }) => ({ vendor, path, offset, size, updates: updates.length })),
  );

const NAMES = { amd: 'AMD', intel: 'Intel' } as const satisfies Record<EarlyVendor, string>;

export const keptLines = (kept: readonly KeptFile[]): string[] =>
  EARLY_VENDORS.flatMap((vendor) =>
    kept
      .filter((file) => file.vendor === vendor)
      .map(
        ({ path, updates }) =>
          `  kept ${path}: ${plural(updates, 'update')} that ${updates === 1 ? 'was' : 'were'} there, nothing new is for ${NAMES[vendor]}\n`,
      ),
  );

export const droppedLines = (dropped: readonly DroppedMember[]): string[] =>
  dropped.map(({ name, offset, size }) => `  dropped ${name}: ${size} bytes, header at ${offset}\n`);
