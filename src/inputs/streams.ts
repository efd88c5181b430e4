/** Compressed streams that stand one behind the other: together they hold one content, as for gzip -d, xz -d and zstd -d. */
import { bytesSource, skipZeros } from '../bytes/source.ts';
import { type Finding, shifted } from '../findings/finding.ts';
import { type Decompression, decompress } from './expand/decompress.ts';
import { detect, type Compression } from './detect.ts';

type Expanding = Extract<Decompression, { kind: 'stream' }>;

export class Streams {
  readonly #compression: Compression;
  readonly #bytes: Uint8Array;
  readonly #onStream: () => void;
  #next: number | undefined;
  readonly #complaints: Finding[] = [];

  /** @param onStream called before each stream but the first */
  constructor(compression: Compression, bytes: Uint8Array, onStream: () => void) {
    this.#compression = compression;
    this.#bytes = bytes;
    this.#onStream = onStream;
  }

  /** What is wrong with streams that could be expanded nevertheless; offsets count from the start of the first. */
  get complaints(): readonly Finding[] {
    return this.#complaints;
  }

  /** Where something else starts behind the streams and the zeros that follow them; undefined when nothing does or they were not read to the end. */
  get next(): number | undefined {
    return this.#next;
  }

  /** The content. Throws `Damaged` where a stream does not hold together. */
  async *content(first: Expanding): AsyncGenerator<Uint8Array> {
    let stream = first.stream;
    for (let at = 0; ;) {
      const { end, complaint } = yield* stream;
      if (complaint !== undefined) this.#complaints.push(shifted(complaint, at));
      at = skipZeros(bytesSource(this.#bytes), at + end);
      if (at === this.#bytes.length) return;
      const rest = this.#bytes.subarray(at);
      const following = detect(rest) === this.#compression ? decompress(this.#compression, rest) : undefined;
      if (following?.kind !== 'stream') {
        this.#next = at;
        return;
      }
      this.#onStream();
      stream = following.stream;
    }
  }
}
