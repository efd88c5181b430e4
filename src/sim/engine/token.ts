/**
 * A run as a short text that can be pasted into a mail. Each move is its place among the moves possible in its state, so
 * a run of fifty moves is some twenty characters; it holds a checksum of the model, so that the token of another model is refused.
 */
import { interpreter, type Move } from '../language/interpret.ts';
import type { Model } from '../language/model.ts';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * FNV-1a of everything that decides which moves are possible and what they do, as four characters. What is claimed of the
 * model, what a step costs in time and what is noted beside it do not matter.
 */
function checksum({ topology, roles, fields, contexts, steps }: Model): string {
  const moves = steps.map((step) => ({ ...step, cost: null, note: null }));
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify({ topology, roles, fields, contexts, moves })))
    hash = Math.imul(hash ^ byte, 0x01000193);
  return write(BigInt(hash >>> 12)).padStart(4, '0');
}

function write(number: bigint): string {
  let text = '';
  for (let rest = number; rest > 0n; rest /= 32n) text = `${DIGITS[Number(rest % 32n)] ?? ''}${text}`;
  return text === '' ? '0' : text;
}

/** Null when the text is not a number in those digits. */
function read(text: string): bigint | null {
  let number = 0n;
  for (const digit of text) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) return null;
    number = number * 32n + BigInt(value);
  }
  return number;
}

/**
 * A run as a short text; `readToken` reads it back for the same model.
 * @throws RangeError when a move is not possible where it stands, ModelError when the model is wrong in itself
 */
export function tokenOf(model: Model, moves: readonly Move[]): string {
  const meaning = interpreter(model);
  const state = meaning.initial();
  let number = 0n;
  let weight = 1n;
  for (const move of moves) {
    const options = meaning.enabled(state);
    const place = options.findIndex(({ step, cpu }) => step === move.step && cpu === move.cpu);
    if (place < 0) throw new RangeError(`move ${move.step} of CPU ${move.cpu} is not possible here`);
    number += BigInt(place) * weight;
    weight *= BigInt(options.length);
    meaning.applyTo(state, move);
  }
  return `${checksum(model)}.${moves.length}.${write(number)}`;
}

/** Longest run that a token may stand for: reading one costs time for each move. */
const LONGEST = 10_000;

/** The run that a token stands for, or why it stands for none. */
export type TokenReading =
  | { readonly moves: readonly Move[] }
  /** `model`: it was made from another model; `text`: it is not a token. */
  | { readonly wrong: 'model' | 'text' };

/**
 * The run of a model that a token of `tokenOf` stands for.
 * @throws ModelError when the model is wrong in itself
 */
export function readToken(model: Model, token: string): TokenReading {
  const meaning = interpreter(model);
  const [sum, count, digits, ...rest] = token.trim().split('.');
  const number = read(digits ?? '');
  const length = Number(count);
  if (number === null || digits === '' || digits === undefined || rest.length > 0) return { wrong: 'text' };
  if (!/^\d{1,6}$/.test(count ?? '') || length > LONGEST || digits.length > 2 * length + 1) return { wrong: 'text' };
  if (sum !== checksum(model)) return { wrong: 'model' };
  const state = meaning.initial();
  const moves: Move[] = [];
  let left = number;
  for (let index = 0; index < length; index++) {
    const options = meaning.enabled(state);
    const chosen = options.length === 0 ? undefined : options[Number(left % BigInt(options.length))];
    if (chosen === undefined) return { wrong: 'text' };
    left /= BigInt(options.length);
    moves.push(chosen);
    meaning.applyTo(state, chosen);
  }
  return left === 0n ? { moves } : { wrong: 'text' };
}
