import { describe, expect, test } from 'vitest';
import { ALL_NMI } from '../../../src/sim/protocols/all-nmi.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const nmi = { topology: { cores: 1, threads: 2 }, faults: faults({ nmi: 1 }) };

describe('control outside its NMI', () => {
  test('works until an unrelated NMI reaches it: then it waits for its own go', () => {
    expect(verdicts(ALL_NMI, {}, { control: 'outside' }).violated).toEqual([]);
    const found = verdicts(ALL_NMI, nmi, { control: 'outside' });
    expect(found.violated).toContain('deadlock');
    expect(found.path('deadlock').at(-1)).toBe('nmi/control/handler@0');
  });
});

describe('stop_machine first, self-NMIs then', () => {
  const summons = 'self-NMI in stop_machine';
  test('an unrelated NMI may be swallowed, nothing hangs', () => {
    expect(verdicts(ALL_NMI, {}, { summons }).violated).toEqual([]);
    expect(verdicts(ALL_NMI, nmi, { summons }).violated).toEqual(['P12']);
  });

  test('control that does not send itself one waits for its own go, here as well', () => {
    expect(verdicts(ALL_NMI, nmi, { summons, control: 'outside' }).violated).toContain('deadlock');
  });
});

describe('control in its NMI', () => {
  test.each(['hook', 'private entry'] as const)('by %s: an unrelated NMI may be swallowed, nothing hangs', (gate) => {
    expect(verdicts(ALL_NMI, {}, { gate }).violated).toEqual([]);
    expect(verdicts(ALL_NMI, nmi, { gate }).violated).toEqual(['P12']);
  });

  test('a refused load is reported', () => {
    expect(verdicts(ALL_NMI, { faults: faults({ reject: 1 }) }).violated).toEqual([]);
  });
});
