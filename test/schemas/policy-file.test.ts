import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/findings/failure.ts';
import { readPolicy } from '../../src/schemas/policy-file.ts';

const POLICIES = resolve(import.meta.dirname, '../../fixtures/policies');

/** The lines that say what is wrong. */
function mistakes(text: string): readonly string[] {
  try {
    readPolicy(text, 'policy.json');
  } catch (error) {
    if (error instanceof Failure) return error.details.because ?? [];
    throw error;
  }
  return [];
}

const policy = (more: object): string => JSON.stringify({ schema: 'ucodekit/policy@1', ...more });

describe('policy files', () => {
  test.each(readdirSync(POLICIES))('the example %s is in order', (name) => {
    expect(mistakes(readFileSync(join(POLICIES, name), 'utf8'))).toEqual([]);
  });

  test('a mistake in line 150 of 200 is named with line, place and allowed values', () => {
    const vendors = Array.from({ length: 195 }, (_, i) => (i === 146 ? '    "cyrix"' : '    "amd"'));
    const lines = ['{', '  "schema": "ucodekit/policy@1",', '  "vendors": [', vendors.join(',\n'), '  ]', '}'];
    expect(lines.join('\n').split('\n')).toHaveLength(200);
    expect(mistakes(lines.join('\n'))).toEqual([
      'line 150:5, /vendors/146: "cyrix" is not allowed; allowed are "intel", "amd", "via"',
    ]);
  });

  test.each([
    [{ failOn: 'fatal' }, '/failOn: "fatal" is not allowed; allowed are "error", "warning", "note"'],
    [{ sevreities: {} }, 'the key "sevreities" is not known; known are "schema", "$schema", "description"'],
    [{ require: [{ platforms: '0x87' }] }, '/require/0: the key "cpu" is missing'],
    [{ require: [{ cpu: '6-8f-8' }] }, '/require/0/cpu: "6-8f-8" is not of the form'],
    [{ maximumSize: '64K' }, '/maximumSize: "64K" is not of type integer'],
    [{ maximumSize: 0 }, '/maximumSize: 0 is too small; the least is 1'],
    [{ severities: { 'bundle/stale': 'off' } }, '/severities: there is no rule "bundle/stale"; nearest are'],
    [
      { suppress: [{ rule: 'intel/dates', reason: 'x', until: '2030-01-01' }] },
      '/suppress/0/rule: there is no rule "intel/dates"; nearest are intel/date',
    ],
    [
      { suppress: [{ rule: 'intel/date', reason: 'x', until: '2030-02-30' }] },
      '/suppress/0/until: "2030-02-30" is not a calendar date',
    ],
    [
      { suppress: [{ rule: 'intel/date', reason: ' ', until: '2030-02-20' }] },
      '/suppress/0/reason: " " is not of the form',
    ],
  ])('%j: %s', (more, message) => {
    expect(mistakes(policy(more))).toEqual([expect.stringContaining(message)]);
  });

  test('several mistakes are listed in the order of the file', () => {
    const text = '{\n "schema": "ucodekit/policy@2",\n "failOn": 1,\n "x": 2\n}';
    expect(mistakes(text).map((line) => line.slice(0, 8))).toEqual(['line 2:1', 'line 3:1', 'line 4:2']);
  });

  test('text that is no JSON is said with its line', () => {
    expect(mistakes('{\n  "schema": "ucodekit/policy@1",\n}')).toEqual([
      'line 3:1, /: expected a key in quotes, found "}"',
    ]);
  });

  test('places are byte offsets and lines', () => {
    const text = '{ "schema": "ucodekit/policy@1", "description": "ä",\n"vendors": [ "amd" ] }';
    const { place } = readPolicy(text, 'p');
    expect(place(['vendors', 0])).toEqual({ line: 2, offset: Buffer.from(text).indexOf('"amd"') });
  });
});
