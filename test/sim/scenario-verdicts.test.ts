import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkCases } from '../../src/sim/check-cases.ts';
import { casesOf } from '../../src/sim/subject.ts';

const FOLDER = resolve(import.meta.dirname, '../../fixtures/scenarios');

const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .flatMap((name) =>
    casesOf(readFileSync(join(FOLDER, name), 'utf8'), name).cases.map((of) => ({ name: `${name}: ${of.name}`, of })),
  )
  .filter(({ of }) => of.check !== null);

describe('exploring every interleaving finds violated what the scenario says, and nothing else', () => {
  test.each(cases)('$name', ({ of }) => {
    const [checked] = checkCases([of], null, {});
    const { ending, properties } = checked?.report ?? { ending: 'memory', properties: [] };
    expect(['complete', 'decided']).toContain(ending);
    expect(
      properties
        .filter(({ verdict }) => verdict === 'violated')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...(of.check?.violated ?? [])].sort());
  });
});
