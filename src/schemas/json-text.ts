/** JSON (RFC 8259) with positions, so that a mistake in a file of 200 lines can be pointed at. */

export type JsonPath = readonly (string | number)[];

export interface JsonPlace {
  /** Counted from 1. */
  readonly line: number;
  /** Characters from the start of the line, counted from 1. */
  readonly column: number;
  /** Characters from the start of the text. */
  readonly index: number;
}

export interface JsonValue {
  readonly kind: 'value';
  readonly value: unknown;
  /** Where the value at `path` starts; the nearest enclosing value that exists when there is none. */
  readonly placeOf: (path: JsonPath) => JsonPlace;
  /** Where the key of the member at `path` stands. */
  readonly keyPlace: (path: JsonPath) => JsonPlace;
}

export interface JsonError {
  readonly kind: 'error';
  readonly place: JsonPlace;
  readonly message: string;
}

/** Objects and arrays inside each other; ours have four levels. */
const DEPTH = 64;

class Malformed extends Error {
  readonly index: number;
  constructor(index: number, message: string) {
    super(message);
    this.index = index;
  }
}

function placeAt(text: string, index: number): JsonPlace {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: index - before.lastIndexOf('\n'), index };
}

/** What may stand inside is left to JSON.parse. */
const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;

/** Paths as keys of the tables of places. */
const pointer = (path: JsonPath): string => JSON.stringify(path);

/** Recursive descent over one text. */
class Reader {
  readonly values = new Map<string, number>();
  readonly keys = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    this.#blanks();
    const value = this.#value([]);
    if (this.#at < this.#text.length) throw this.#unexpected('the end of the file');
    return value;
  }

  #unexpected(wanted: string): Malformed {
    const found = this.#at < this.#text.length ? JSON.stringify(this.#text[this.#at]) : 'the end of the file';
    return new Malformed(this.#at, `expected ${wanted}, found ${found}`);
  }

  #blanks(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? '?')) this.#at++;
  }

  #accept(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.#blanks();
    return true;
  }

  #expect(character: string, wanted = JSON.stringify(character)): void {
    if (!this.#accept(character)) throw this.#unexpected(wanted);
  }

  #token(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const token = form.exec(this.#text)?.[0];
    if (token === undefined) return undefined;
    this.#at += token.length;
    this.#blanks();
    return token;
  }

  #value(path: JsonPath): unknown {
    if (path.length > DEPTH) throw new Malformed(this.#at, `more than ${DEPTH} levels`);
    this.values.set(pointer(path), this.#at);
    if (this.#accept('{')) return this.#object(path);
    if (this.#accept('[')) return this.#array(path);
    if (this.#text[this.#at] === '"') return this.#string();
    const scalar = this.#token(SCALAR);
    if (scalar === undefined) throw this.#unexpected('a value');
    return JSON.parse(scalar);
  }

  #object(path: JsonPath): unknown {
    const entries = new Map<string, unknown>();
    if (this.#accept('}')) return {};
    do {
      const at = this.#at;
      if (this.#text[at] !== '"') throw this.#unexpected('a key in quotes');
      const key = this.#string();
      // JSON.parse takes the last of two; the first would be passed over in silence, which no author means.
      if (entries.has(key)) throw new Malformed(at, `the key ${JSON.stringify(key)} is there twice`);
      this.keys.set(pointer([...path, key]), at);
      this.#expect(':');
      entries.set(key, this.#value([...path, key]));
    } while (this.#accept(','));
    this.#expect('}', '"," or "}"');
    return Object.fromEntries(entries);
  }

  #array(path: JsonPath): unknown {
    const items: unknown[] = [];
    if (this.#accept(']')) return items;
    do items.push(this.#value([...path, items.length]));
    while (this.#accept(','));
    this.#expect(']', '"," or "]"');
    return items;
  }

  #string(): string {
    const at = this.#at;
    const token = this.#token(STRING);
    if (token === undefined) throw new Malformed(at, 'the string has no end');
    try {
      return String(JSON.parse(token));
    } catch {
      throw new Malformed(at, 'the string holds a character or an escape that JSON does not know');
    }
  }
}

/** Parses `text`. Never throws on bad text. */
export function parseJsonText(text: string): JsonValue | JsonError {
  const reader = new Reader(text);
  try {
    const value = reader.document();
    const placeOf = (path: JsonPath): JsonPlace => {
      for (let length = path.length; length > 0; length--) {
        const index = reader.values.get(pointer(path.slice(0, length)));
        if (index !== undefined) return placeAt(text, index);
      }
      return placeAt(text, reader.values.get(pointer([])) ?? 0);
    };
    const keyPlace = (path: JsonPath): JsonPlace => {
      const index = reader.keys.get(pointer(path));
      return index === undefined ? placeOf(path) : placeAt(text, index);
    };
    return { kind: 'value', value, placeOf, keyPlace };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: 'error', place: placeAt(text, error.index), message: error.message };
  }
}
