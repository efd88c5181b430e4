import { expect, test } from 'vitest';
import { printable, printableLines } from '../../src/report/printable.ts';

test('control characters of both kinds are told, other characters stay', () => {
  expect(printable('\u001b]0;title\u0007 \u009b2J \u007f\r\n\t')).toBe(
    String.raw`\x1b]0;title\x07 \x9b2J \x7f\x0d\x0a\x09`,
  );
  expect(printable('06-9a-04 µcode «ü» 微')).toBe('06-9a-04 µcode «ü» 微');
});

test('in lines, their ends and tabs stay', () => {
  expect(printableLines('a\tb\r\nc\rd\u001b[2J\n')).toBe('a\tb\r\nc\\x0dd\\x1b[2J\n');
});
