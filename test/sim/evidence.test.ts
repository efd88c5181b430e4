import { describe, expect, test } from 'vitest';
import { evidenceLines } from '../../src/report/evidence-text.ts';
import { renderCheck, simCheck } from '../../src/report/sim/check.ts';
import { replayOf, renderReplay } from '../../src/report/sim/replay.ts';
import { renderRun, simRun } from '../../src/report/sim/run.ts';
import { renderSteps } from '../../src/report/sim/steps.ts';
import { checkCases } from '../../src/sim/check-cases.ts';
import { evidenceOf } from '../../src/sim/evidence.ts';
import { entriesRead, sourceRead } from '../../src/sim/protocols/sources/versions-read.ts';
import { originOf } from '../../src/sim/protocols/sources/origins.ts';
import { PROTOCOLS } from '../../src/sim/protocols/registry.ts';
import { runCase } from '../../src/sim/run-cases.ts';
import { describe as modelOf, entryOf } from '../../src/sim/scenario/parse.ts';
import { caseOf, type SubjectText } from '../../src/sim/subject.ts';
import { runOf } from '../../src/sim/trace.ts';

const PROGRAM = 'ucodekit 1.2.3';

function evidence(text: SubjectText) {
  const one = caseOf(text);
  return evidenceOf(one, modelOf(one), PROGRAM);
}

describe('evidence', () => {
  test('names everything that somebody needs to go over a verdict again', () => {
    const offline = evidence({
      protocol: 'linux-6.7-nmi',
      topology: '2x2',
      offline: '3',
      faults: 'nmi=2,timeout=unlimited',
      choices: ['offlineRelease=per core'],
    });
    expect(offline).toMatchObject({
      program: PROGRAM,
      model: expect.stringMatching(/^[0-9a-f]{64}$/),
      protocol: 'linux-6.7-nmi',
      topology: '2x2',
      cpus: 'intel',
      offline: [3],
      dormant: [],
      faults: { nmi: 2, timeout: 'unlimited' },
      variant: ['offlineRelease=per core'],
      refused: null,
      memory: { model: 'sequential consistency' },
      assumptions: [{ id: 'prompt-self-nmi' }],
    });
    expect(offline.source).toContain('8f849ff63bcb');
    expect(offline.choices).toMatchObject({ offlineRelease: 'per core', selfNmi: 'prompt' });
  });

  test('counts what an entry of the catalogue has chosen among the variants', () => {
    expect(evidence({ protocol: 'xen-no-nmi' }).variant).toEqual(['mode=no-nmi']);
    expect(evidence({ protocol: 'xen' }).variant).toEqual([]);
    expect(evidence({ protocol: 'xen-amd' }).cpus).toBe('amd');
  });

  test('in lines', () => {
    const lines = evidenceLines(evidence({ protocol: 'xen', topology: '1x2', faults: 'nmi=1', dormant: '1' }));
    expect(lines).toEqual([
      expect.stringMatching(/^by: ucodekit 1\.2\.3, model [0-9a-f]{16}$/),
      'machine: 1x2 intel; no CPU offline; never started: CPU 1; faults: nmi=1',
      expect.stringMatching(/^source: Xen, core\.c at c447b7308b$/),
      'memory: sequential consistency: every store is seen by all CPUs at once and in program order; store buffers are not modelled',
      expect.stringMatching(/^assumes: .* \[late-self-nmi\]$/),
    ]);
  });
});

describe('every verdict has it', () => {
  const one = caseOf({ protocol: 'linux-5.5', topology: '1x2' });
  const whole = evidence({ protocol: 'linux-5.5', topology: '1x2' });
  const result = simCheck(checkCases([one], ['P1'], {}), PROGRAM);
  const [row] = result.cases;
  const trace = row?.properties[0]?.counterexample;

  test('of a check, and of a part of one the same model', () => {
    expect(row?.evidence).toEqual(whole);
    for (const line of evidenceLines(whole)) expect(renderCheck(result)).toContain(line);
  });

  test('of a trace, with the search that found it', () => {
    expect(trace?.evidence).toEqual(whole);
    expect(trace?.search).toEqual({
      complete: true,
      ending: row?.ending,
      states: row?.states,
      symmetry: true,
      partialOrder: true,
      approximate: false,
    });
  });

  test('of a run told again', () => {
    const replay = replayOf(runOf(trace?.token ?? ''), null, PROGRAM);
    expect(replay.evidence).toEqual(whole);
    for (const line of evidenceLines(whole)) expect(renderReplay(replay, false)).toContain(line);
  });

  test('of a run in time, whose waits may give up', () => {
    const run = simRun([runCase(one, { seed: null, runs: 1 })], PROGRAM);
    expect(run.cases[0]?.evidence).toMatchObject({ protocol: 'linux-5.5', faults: { timeout: 'unlimited' } });
    expect(renderRun(run)).toContain('source: Linux v5.5');
  });

  test('of a search that a limit has ended or that keeps hashes', () => {
    const search = (options: Parameters<typeof checkCases>[2]) => {
      const { cases } = simCheck(
        checkCases([caseOf({ protocol: 'linux-5.5', topology: '1x2' })], ['P1', 'P7'], options),
        PROGRAM,
      );
      return cases[0]?.properties[0]?.counterexample?.search;
    };
    expect(search({ approximate: true })).toMatchObject({ approximate: true });
    expect(search({ reductions: { symmetry: false, partialOrder: false } })).toMatchObject({
      symmetry: false,
      partialOrder: false,
    });
    expect(search({ limits: { maxStates: 12 }, reductions: { partialOrder: false } })).toMatchObject({
      complete: false,
      ending: 'states',
    });
  });
});

describe('what was read', () => {
  test('is said of each entry', () => {
    const silent = PROTOCOLS.map(({ id }) => id).filter((id) => !entriesRead.includes(id));
    expect(silent, 'src/sim/protocols/sources/versions-read.ts says nothing of these').toEqual([]);
  });

  test('is what the protocol itself names where nothing more is said', () => {
    expect(sourceRead('nonesuch', 'core.c')).toBe('core.c');
  });
});

test('each step of a story names whose code it follows, and the environment nobody', () => {
  const one = caseOf({ protocol: 'linux-5.5', topology: '1x2', faults: 'nmi=1' });
  const { cases } = simCheck(checkCases([one], ['P1w', 'P2'], {}), PROGRAM);
  const story = cases[0]?.properties.find(({ id }) => id === 'P2')?.counterexample?.story;
  const steps = story?.steps ?? [];
  expect(steps.length).toBeGreaterThan(3);
  const { id } = entryOf(one).protocol;
  for (const step of steps) {
    const [context = '', who = ''] = step.step.split('/');
    expect([step.step, step.source]).toEqual([step.step, step.context === null ? null : originOf(id, context, who)]);
  }
  expect(steps.filter(({ source }) => source === null).map(({ step }) => step)).toEqual(['environment/nmi']);
  expect(story === undefined ? '' : renderSteps(story)).toMatch(
    /^ +\d+\. CPU \d {2}task: .* {2}from __reload_late\(\)$/m,
  );
});
