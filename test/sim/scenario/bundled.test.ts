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

/** LL-07, LL-10 and LL-14 were never given to anything. */
const NEVER_GIVEN = new Set([7, 10, 14]);

describe('bundled scenarios', () => {
  test('are all there', () => {
    const ids = Array.from({ length: 44 }, (_, i) => i + 1).filter((id) => !NEVER_GIVEN.has(id));
    expect(scenarios.map(({ scenario }) => scenario.id)).toEqual(ids.map((id) => `LL-${String(id).padStart(2, '0')}`));
  });

  test('are named for their files and explain themselves', () => {
    for (const { name, scenario } of scenarios) {
      expect(name).toBe(`${scenario.id}.json`);
      expect(scenario.teaches.length).toBeGreaterThan(40);
    }
  });

  test('all come with a sibling that behaves differently, or say that nothing can go wrong', () => {
    const alone = scenarios.filter(({ scenario }) => scenario.cases.length < 2).map(({ scenario }) => scenario.id);
    expect(alone).toEqual(['LL-44']);
  });

  test.each(cases.filter(({ one }) => one.run !== null))('$label: one run', ({ one }) => {
    const { run, result } = play(one);
    expect(run.endless).toBe(false);
    expect(differences(one, result)).toEqual([]);
  });
});
