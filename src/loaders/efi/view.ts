import type { LoaderInput, Unread } from '../explanation.ts';

/** A stretch of what a loader reads, and the section that it is. */
export interface ViewPart {
  readonly section: string;
  /** Byte offset in the image. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Byte offset in what the loader reads. */
  readonly at: number;
}

/** What one loader reads of a file. */
export interface LoaderView {
  readonly input: LoaderInput | Unread;
  readonly parts: readonly ViewPart[];
  /** False where the image's own options turn the digest check off. */
  readonly digestCheck: boolean;
}

/** The section in which a byte stands that the loader reads; null when it is in none. */
export const sectionAt = (parts: readonly ViewPart[], offset: number | undefined): string | null =>
  parts.find(({ at, size }) => offset !== undefined && offset >= at && offset < at + size)?.section ?? null;

/** A loader that reads nothing. */
export const unread = (because: Unread['reason']): LoaderView => ({
  input: { kind: 'unread', reason: because },
  parts: [],
  digestCheck: true,
});
