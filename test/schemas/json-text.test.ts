import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonText } from '../../src/schemas/json-text.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('JSON with positions', () => {
  test('any document reads as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const result = parseJsonText(JSON.stringify(value, null, indent));
        expect(result.kind === 'value' && result.value).toEqual(value);
      }),
    );
  });

  test('whatever JSON.parse refuses is refused, and nothing makes it throw', () => {
    const cut = fc.json().map((text) => text.slice(0, -1));
    fc.assert(fc.property(fc.oneof(fc.string(), cut), (text) => isJson(text) || parseJsonText(text).kind === 'error'));
    expect(parseJsonText('').kind).toBe('error');
  });

  test('values and keys have places', () => {
    const result = parseJsonText('{\n  "a": [1,\n    {"b": true}]\n}');
    if (result.kind === 'error') throw new Error(result.message);
    expect(result.placeOf(['a', 1, 'b'])).toMatchObject({ line: 3, column: 11 });
    expect(result.keyPlace(['a', 1, 'b'])).toMatchObject({ line: 3, column: 6 });
    expect(result.placeOf(['a', 7, 'c'])).toMatchObject({ line: 2, column: 8 });
    expect(result.placeOf(['absent'])).toMatchObject({ line: 1, column: 1 });
  });

  test.each([
    ['{"a": 1,}', 'expected a key in quotes, found "}"', 1, 9],
    ['{"a": 1\n"b": 2}', 'expected "," or "}", found "\\""', 2, 1],
    ['[1, 2', 'expected "," or "]", found the end of the file', 1, 6],
    ['{"a": 1, "a": 2}', 'the key "a" is there twice', 1, 10],
    ['"abc', 'the string has no end', 1, 1],
    ['["a\tb"]', 'the string holds a character or an escape that JSON does not know', 1, 2],
    ['{"a": tru}', 'expected a value, found "t"', 1, 7],
    ['01', 'expected a value, found "0"', 1, 1],
    ['', 'expected a value, found the end of the file', 1, 1],
    ['1 2', 'expected the end of the file, found "2"', 1, 3],
  ])('%j: %s', (text, message, line, column) => {
    expect(parseJsonText(text)).toMatchObject({ kind: 'error', message, place: { line, column } });
  });

  test('a tower of brackets ends in an error, not in a full stack', () => {
    expect(parseJsonText('['.repeat(100_000))).toMatchObject({ kind: 'error', message: 'more than 64 levels' });
  });
});
