import { describe, expect, test } from 'vitest';
import { nestedNmi, type NestedNmiTests } from '../../../src/sim/machine/nested-nmi.ts';
import { search } from '../support/search.ts';

const violated = (tests: NestedNmiTests, nmis: number, breakpoints: number): readonly string[] =>
  [...search(nestedNmi({ tests, nmis, breakpoints })).decided.keys()].sort();

describe('the nested NMI entry', () => {
  test.each([
    [3, 2],
    [6, 6],
  ])('with all three tests nothing is violated by %i NMIs and %i breakpoints', (nmis, breakpoints) => {
    expect(violated('all', nmis, breakpoints)).toEqual([]);
  });

  test('without any test, two NMIs and a breakpoint start a second body', () => {
    expect(violated('none', 2, 1)).toEqual(['N1', 'N5']);
    expect(violated('none', 2, 0)).toEqual([]);
  });

  test('the variable alone misses the gap between clearing it and the return', () => {
    expect(violated('variable', 2, 1)).toEqual(['N5']);
    expect(violated('variable', 2, 0)).toEqual([]);
  });

  test('the stack test alone misses an NMI on top of a breakpoint handler', () => {
    expect(violated('stack', 2, 2)).toContain('N1');
    expect(violated('stack', 2, 1)).not.toContain('N1');
  });

  test('both without the window test: a third NMI tears the frame that is being copied', () => {
    expect(violated('variable and stack', 3, 1)).toEqual(['N3']);
    expect(violated('variable and stack', 2, 2)).toEqual([]);
  });

  test('the shortest story without any test is the one in the commit message', () => {
    const path = search(nestedNmi({ tests: 'none', nmis: 2, breakpoints: 1 })).decided.get('N1') ?? [];
    const steps = path.map((step) => step.replace('task/every/', '').replace('@0', ''));
    expect(steps).toHaveLength(8);
    expect(steps.filter((step) => !step.startsWith('environment'))).toEqual([
      'main',
      'entry',
      'body#2',
      'breakpoint',
      'body#3',
      'entry',
    ]);
  });
});
