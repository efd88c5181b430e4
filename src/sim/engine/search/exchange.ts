/**
 * Two searches that share one state space, each on its own thread: a state belongs to the half that a bit of its hash names. Successors
 * that belong to the other half go into a box in shared memory; at a meeting the halves swap boxes and tell each other how far they
 * are. Both meet equally often and look at a box only after a meeting, so what each does depends on the model alone.
 */
import type { Batch } from '../states/visited.ts';
import { copySource, hashSource } from '../states/words.ts';

export type Half = 0 | 1;

/** What a half tells the other at a meeting. */
export interface Standing {
  /** It has expanded every state of its level. */
  readonly levelDone: boolean;
  /** States of this level that it has expanded. */
  readonly expanded: number;
  /** Bits of the claims it has sighted. */
  readonly sighted: number;
  /** 1 + place of its ending in a list that both know; 0: it goes on. */
  readonly ending: number;
  readonly states: number;
  readonly transitions: number;
  readonly bytes: number;
}

/** Shared memory of a pair of searches; survives being posted to a thread. */
export interface SharedMemory {
  readonly words: number;
  /** Successors that fit in a box. */
  readonly room: number;
  /** By half: number of meetings it has come to. */
  readonly meetings: Int32Array<SharedArrayBuffer>;
  /** Two for each half to fill, in turns: successors as their words, parent and move. */
  readonly boxes: readonly Int32Array<SharedArrayBuffer>[];
  /** By half: it has failed and will come to no more meetings. */
  readonly gone: Int32Array<SharedArrayBuffer>;
  /** Numbers of `Standing`, by box. */
  readonly standings: Float64Array<SharedArrayBuffer>;
}

/** Of its numbers and the count of the box before them. */
const STANDING = 8;
/** Shard numbers take the six bits above this one, places in a table those far below. */
const OWNER_BIT = 25;
/** Looks at the other's counter before the thread goes to sleep. */
const SPINS = 20_000;
/** Milliseconds between looks at whether there still is another half. */
const PATIENCE = 1000;
/** Milliseconds that a half may take to come to its first meeting. */
const START = 60_000;

export function sharedMemory(words: number, room: number): SharedMemory {
  const ints = (count: number) => new Int32Array(new SharedArrayBuffer(count * 4));
  return {
    words,
    room,
    meetings: ints(2),
    gone: ints(2),
    boxes: Array.from({ length: 4 }, () => ints(room * (words + 2))),
    standings: new Float64Array(new SharedArrayBuffer(4 * STANDING * 8)),
  };
}

export interface Exchange {
  readonly half: Half;
  /** Puts those of the entries from `from` on that belong to the other half into the box, closes the gaps, returns how many stay. */
  divert(batch: Batch, from: number, count: number): number;
  /** Whether the successors of one more state may not fit in the box. */
  full(): boolean;
  /** Waits for the other half; then its successors can be taken. */
  meet(standing: Standing): Standing;
  /** Moves up to `capacity` of the other's successors into an empty batch, returns how many; 0: none is left. */
  take(batch: Batch, capacity: number): number;
}

type Divert = (batch: Batch, from: number, count: number, box: Int32Array, sent: number, half: Half) => number;

/** Hot: compiled for the word count. Returns how many successors the box holds then; the rest of the batch has closed up. */
const compileDivert = (words: number): Divert =>
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is made of numbers and names of this file only
  new Function(
    'batch',
    'from',
    'count',
    'box',
    'sent',
    'half',
    `
  const { states, parents, moves } = batch;
  let kept = from;
  for (let entry = from; entry < from + count; entry++) {
    const at = entry * ${words};
    ${hashSource(words, 'first', 'states', 'at')}
    if ((h >>> ${OWNER_BIT} & 1) === half) {
      if (kept !== entry) {
        const to = kept * ${words};
        ${copySource(words, 'states', 'at', 'states', 'to')}
        parents[kept] = parents[entry];
        moves[kept] = moves[entry];
      }
      kept++;
    } else {
      const to = sent * ${words + 2};
      ${copySource(words, 'states', 'at', 'box', 'to')}
      box[to + ${words}] = parents[entry];
      box[to + ${words + 1}] = moves[entry];
      sent++;
    }
  }
  return sent;`,
  ) as Divert;

/** Says that a half has failed, so that the other does not wait for ever. */
export function leave({ gone, meetings }: SharedMemory, half: Half): void {
  Atomics.store(gone, half, 1);
  Atomics.notify(meetings, half);
}

/**
 * One half's view of the memory. `most`: successors of one state at most.
 * @throws Error from `meet` when the other half is gone.
 */
export function exchangeOf(memory: SharedMemory, half: Half, most: number, startWithin = START): Exchange {
  const { words, room, meetings, gone, boxes, standings } = memory;
  const divert = compileDivert(words);
  const entry = words + 2;
  const other = 1 - half;
  let round = 0;
  let sent = 0;
  let received = 0;
  let taken = 0;
  const boxOf = (whose: number, which: number): Int32Array => boxes[whose * 2 + (which & 1)] ?? new Int32Array(0);

  const awaitOther = (): void => {
    for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(meetings, other) >= round) return;
    for (let waited = 0; ; waited += PATIENCE) {
      const seen = Atomics.load(meetings, other);
      if (seen >= round) return;
      if (Atomics.load(gone, other) === 1) throw new Error('the other half of the search has failed');
      if (seen === 0 && waited >= startWithin) throw new Error('the other half of the search does not start');
      Atomics.wait(meetings, other, seen, Math.min(PATIENCE, startWithin));
    }
  };

  return {
    half,
    full: () => sent + most > room,
    divert(batch, from, count) {
      const before = sent;
      sent = divert(batch, from, count, boxOf(half, round), sent, half);
      return count - (sent - before);
    },
    meet(mine) {
      const slot = (whose: number): number => (whose * 2 + (round & 1)) * STANDING;
      const { levelDone, expanded, sighted, ending, states, transitions, bytes } = mine;
      standings.set([sent, Number(levelDone), expanded, sighted, ending, states, transitions, bytes], slot(half));
      const theirs = slot(other);
      round++;
      Atomics.store(meetings, half, round);
      Atomics.notify(meetings, half);
      awaitOther();
      const [
        count = 0,
        done = 0,
        theirExpanded = 0,
        theirSighted = 0,
        theirEnding = 0,
        theirStates = 0,
        moves = 0,
        size = 0,
      ] = standings.subarray(theirs, theirs + STANDING);
      sent = 0;
      received = count;
      taken = 0;
      return {
        levelDone: done === 1,
        expanded: theirExpanded,
        sighted: theirSighted,
        ending: theirEnding,
        states: theirStates,
        transitions: moves,
        bytes: size,
      };
    },
    take(batch, capacity) {
      const box = boxOf(other, round - 1);
      const count = Math.min(capacity, received - taken);
      for (let at = 0; at < count; at++) {
        const from = (taken + at) * entry;
        for (let word = 0; word < words; word++) batch.states[at * words + word] = box[from + word] ?? 0;
        batch.parents[at] = box[from + words] ?? 0;
        batch.moves[at] = box[from + words + 1] ?? 0;
      }
      taken += count;
      return count;
    },
  };
}
