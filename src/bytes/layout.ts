/**
 * Declared record layouts: one literal per record, the offset of every field written out as in the manual that defines it,
 * the TypeScript type derived from the literal, the constraint beside the field. Reading, writing and checking walk the same table.
 */

import { hexDigits } from './hex.ts';

/** What a field must be. `expected` is the wording of the finding. */
export interface Constraint<T> {
  /** Id of the rule that a violation is reported under. */
  readonly rule: string;
  readonly expected: string;
  readonly holds: (value: T) => boolean;
  readonly show: (value: T) => string;
}

export interface Field<T> {
  /** Byte offset from the start of the record. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly read: (view: DataView, at: number) => T;
  readonly write: (view: DataView, at: number, value: T) => void;
  readonly must: Constraint<T> | undefined;
}

/** A field whose value breaks its constraint. */
export interface Violation {
  readonly rule: string;
  readonly field: string;
  /** Byte offset from the start of the record. */
  readonly offset: number;
  readonly size: number;
  readonly expected: string;
  readonly found: string;
}

// `never` in the write position makes every Field<T> assignable, whatever its T.
type AnyField = Omit<Field<unknown>, 'read' | 'write' | 'must'> & {
  readonly read: (view: DataView, at: number) => unknown;
  readonly write: (view: DataView, at: number, value: never) => void;
  readonly must: Constraint<never> | undefined;
};
type Fields = Readonly<Record<string, AnyField>>;

/** The value type of a record layout. */
export type Decoded<L> =
  L extends RecordLayout<infer F> ? { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never } : never;

export interface RecordLayout<F extends Fields> {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly fields: F;
  /** The record at byte `at`, or undefined when it does not lie wholly inside `bytes`. */
  decode(bytes: Uint8Array, at?: number): Decoded<RecordLayout<F>> | undefined;
  /** The record's bytes. Bytes between fields are zero. */
  encode(value: Decoded<RecordLayout<F>>): Uint8Array;
  /** Fields that break their constraint, in file order. */
  violations(value: Decoded<RecordLayout<F>>): Violation[];
}

/**
 * Declares a record of `size` bytes.
 * @throws RangeError when fields overlap or leave the record: a mistake in the declaration, found when the module loads.
 */
export function record<const F extends Fields>(name: string, size: number, fields: F): RecordLayout<F> {
  const entries = Object.entries(fields).sort(([, a], [, b]) => a.offset - b.offset);
  let end = 0;
  for (const [key, field] of entries) {
    if (field.offset < end || field.offset + field.size > size) {
      throw new RangeError(`${name}: field ${key} at ${field.offset} overlaps its neighbour or leaves the record`);
    }
    end = field.offset + field.size;
  }
  type Value = Decoded<RecordLayout<F>>;
  return {
    name,
    size,
    fields,
    decode(bytes, at = 0) {
      if (at < 0 || at + size > bytes.length) return undefined;
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
      const value: Record<string, unknown> = {};
      for (const [key, field] of entries) value[key] = field.read(view, field.offset);
      return value as Value;
    },
    encode(value) {
      const bytes = new Uint8Array(size);
      const view = new DataView(bytes.buffer);
      for (const [key, field] of entries) field.write(view, field.offset, value[key as keyof Value] as never);
      return bytes;
    },
    violations(value) {
      const found: Violation[] = [];
      for (const [key, field] of entries) {
        const fieldValue = value[key as keyof Value] as never;
        if (field.must === undefined || field.must.holds(fieldValue)) continue;
        found.push({
          rule: field.must.rule,
          field: key,
          offset: field.offset,
          size: field.size,
          expected: field.must.expected,
          found: field.must.show(fieldValue),
        });
      }
      return found;
    },
  };
}

type NumberField = (offset: number, must?: Constraint<number>) => Field<number>;

const integer =
  (size: number, read: Field<number>['read'], write: Field<number>['write']): NumberField =>
  (offset, must) => ({ offset, size, read, write, must });

export const u8 = integer(
  1,
  (view, at) => view.getUint8(at),
  (view, at, value) => view.setUint8(at, value),
);
export const u16 = integer(
  2,
  (view, at) => view.getUint16(at, true),
  (view, at, value) => view.setUint16(at, value, true),
);
export const u32 = integer(
  4,
  (view, at) => view.getUint32(at, true),
  (view, at, value) => view.setUint32(at, value, true),
);
/** Big-endian, as in Java class files, tar and RPM headers. */
export const u32be = integer(
  4,
  (view, at) => view.getUint32(at, false),
  (view, at, value) => view.setUint32(at, value, false),
);

export const u64 = (offset: number, must?: Constraint<bigint>): Field<bigint> => ({
  offset,
  size: 8,
  read: (view, at) => view.getBigUint64(at, true),
  write: (view, at, value) => view.setBigUint64(at, value, true),
  must,
});

/** `count` consecutive numbers of one kind. */
export const array = (
  of: NumberField,
  offset: number,
  count: number,
  must?: Constraint<readonly number[]>,
): Field<readonly number[]> => {
  const element = of(0);
  return {
    offset,
    size: element.size * count,
    read: (view, at) => Array.from({ length: count }, (_, i) => element.read(view, at + i * element.size)),
    write: (view, at, values) => {
      for (let i = 0; i < count; i++) element.write(view, at + i * element.size, values[i] ?? 0);
    },
    must,
  };
};

/** `size` raw bytes, as a view of the input. */
export const raw = (offset: number, size: number, must?: Constraint<Uint8Array>): Field<Uint8Array> => ({
  offset,
  size,
  read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, size),
  write: (view, at, value) => new Uint8Array(view.buffer, view.byteOffset + at, size).set(value.subarray(0, size)),
  must,
});

/** `size` bytes of ASCII; NULs at the end are kept. */
export const ascii = (offset: number, size: number, must?: Constraint<string>): Field<string> => ({
  offset,
  size,
  read: (view, at) => String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, size)),
  write: (view, at, value) => {
    for (let i = 0; i < size; i++) view.setUint8(at + i, value.charCodeAt(i) & 0xff);
  },
  must,
});

/**
 * A number written as `digits` ASCII hexadecimal digits, as in newc headers. Read in either case, written in upper case;
 * NaN when a character is no digit.
 */
export const hexAscii = (offset: number, digits: number, must?: Constraint<number>): Field<number> => ({
  offset,
  size: digits,
  read: (view, at) => hexDigits(new Uint8Array(view.buffer, view.byteOffset + at, digits), 0, digits),
  write: (view, at, value) => {
    const text = (value >>> 0).toString(16).toUpperCase().padStart(digits, '0');
    for (let i = 0; i < digits; i++) view.setUint8(at + i, text.charCodeAt(i));
  },
  must,
});

const shown = (value: number): string => `0x${(value >>> 0).toString(16)}`;

export const equals = (wanted: number, rule: string): Constraint<number> => ({
  rule,
  expected: shown(wanted),
  holds: (value) => value === wanted,
  show: shown,
});

export const oneOf = (wanted: readonly number[], rule: string): Constraint<number> => ({
  rule,
  expected: wanted.map(shown).join(' or '),
  holds: (value) => wanted.includes(value),
  show: shown,
});

export const atMost = (limit: number, rule: string): Constraint<number> => ({
  rule,
  expected: `at most ${shown(limit)}`,
  holds: (value) => value <= limit,
  show: shown,
});

export const zeros = (rule: string): Constraint<readonly number[]> => ({
  rule,
  expected: 'zero',
  holds: (values) => values.every((value) => value === 0),
  show: (values) => values.map(shown).join(' '),
});
