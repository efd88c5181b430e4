import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { SCENARIO_SCHEMA } from '../../src/schemas/scenario.ts';
import { parseScenario } from '../../src/sim/scenario/parse.ts';

const FOLDER = resolve(import.meta.dirname, '../../fixtures/scenarios');
const valid = new Ajv2020({ strict: false }).compile(SCENARIO_SCHEMA);
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .sort();

describe('the schema of scenarios', () => {
  test.each(files)('%s fits it', (name) => {
    expect(valid(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')))).toBe(true);
  });

  const base = { schema: 'ucodekit/scenario@1', id: 'X', title: 'x', teaches: 'x', source: 'x', protocol: 'xen' };

  test.each([
    ['an unknown member', { ...base, speed: 1, cases: [{ name: 'x' }] }],
    ['no title', { ...base, title: '', cases: [{ name: 'x' }] }],
    ['a negative time', { ...base, cases: [{ name: 'x', events: [{ what: 'nmi', cpu: 0, at: { us: -1 } }] }] }],
    ['an unknown event', { ...base, cases: [{ name: 'x', events: [{ what: 'flood', cpu: 0 }] }] }],
    ['an unknown refusal', { ...base, cases: [{ name: 'x', refused: 'EWHAT' }] }],
    ['no machine at all', { ...base, cases: [{ name: 'x', machine: { cores: 0 } }] }],
  ])('%s is refused by the schema and by the reader alike', (_, document) => {
    expect(valid(document)).toBe(false);
    expect(parseScenario(JSON.stringify(document)).problems.length).toBeGreaterThan(0);
  });
});
