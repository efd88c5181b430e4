/**
 * JavaScript text of terms and changes over packed states. A slot is read in place with a shift and a mask, and a
 * successor is the old words with the changed slots written over, so nothing is unpacked.
 */
import type { Change } from '../ground/ground.ts';
import type { Layout, Room } from '../ground/layout.ts';
import type { Binary, Term } from '../ground/term.ts';

/** How the text names the words: `w3` for word 3 of the state before, `u3` for the same word while a step changes it. */
export type WordName = (word: number) => string;

export const oldWord: WordName = (word) => `w${word}`;

const maskOf = ({ bits }: Room): number => (bits === 32 ? -1 : (1 << bits) - 1);
const placedMask = (room: Room): number => maskOf(room) << room.shift;

const OPERATORS: Readonly<Record<Binary, string>> = {
  eq: '===',
  ne: '!==',
  lt: '<',
  le: '<=',
  add: '+',
  sub: '-',
  bitor: '|',
};

const isTruthOperator = (op: Binary): boolean => op !== 'add' && op !== 'sub' && op !== 'bitor';

export class Writer {
  private readonly layout: Layout;
  private readonly word: WordName;

  constructor(layout: Layout, word: WordName) {
    this.layout = layout;
    this.word = word;
  }

  private stored(slot: number): { readonly text: string; readonly least: number } {
    const room = this.layout.rooms[slot] ?? null;
    if (room === null) return { text: String(this.layout.constants[slot] ?? 0), least: 0 };
    const word = this.word(room.word);
    const shifted = room.shift === 0 ? word : `(${word} >>> ${room.shift})`;
    const whole = room.bits === 32 ? `(${shifted} | 0)` : `(${shifted} & ${maskOf(room)})`;
    return { text: whole, least: room.least };
  }

  /** A JavaScript number. */
  value(term: Term): string {
    switch (term.op) {
      case 'const':
        return `(${term.lo})`;
      case 'read': {
        const { text, least } = this.stored(term.slot);
        return least === 0 ? text : `(${text} + (${least}))`;
      }
      case 'sum':
        return `(${term.of.map((part) => this.value(part)).join(' + ')})`;
      case 'if':
        return `(${this.truth(term.test)} ? ${this.value(term.yes)} : ${this.value(term.no)})`;
      case 'among':
      case 'not':
      case 'and':
      case 'or':
        return `(${this.truth(term)} ? 1 : 0)`;
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'add':
      case 'sub':
      case 'bitor':
        if (isTruthOperator(term.op)) return `(${this.truth(term)} ? 1 : 0)`;
        return `(${this.value(term.left)} ${OPERATORS[term.op]} ${this.value(term.right)})`;
    }
  }

  /** A JavaScript boolean. */
  truth(term: Term): string {
    switch (term.op) {
      case 'const':
        return term.lo === 0 ? 'false' : 'true';
      case 'among':
        return this.membership(term.slot, term.values);
      case 'not':
        return `!${this.truth(term.of)}`;
      case 'and':
        return `(${term.of.map((part) => this.truth(part)).join(' && ')})`;
      case 'or':
        return `(${term.of.map((part) => this.truth(part)).join(' || ')})`;
      case 'if':
        return `(${this.truth(term.test)} ? ${this.truth(term.yes)} : ${this.truth(term.no)})`;
      case 'read':
      case 'sum':
        return `(${this.value(term)} !== 0)`;
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'add':
      case 'sub':
      case 'bitor':
        if (!isTruthOperator(term.op)) return `(${this.value(term)} !== 0)`;
        return `(${this.value(term.left)} ${OPERATORS[term.op]} ${this.value(term.right)})`;
    }
  }

  /** Whether the slot has one of the values: one test of a bit mask when the values allow it. */
  membership(slot: number, values: readonly number[]): string {
    const { text, least } = this.stored(slot);
    const kept = values.map((value) => value - least);
    const room = this.layout.rooms[slot] ?? null;
    if (kept.length > 1 && room !== null && room.bits <= 5) {
      const set = kept.reduce((mask, value) => mask | (1 << value), 0);
      return `((${set} >>> ${text} & 1) !== 0)`;
    }
    return `(${kept.map((value) => `${text} === ${value}`).join(' || ')})`;
  }

  /** The slot's stored number, to switch upon; `least` is what it lacks to the value. */
  selector(slot: number): { readonly text: string; readonly least: number } {
    return this.stored(slot);
  }

  /** Statements; reads and writes go to the same words, one change after the other. */
  changes(changes: readonly Change[]): string {
    return changes.map((change) => this.change(change)).join(' ');
  }

  private change(change: Change): string {
    if (change.do === 'when') {
      return `if (${this.truth(change.test)}) { ${this.changes(change.yes)} } else { ${this.changes(change.no)} }`;
    }
    const room = this.layout.rooms[change.slot] ?? null;
    if (room === null) return '';
    const { value, min, max } = change;
    const word = this.word(room.word);
    const kept = `${word} & ${~placedMask(room)}`;
    if (value.op === 'const') {
      const stored = (Math.min(max, Math.max(min, value.lo)) - room.least) << room.shift;
      return `${word} = ${stored === 0 ? kept : `${kept} | ${stored}`};`;
    }
    const low = value.lo < min ? `Math.max(${min}, ${this.value(value)})` : this.value(value);
    const inside = value.hi > max ? `Math.min(${max}, ${low})` : low;
    return `${word} = ${kept} | ((${inside} - (${room.least})) << ${room.shift});`;
  }
}
