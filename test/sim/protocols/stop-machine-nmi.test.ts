import { describe, expect, test } from 'vitest';
import { STOP_MACHINE_NMI } from '../../../src/sim/protocols/stop-machine-nmi.ts';
import { faults, verdicts } from '../support/verdicts.ts';

const two = { topology: { cores: 2, threads: 1 } };
const oneFails = { ...two, faults: faults({ reject: 1 }) };
const bothFail = { ...two, faults: faults({ reject: 2 }) };
const RFC = { result: 'read at once', gate: 'key and flag', errors: 'last' } as const;

describe('version 2', () => {
  test('holds, also for a function that fails on one CPU', () => {
    expect(verdicts(STOP_MACHINE_NMI, two).violated).toEqual([]);
    expect(verdicts(STOP_MACHINE_NMI, oneFails).violated).toEqual([]);
  });

  test('two errors ORed make one that nobody returned: -5 | -16 = -5, -16 | -22 = -6', () => {
    expect(verdicts(STOP_MACHINE_NMI, bothFail).violated).toEqual(['P10s']);
  });

  test('keeping the first, or the last, hides the other', () => {
    expect(verdicts(STOP_MACHINE_NMI, bothFail, { errors: 'first' }).violated).toEqual(['P10v']);
    expect(verdicts(STOP_MACHINE_NMI, bothFail, { errors: 'last' }).violated).toEqual(['P10v']);
  });

  test('an unrelated NMI that merges with the self-NMI is consumed', () => {
    expect(verdicts(STOP_MACHINE_NMI, { ...two, faults: faults({ nmi: 1 }) }).violated).toEqual(['P12']);
  });

  test('cpus == NULL runs the function once, on the first CPU', () => {
    const found = verdicts(STOP_MACHINE_NMI, { topology: { cores: 4, threads: 1 } }, { cpus: 'NULL' });
    expect(found.violated).toEqual([]);
    expect(found.unreached).toEqual([]);
  });

  test('clearing the mask bit early does no harm: the stopper cannot run before the handler returns on its own CPU', () => {
    expect(verdicts(STOP_MACHINE_NMI, oneFails, { clear: 'before the store' }).violated).toEqual([]);
  });
});

describe('RFC and version 1', () => {
  test('the result is read before the handler has run, so an error becomes success', () => {
    const found = verdicts(STOP_MACHINE_NMI, oneFails, RFC);
    expect(found.violated).toEqual(['P10', 'P10s', 'P10v', 'P20', 'P6', 'P9']);
    expect(found.path('P9')).toEqual(['task/control/arm@0', 'task/control/self nmi@0', 'task/control/read result@0']);
  });

  test('waiting for the handler is the whole remedy', () => {
    expect(verdicts(STOP_MACHINE_NMI, oneFails, { ...RFC, result: 'awaited' }).violated).toEqual([]);
  });
});
