/**
 * Where each slot lives in a packed state. A slot takes as many bits as its values need, and none when it has only one;
 * no slot crosses a word. The slots of one core stand together, so that a step touches few words.
 */
import type { State } from '../language/slots.ts';
import { instances } from '../language/slots.ts';
import type { Ground, Values } from './ground.ts';

export interface Room {
  /** 32-bit word, counted from the start of the state. */
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
  /** Stored is the value minus this. */
  readonly least: number;
}

export interface Layout {
  /** 32-bit words of a state; at least 1. */
  readonly words: number;
  /** By slot; null for a slot whose value never changes. */
  readonly rooms: readonly (Room | null)[];
  /** The value of every slot that has no room. */
  readonly constants: State;
}

const bitsFor = ({ lo, hi }: Values): number => (hi === lo ? 0 : 32 - Math.clz32(hi - lo));

/** Slots in the order in which they are placed: shared ones first, then core by core. */
function slotsByCore({ model, slots }: Ground): number[][] {
  const { cores, threads } = model.topology;
  const groups: number[][] = Array.from({ length: cores + 1 }, () => []);
  for (const { base, field } of slots.field.values()) {
    for (let i = 0; i < instances(field, model); i++) {
      const core = { shared: -1, core: i, cpu: Math.floor(i / threads) }[field.scope];
      groups[core + 1]?.push(base + i);
    }
  }
  for (const base of slots.counter.values()) {
    for (let cpu = 0; cpu < cores * threads; cpu++) groups[1 + Math.floor(cpu / threads)]?.push(base + cpu);
  }
  return groups;
}

export function layoutOf(ground: Ground): Layout {
  const rooms: (Room | null)[] = ground.values.map(() => null);
  const free: number[] = [];
  for (const group of slotsByCore(ground)) {
    const sized = group.map((slot) => ({ slot, values: ground.values[slot] ?? { lo: 0, hi: 0, labels: null } }));
    sized.sort((a, b) => bitsFor(b.values) - bitsFor(a.values));
    for (const { slot, values } of sized) {
      const bits = bitsFor(values);
      if (bits === 0) continue;
      let word = free.findIndex((left) => left >= bits);
      if (word < 0) word = free.push(32) - 1;
      const left = free[word] ?? 32;
      rooms[slot] = { word, shift: 32 - left, bits, least: values.lo };
      free[word] = left - bits;
    }
  }
  return { words: Math.max(1, free.length), rooms, constants: ground.initial };
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
