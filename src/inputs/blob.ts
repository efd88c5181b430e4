import type { Finding } from '../findings/finding.ts';
import type { Origin } from './origin.ts';

const KINDS = ['intel', 'amd-container', 'amd-patch', 'via'] as const;

/** What a blob's bytes are: which parser takes them. */
export type BlobKind = (typeof KINDS)[number];

const NAMES: ReadonlySet<string> = new Set(KINDS);

export const isBlobKind = (kind: string): kind is BlobKind => NAMES.has(kind);

/** Bytes that hold microcode and nothing around it. */
export interface Blob {
  readonly kind: BlobKind;
  /** Of the first byte. */
  readonly origin: Origin;
  readonly bytes: Uint8Array;
}

/** What `openInputs` gives: blobs, and what is to be said of inputs that gave none or not all. */
export type Opened =
  | { readonly kind: 'blob'; readonly blob: Blob }
  | { readonly kind: 'finding'; readonly origin: Origin; readonly finding: Finding };
