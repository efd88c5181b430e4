/**
 * The exact set of visited states.
 *
 * States are never objects: their packed words lie one after another in an arena, in order of discovery, so a state's
 * number is also its place in the queue of a breadth-first search. Beside each are stored the number of the state it was found
 * from and the move that led to it, which is all a counterexample needs. An open-addressing index of pairs
 * (state number + 1, 32-bit hash) finds them; the stored hash spares most reads of the arena and all rehashing.
 *
 * Nothing is copied when the arena grows (it is a list of segments); the index is 64 tables that double on their own,
 * so that growth never needs twice the memory.
 */
import { copySource, equalSource, hashSource } from './words.ts';

/** States per arena segment. */
const SEGMENT_BITS = 15;
const SEGMENT = 1 << SEGMENT_BITS;
const SHARD_BITS = 6;
const SHARDS = 1 << SHARD_BITS;
const FIRST_SLOTS = 64;

/** Successors waiting to be looked up together: their cache misses overlap. */
export interface Batch {
  /** Packed words, `words` per entry. */
  readonly states: Int32Array;
  readonly parents: Int32Array;
  readonly moves: Uint16Array;
}

export const makeBatch = (words: number, capacity: number): Batch => ({
  states: new Int32Array(words * capacity),
  parents: new Int32Array(capacity),
  moves: new Uint16Array(capacity),
});

/** How each state was first reached: enough to find the way to it again. */
export interface Trail {
  /** The state from which `id` was first reached, -1 for an initial state. */
  parent(id: number): number;
  move(id: number): number;
}

/** A trail as data that can be handed to another thread: `parents` and `moves` in segments of the arena. */
export interface TrailSegments {
  readonly parents: readonly Int32Array[];
  readonly moves: readonly Uint16Array[];
}

export const trailOf = ({ parents, moves }: TrailSegments): Trail => ({
  parent: (id) => parents[id >>> SEGMENT_BITS]?.[id & (SEGMENT - 1)] ?? -1,
  move: (id) => moves[id >>> SEGMENT_BITS]?.[id & (SEGMENT - 1)] ?? 0,
});

export interface VisitedSet extends Trail {
  readonly words: number;
  /** Number of states held; they are numbered from 0 in the order of their insertion. */
  size(): number;
  /** Bytes of all tables. */
  bytes(): number;
  /** Segment of the arena that holds state `id`, at word `offset(id)`. */
  segment(id: number): Int32Array;
  offset(id: number): number;
  trail(): TrailSegments;
  /**
   * Adds the states that are not yet held, in order, and writes into `places` where each entry of the batch went:
   * its new number, or -1 when it was held already. Returns how many entries were dealt with: fewer than `count` means that the
   * memory limit was reached, and nothing after that entry was looked at.
   */
  insert(batch: Batch, count: number, places: Int32Array): number;
  /** Writes into `places` the number of each of the first `count` states of `states`, -1 for one that is not held. */
  find(states: Int32Array, count: number, places: Int32Array): void;
}

interface Arena {
  readonly states: Int32Array[];
  readonly parents: Int32Array[];
  readonly moves: Uint16Array[];
}

interface Index {
  readonly tables: Int32Array[];
  readonly masks: Int32Array;
  readonly used: Int32Array;
}

/** What the compiled loop calls on the rare occasions when a table is full; false means that memory is. */
interface Growth {
  segment(): boolean;
  shard(shard: number): boolean;
}

type Find = VisitedSet['find'];
type Insert = (batch: Batch, count: number, places: Int32Array, size: number) => number;

const newShard = (slots: number): Int32Array => new Int32Array(slots * 2);

/** Moves every pair of `old` to a table of `slots` slots. */
function spread(old: Int32Array, slots: number): Int32Array {
  const table = newShard(slots);
  for (let from = 0; from < old.length; from += 2) {
    const id = old[from] ?? 0;
    if (id === 0) continue;
    const hash = old[from + 1] ?? 0;
    let slot = hash & (slots - 1);
    while (table[slot * 2] !== 0) slot = (slot + 1) & (slots - 1);
    table[slot * 2] = id;
    table[slot * 2 + 1] = hash;
  }
  return table;
}

/** Leaves in `found` the number + 1 of the state at `incoming[at...]` with hash `h`, or 0, and in `slot` where the search ended. */
const probeSource = (words: number): string => `
      let slot = h & mask, found = 0;
      for (;;) {
        const id = table[slot * 2];
        if (id === 0) break;
        if (table[slot * 2 + 1] === h) {
          const held = segments[(id - 1) >>> ${SEGMENT_BITS}], to = ((id - 1) & ${SEGMENT - 1}) * ${words};
          if (${equalSource(words, 'held', 'to', 'incoming', 'at')}) { found = id; break; }
        }
        slot = (slot + 1) & mask;
      }`;

/** Compiled for the word count, like `compileInsert`. */
function compileFind(words: number, arena: Arena, index: Index): Find {
  const source = `
  const { states: segments } = arena;
  const { tables, masks } = index;
  return function find(incoming, count, places) {
    for (let entry = 0; entry < count; entry++) {
      const at = entry * ${words};
      ${hashSource(words, 'first', 'incoming', 'at')}
      const shard = h >>> ${32 - SHARD_BITS}, table = tables[shard], mask = masks[shard];
      ${probeSource(words)}
      places[entry] = found - 1;
    }
  };`;
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is made of numbers and names of this file only
  return (new Function('arena', 'index', source) as (a: Arena, i: Index) => Find)(arena, index);
}

/**
 * Hot: the loop over a batch, compiled for the word count. First pass: hash everything and touch the slots it will need;
 * second pass: probe and insert. Twin: `referenceVisited` in visited-reference.ts.
 */
function compileInsert(words: number, arena: Arena, index: Index, growth: Growth): Insert {
  const source = `
  const { states: segments, parents, moves } = arena;
  const { tables, masks, used } = index;
  let hashes = new Int32Array(256);
  let touched = 0;
  return function insert(batch, count, places, size) {
    const incoming = batch.states;
    if (hashes.length < count) hashes = new Int32Array(count * 2);
    for (let entry = 0; entry < count; entry++) {
      const at = entry * ${words};
      ${hashSource(words, 'first', 'incoming', 'at')}
      hashes[entry] = h;
      const shard = h >>> ${32 - SHARD_BITS};
      touched ^= tables[shard][(h & masks[shard]) * 2];
    }
    for (let entry = 0; entry < count; entry++) {
      const h = hashes[entry], at = entry * ${words}, shard = h >>> ${32 - SHARD_BITS};
      const table = tables[shard], mask = masks[shard];
      ${probeSource(words)}
      if (found !== 0) { places[entry] = -1; continue; }
      const place = size & ${SEGMENT - 1}, which = size >>> ${SEGMENT_BITS};
      if (place === 0 && which === segments.length && !growth.segment()) return entry;
      if (used[shard] * 10 >= (mask + 1) * 7) {
        if (!growth.shard(shard)) return entry;
        const wider = tables[shard], wide = masks[shard];
        let free = h & wide;
        while (wider[free * 2] !== 0) free = (free + 1) & wide;
        wider[free * 2] = size + 1; wider[free * 2 + 1] = h;
      } else {
        table[slot * 2] = size + 1; table[slot * 2 + 1] = h;
      }
      used[shard]++;
      const held = segments[which], to = place * ${words};
      ${copySource(words, 'incoming', 'at', 'held', 'to')}
      parents[which][place] = batch.parents[entry];
      moves[which][place] = batch.moves[entry];
      places[entry] = size++;
    }
    return count;
  };`;
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is made of numbers and names of this file only
  const make = new Function('arena', 'index', 'growth', source) as (a: Arena, i: Index, g: Growth) => Insert;
  return make(arena, index, growth);
}

/**
 * An empty set for states of `words` words that never holds more than `maxBytes` of tables.
 * @throws RangeError when `words` is not a positive integer.
 */
export function createVisited(words: number, maxBytes = Number.POSITIVE_INFINITY): VisitedSet {
  if (!Number.isInteger(words) || words < 1) throw new RangeError(`a state needs at least one word, not ${words}`);
  const arena: Arena = { states: [], parents: [], moves: [] };
  const index: Index = {
    tables: Array.from({ length: SHARDS }, () => newShard(FIRST_SLOTS)),
    masks: new Int32Array(SHARDS).fill(FIRST_SLOTS - 1),
    used: new Int32Array(SHARDS),
  };
  let bytes = SHARDS * FIRST_SLOTS * 8;
  let size = 0;
  const growth: Growth = {
    segment() {
      const more = SEGMENT * (words * 4 + 4 + 2);
      if (bytes + more > maxBytes || size >= 0x7fff_0000) return false;
      bytes += more;
      arena.states.push(new Int32Array(SEGMENT * words));
      arena.parents.push(new Int32Array(SEGMENT));
      arena.moves.push(new Uint16Array(SEGMENT));
      return true;
    },
    shard(shard) {
      const old = index.tables[shard];
      if (old === undefined) return false;
      // While the pairs are moved both tables exist; afterwards the old one is counted no more.
      if (bytes + old.length * 8 > maxBytes) return false;
      bytes += old.length * 4;
      index.tables[shard] = spread(old, old.length);
      index.masks[shard] = old.length - 1;
      return true;
    },
  };
  const insert = compileInsert(words, arena, index, growth);
  const segmentOf = (id: number): Int32Array => {
    const segment = arena.states[id >>> SEGMENT_BITS];
    if (segment === undefined || id >= size) throw new RangeError(`no state ${id}`);
    return segment;
  };
  return {
    words,
    size: () => size,
    bytes: () => bytes,
    segment: segmentOf,
    offset: (id) => (id & (SEGMENT - 1)) * words,
    find: compileFind(words, arena, index),
    ...trailOf(arena),
    trail: () => arena,
    insert(batch, count, places) {
      const done = insert(batch, count, places, size);
      for (let entry = done - 1; entry >= 0; entry--) {
        const place = places[entry] ?? -1;
        if (place >= 0) {
          size = place + 1;
          break;
        }
      }
      return done;
    },
  };
}
