/**
 * Where each slot lives in a packed state. A slot takes as many bits as its values need, and none when it has only one.
 * The slots of a core (of a thread, where threads are interchangeable) are packed into chunks of at most a word, in
 * the same way for each of them, so that interchangeable ones are compared and swapped by chunks.
 */
import { instances, type State } from '../../language/slots.ts';
import type { Ground, Values } from './ground.ts';
import { NO_SYMMETRY, type Symmetry } from './symmetry.ts';

export interface Room {
  /** 32-bit word, counted from the start of the state. */
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  /** Stored is the value minus this. */
  readonly least: number;
}

/** Bits `shift` to `shift + bits` of a word: neighbouring slots. */
export interface Chunk {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}

export interface Layout {
  /** 32-bit words of a state; at least 1. */
  readonly words: number;
  /** By slot; null for a slot whose value never changes. */
  readonly rooms: readonly (Room | null)[];
  /** The value of every slot that has no room. */
  readonly constants: State;
  /**
   * What has to be sorted for two states that differ by a symmetry to become the same: sets of units, each a list of chunks.
   * Threads come before the cores that contain them.
   */
  readonly sorted: readonly (readonly (readonly Chunk[])[])[];
}

const bitsFor = ({ lo, hi }: Values): number => (hi === lo ? 0 : 32 - Math.clz32(hi - lo));

/** Slots packed together: offsets within chunks whose places are still open. */
interface Unit {
  readonly chunks: {
    bits: number;
    readonly slots: { readonly slot: number; readonly shift: number; readonly bits: number }[];
  }[];
}

/** First fit, the widest slots first: equal lists of widths give equal units. */
function unitOf(slots: readonly number[], values: readonly Values[]): Unit {
  const sized = slots.map((slot) => ({ slot, bits: bitsFor(values[slot] ?? { lo: 0, hi: 0, labels: null }) }));
  const unit: Unit = { chunks: [] };
  for (const { slot, bits } of sized.filter(({ bits }) => bits > 0).sort((a, b) => b.bits - a.bits)) {
    let chunk = unit.chunks.find((open) => open.bits + bits <= 32);
    if (chunk === undefined) {
      chunk = { bits: 0, slots: [] };
      unit.chunks.push(chunk);
    }
    chunk.slots.push({ slot, shift: chunk.bits, bits });
    chunk.bits += bits;
  }
  return unit;
}

interface Owned {
  readonly slot: number;
  readonly core: number | null;
  readonly cpu: number | null;
}

/** Every slot with its owner, in the same order for each core and CPU; counters first, since they differ most. */
function owners({ model, slots }: Ground): Owned[] {
  const { cores, threads } = model.topology;
  const owned: Owned[] = [];
  const coreOf = (cpu: number): number => Math.floor(cpu / threads);
  for (const base of slots.counter.values()) {
    for (let cpu = 0; cpu < cores * threads; cpu++) owned.push({ slot: base + cpu, core: coreOf(cpu), cpu });
  }
  for (const { base, field } of slots.field.values()) {
    for (let i = 0; i < instances(field, model); i++) {
      const cpu = field.scope === 'cpu' ? i : null;
      owned.push({ slot: base + i, core: cpu === null ? (field.scope === 'core' ? i : null) : coreOf(cpu), cpu });
    }
  }
  return owned;
}

/** The units of a core: one for each thread where threads are interchangeable, and one for the rest. */
interface CoreUnits {
  readonly rest: Unit;
  readonly threads: ReadonlyMap<number, Unit>;
}

/** Puts chunks into words, the widest first. */
function place(units: readonly Unit[]): {
  readonly words: number;
  readonly places: Map<Unit['chunks'][number], Chunk>;
} {
  const free: number[] = [];
  const places = new Map<Unit['chunks'][number], Chunk>();
  const chunks = units.flatMap(({ chunks }) => chunks);
  for (const chunk of chunks.toSorted((a, b) => b.bits - a.bits)) {
    let word = free.findIndex((left) => left >= chunk.bits);
    if (word < 0) word = free.push(32) - 1;
    const left = free[word] ?? 32;
    places.set(chunk, { word, shift: 32 - left, bits: chunk.bits });
    free[word] = left - chunk.bits;
  }
  return { words: Math.max(1, free.length), places };
}

export function layoutOf(ground: Ground, symmetry: Symmetry = NO_SYMMETRY): Layout {
  const { cores, threads } = ground.model.topology;
  const owned = owners(ground);
  const unit = (belongs: (owner: Owned) => boolean): Unit =>
    unitOf(
      owned.filter(belongs).map(({ slot }) => slot),
      ground.values,
    );
  const separate = symmetry.threads.length > 0;
  const perCore = Array.from({ length: cores }, (_, core): CoreUnits => ({
    rest: unit((owner) => owner.core === core && !(separate && owner.cpu !== null)),
    threads: new Map(
      separate
        ? Array.from({ length: threads }, (_, thread) => core * threads + thread).map((cpu) => [
            cpu,
            unit((owner) => owner.cpu === cpu),
          ])
        : [],
    ),
  }));
  // Shared slots fill what the cores leave free, one by one.
  const shared = owned.filter(({ core }) => core === null).map(({ slot }) => unitOf([slot], ground.values));
  const { words, places } = place([...perCore.flatMap((core) => [core.rest, ...core.threads.values()]), ...shared]);

  const rooms: (Room | null)[] = ground.values.map(() => null);
  for (const [chunk, { word, shift }] of places) {
    for (const { slot, shift: within, bits } of chunk.slots) {
      rooms[slot] = { word, shift: shift + within, bits, least: ground.values[slot]?.lo ?? 0 };
    }
  }
  const chunksOf = (unit: Unit | undefined): Chunk[] =>
    (unit?.chunks ?? []).flatMap((chunk) => {
      const where = places.get(chunk);
      return where === undefined ? [] : [where];
    });
  const wholeCore = (core: number): Chunk[] =>
    [perCore[core]?.rest, ...(perCore[core]?.threads.values() ?? [])].flatMap(chunksOf);
  const sorted = [
    ...symmetry.threads.map((set) => set.map((cpu) => chunksOf(perCore[Math.floor(cpu / threads)]?.threads.get(cpu)))),
    ...symmetry.cores.map((set) => set.map(wholeCore)),
  ];
  return { words, rooms, constants: ground.initial, sorted };
}

/** Packs a plain state. Slow twin of the generated code: the tests and the replay of a trace use it. */
export function pack(state: State, { words, rooms }: Layout): Int32Array {
  const packed = new Int32Array(words);
  rooms.forEach((room, slot) => {
    if (room !== null) packed[room.word] = (packed[room.word] ?? 0) | (((state[slot] ?? 0) - room.least) << room.shift);
  });
  return packed;
}

/** The plain state whose packed words begin at `packed[at]`. */
export function unpack(packed: Int32Array, at: number, { rooms, constants }: Layout): State {
  const state = constants.slice();
  rooms.forEach((room, slot) => {
    if (room === null) return;
    const mask = room.bits === 32 ? -1 : (1 << room.bits) - 1;
    state[slot] = (((packed[at + room.word] ?? 0) >>> room.shift) & mask) + room.least;
  });
  return state;
}
