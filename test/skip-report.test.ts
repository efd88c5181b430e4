import { expect, test } from 'vitest';
import { skipLines } from './support/skip-report.ts';

test('why tests were skipped: the commonest reason first', () => {
  const reasons = ['zsh is not installed', ...Array.from({ length: 10 }, () => 'man is not installed')];
  expect(skipLines(reasons)).toEqual(['skipped, because:', '  10  man is not installed', '   1  zsh is not installed']);
});

test('nothing is said when nothing was skipped', () => {
  expect(skipLines([])).toEqual([]);
});
