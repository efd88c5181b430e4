import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../../src/sim/scenario/parse.ts';
import { play } from '../../../src/sim/scenario/play.ts';
import { differences } from '../../../src/sim/timed/result.ts';

const FOLDER = resolve(import.meta.dirname, '../../../fixtures/scenarios');

const scenarios = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => {
    const { scenario, problems } = parseScenario(readFileSync(join(FOLDER, name), 'utf8'));
    if (scenario === undefined) throw new Error(`${name}: ${JSON.stringify(problems)}`);
    return { name, scenario };
  });

const cases = scenarios.flatMap(({ scenario }) =>
  scenario.cases.map((one) => ({ label: `${scenario.id} ${scenario.title}: ${one.name}`, one })),
);

/** A new scenario raises it. */
const LAST = 48;

/** LL-07, LL-10 and LL-14 were never given to anything. */
const NEVER_GIVEN = new Set([7, 10, 14]);

/** What they show is which of two orders is possible, or an order that no script of events can ask for. */
const ONLY_EXPLORED = [
  'LL-17',
  'LL-25',
  'LL-26',
  'LL-27',
  'LL-28',
  'LL-29',
  'LL-33',
  'LL-42',
  'LL-43',
  'LL-46',
  'LL-47',
];

describe('bundled scenarios', () => {
  test('are all there', () => {
    const ids = Array.from({ length: LAST }, (_, i) => i + 1).filter((id) => !NEVER_GIVEN.has(id));
    expect(scenarios.map(({ scenario }) => scenario.id)).toEqual(ids.map((id) => `LL-${String(id).padStart(2, '0')}`));
  });

  test('are named for their files and explain themselves', () => {
    for (const { name, scenario } of scenarios) {
      expect(name).toBe(`${scenario.id}.json`);
      const sentences = scenario.teaches.split(/(?<=[.?])\s+(?=[A-Z\d])/).length;
      expect([2, 3, 4], `${name}: a paragraph of two to four sentences`).toContain(sentences);
    }
  });

  test('all come with a sibling that behaves differently', () => {
    expect(scenarios.filter(({ scenario }) => scenario.cases.length < 2)).toEqual([]);
  });

  test('are shown by a single run, except where only some interleavings show them', () => {
    const ids = scenarios.filter(({ scenario }) => scenario.cases[0]?.run === null).map(({ scenario }) => scenario.id);
    expect(ids).toEqual(ONLY_EXPLORED);
  });

  test.each(cases.filter(({ one }) => one.run !== null))('$label: one run', ({ one }) => {
    const { run, result } = play(one);
    expect(run.endless).toBe(false);
    expect(differences(one, result)).toEqual([]);
  });
});
