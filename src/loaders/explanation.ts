import type { Reason } from './reasons.ts';

export type Vendor = 'intel' | 'amd';

/** The CPU that a loader runs on. */
export interface LoaderCpu {
  /** No loader knows updates of VIA. */
  readonly vendor: Vendor;
  /** CPUID(1).EAX. */
  readonly signature: number;
  /** Intel: one bit, 1 << platform id (IA32_PLATFORM_ID[52:50]). Not used for AMD. */
  readonly platformMask: number;
  /** The running revision, as MSR 0x8B shows it; 0: none. */
  readonly revision: number;
  /** CPUID(1).ECX[31]: the CPU is a hypervisor's. */
  readonly hypervisorGuest?: boolean;
}

/** What a loader is given. Offsets in an explanation count from the start of `bytes`. */
export type LoaderInput =
  /** An initrd: the loader looks for the vendor's file. */
  | { readonly kind: 'image'; readonly bytes: Uint8Array }
  /** The vendor's updates themselves. */
  | { readonly kind: 'blob'; readonly bytes: Uint8Array }
  /** The firmware folder of late loading: file names as the kernel asks for them (`intel-ucode/06-9a-04`). */
  | { readonly kind: 'folder'; readonly files: ReadonlyMap<string, Uint8Array> };

/** A loader is given nothing that it could read, because ... */
export interface Unread {
  readonly kind: 'unread';
  readonly reason: Reason;
}

/** The update a loader hands to the CPU. */
export interface Chosen {
  /** Byte offset of its header: in the image, the blob, or the named file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly revision: number;
  /** A view of the input. */
  readonly bytes: Uint8Array;
}

/** An update that a loader comes across. */
export interface Candidate {
  /** Byte offset of its header. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly revision: number;
  readonly verdict: Reason;
}

/** The bytes in which a loader looks for updates. */
export interface Source {
  /** Path in the cpio or in the firmware folder; null for a blob. */
  readonly path: string | null;
  /** Byte offset. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** What a loader does with its input, and why. Offsets count from the start of the bytes that it was given. */
export interface Explanation {
  /** The file that it reads; null when it reads none. */
  readonly source: Source | null;
  /** What it hands to the CPU; null when that is nothing. */
  readonly chosen: Chosen | null;
  /** Why this one, or why nothing. */
  readonly reason: Reason;
  /** Updates for this CPU's signature, and the ones at which the loader stopped caring, in file order. */
  readonly candidates: readonly Candidate[];
  /** Updates that are for other CPUs. */
  readonly others: number;
}

/** What a vendor's parser makes of the bytes of one file; offsets count from the start of those bytes. */
export interface Selection {
  readonly chosen: Chosen | null;
  readonly reason: Reason;
  readonly candidates: readonly Candidate[];
  readonly others: number;
}

/** The selection as seen from the bytes in which the file stands. */
export function placed(selection: Selection, source: Source): Explanation {
  const { chosen, candidates, ...rest } = selection;
  return {
    ...rest,
    source,
    chosen: chosen === null ? null : { ...chosen, offset: chosen.offset + source.offset },
    candidates: candidates.map((candidate) => ({ ...candidate, offset: candidate.offset + source.offset })),
  };
}

/** Nothing is loaded, because no bytes were looked at. */
export const nothingRead = (reason: Reason): Explanation => ({
  source: null,
  chosen: null,
  reason,
  candidates: [],
  others: 0,
});
