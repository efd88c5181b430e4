/** Walks a JSON value, noting everything that is not as it should be, with its place. */
import type { Problem } from './scenario.ts';

/** Problems told at most: a hostile document would otherwise produce more than it is long. */
const MOST = 20;

export class Reader {
  readonly problems: Problem[] = [];

  say(path: string, reason: string): void {
    if (this.problems.length < MOST) this.problems.push({ path, reason });
  }

  /** The members of an object. Members that nobody asks for are problems; `undefined` when it is no object. */
  object(value: unknown, path: string, known: readonly string[]): Readonly<Record<string, unknown>> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.say(path, 'must be an object');
      return undefined;
    }
    for (const key of Object.keys(value)) {
      if (!known.includes(key)) this.say(join(path, key), `is not known here; known: ${known.join(', ')}`);
    }
    return value as Readonly<Record<string, unknown>>;
  }

  text(value: unknown, path: string, most = 4000): string {
    if (typeof value === 'string' && value.length > 0 && value.length <= most) return value;
    this.say(path, typeof value === 'string' ? `must have 1 to ${most} characters` : 'must be a text');
    return '';
  }

  integer(value: unknown, path: string, min: number, max: number): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.say(path, `must be an integer from ${min} to ${max}`);
    return min;
  }

  /** A time in microseconds, up to an hour. */
  time(value: unknown, path: string): number {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= 3_600_000_000) return value;
    this.say(path, 'must be a number of microseconds, 0 or more, at most an hour');
    return 0;
  }

  flag(value: unknown, path: string): boolean {
    if (typeof value !== 'boolean') this.say(path, 'must be true or false');
    return value === true;
  }

  oneOf<V extends string>(value: unknown, path: string, values: readonly V[]): V | undefined {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) this.say(path, `must be one of: ${values.join(', ')}`);
    return found;
  }

  list<T>(value: unknown, path: string, most: number, item: (value: unknown, path: string) => T): readonly T[] {
    if (!Array.isArray(value)) {
      this.say(path, 'must be a list');
      return [];
    }
    if (value.length > most) {
      this.say(path, `has ${value.length} entries, more than ${most}`);
      return [];
    }
    return value.map((entry, index) => item(entry, `${path}[${index}]`));
  }
}

export const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
