/** Streams of bytes. */
import { type Budget } from './limits.ts';

export type Chunks = AsyncIterable<Uint8Array>;

/** Bytes in memory as a stream. */
export async function* inOneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The stream from its start, of which the first bytes are known already. */
export interface Peeked {
  /** At least `size` bytes, or all there are. */
  readonly head: Uint8Array;
  /** The whole stream, head included; to be read once. */
  readonly whole: Chunks;
  /** Lets go of the stream; needed whether it was read or not. */
  readonly close: () => Promise<void>;
}

/** Reads as much of the stream as it takes to know its first `size` bytes. */
export async function peek(stream: Chunks, size: number): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < size) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    first.push(value);
    length += value.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* first;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done === true) return;
      yield value;
    }
  }
  return {
    head: Buffer.concat(first),
    whole: whole(),
    close: async () => {
      await iterator.return?.();
    },
  };
}

/** Pieces put together. Doubles its room as it fills, so that what a header claims costs nothing. */
export class Collected {
  readonly #budget: Budget;
  #room = new Uint8Array(64 * 1024);
  #length = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get length(): number {
    return this.#length;
  }

  /** What came, without room that it does not fill half: very many small ones may be kept. */
  whole(): Uint8Array {
    const bytes = this.#room.subarray(0, this.#length);
    return this.#length * 2 < this.#room.length ? bytes.slice() : bytes;
  }

  /** @throws LimitReached */
  add(chunk: Uint8Array): void {
    this.#budget.hold(chunk.length);
    const length = this.#length + chunk.length;
    if (length > this.#room.length) {
      const larger = new Uint8Array(Math.max(this.#room.length * 2, length));
      larger.set(this.#room.subarray(0, this.#length));
      this.#room = larger;
    }
    this.#room.set(chunk, this.#length);
    this.#length = length;
  }
}

/**
 * The whole stream in one piece.
 * @throws LimitReached
 */
export async function collect(stream: Chunks, budget: Budget): Promise<Uint8Array> {
  const collected = new Collected(budget);
  for await (const chunk of stream) collected.add(chunk);
  return collected.whole();
}
