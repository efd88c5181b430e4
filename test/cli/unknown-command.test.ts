import { expect, test } from 'vitest';
import { ucodekit } from '../support/ucodekit.ts';

test.each([
  [['inspekt'], 'no command is called inspekt', 'Did you mean inspect?'],
  [['initrd', 'biuld'], 'no command is called initrd biuld', 'Did you mean initrd build?'],
])('%j: what is nearest is offered', (words, message, offer) => {
  const { exit, stdout, stderr } = ucodekit(words);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toContain(offer);
});

test('-h is --help, of the program, a topic and a command', () => {
  for (const words of [[], ['initrd'], ['inspect']]) {
    const long = ucodekit([...words, '--help']);
    expect(long.exit).toBe(0);
    expect(ucodekit([...words, '-h'])).toEqual(long);
  }
});

test('nothing is offered for what is like nothing', () => {
  const { exit, stderr } = ucodekit(['xyzzy']);
  expect(exit).toBe(2);
  expect(stderr).toBe('ucodekit: no command is called xyzzy\n  ucodekit --help lists all.\n');
});

test('what stands on standard input is no argument', () => {
  const { exit, stderr } = ucodekit(['inspect'], { input: 'junk' });
  expect(exit).toBe(2);
  expect(stderr).toContain('path');
});
