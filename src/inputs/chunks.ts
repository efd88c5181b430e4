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

/**
 * The whole stream in one piece. Doubles its room as it fills, so that what a header claims costs nothing.
 * @throws LimitReached
 */
export async function collect(stream: Chunks, budget: Budget): Promise<Uint8Array> {
  let room = new Uint8Array(64 * 1024);
  let length = 0;
  for await (const chunk of stream) {
    budget.hold(chunk.length);
    if (length + chunk.length > room.length) {
      const larger = new Uint8Array(Math.max(room.length * 2, length + chunk.length));
      larger.set(room.subarray(0, length));
      room = larger;
    }
    room.set(chunk, length);
    length += chunk.length;
  }
  return room.subarray(0, length);
}
