import type { ByteSource } from './source.ts';

/** A stretch of a new file: bytes at hand, or a range of an existing source, offsets `[start, end)`. */
export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'copy'; readonly start: number; readonly end: number };

export const pieceSize = (piece: Piece): number =>
  piece.kind === 'bytes' ? piece.bytes.length : piece.end - piece.start;

/** Bytes copied in one go: what stays in the cache of the CPU between reading and writing is copied twice as fast. */
const STRIDE = 1 << 18;

/** The new file in order; a chunk that was copied may be overwritten when the next one is made. */
export function* pieceChunks(pieces: readonly Piece[], source: ByteSource): Generator<Uint8Array> {
  for (const piece of pieces) {
    if (piece.kind === 'bytes') {
      yield piece.bytes;
      continue;
    }
    for (let at = piece.start; at < piece.end; at += STRIDE) yield source.view(at, Math.min(STRIDE, piece.end - at));
  }
}

/** The new file as a source, without making it. */
export function piecesSource(pieces: readonly Piece[], source: ByteSource): ByteSource {
  const starts: number[] = [];
  let size = 0;
  for (const piece of pieces) {
    starts.push(size);
    size += pieceSize(piece);
  }
  const indexAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  /** What one piece has of `[offset, offset + length)`, from `offset` on. */
  const inPiece = (index: number, offset: number, length: number): Uint8Array => {
    const piece = pieces[index];
    const start = offset - (starts[index] ?? 0);
    if (piece === undefined) return new Uint8Array();
    if (piece.kind === 'bytes') return piece.bytes.subarray(start, start + length);
    return source.view(piece.start + start, Math.min(length, piece.end - piece.start - start));
  };
  return {
    size,
    view(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const index = indexAt(offset);
      const first = inPiece(index, offset, wanted);
      if (first.length === wanted) return first;
      const whole = new Uint8Array(wanted);
      whole.set(first);
      for (let at = first.length, next = index + 1; at < wanted; next++) {
        const part = inPiece(next, offset + at, wanted - at);
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
  };
}
