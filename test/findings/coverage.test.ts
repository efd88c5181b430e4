import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../src/findings/catalogue.ts';

const TESTS = resolve(import.meta.dirname, '..');

/** Tables of expected findings that tests walk through line by line. */
const TABLES = ['hostile-verdicts.ts'].map((name) => resolve(TESTS, '..', 'fixtures', name));

const texts = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('coverage.test.ts'))
  .map((name) => join(TESTS, name))
  .concat(TABLES)
  .map((path) => readFileSync(path, 'utf8'));

/** Archives are tested by what comes out of them. */
const named = Object.keys(RULES).filter((id) => !id.startsWith('archive/'));

describe('every rule is named by a test', () => {
  test.each(named)('%s', (id) => {
    const isNamed = texts.some((text) => new RegExp(`${id}(?![\\w-])`).test(text));
    expect(isNamed, `no test under test/ names ${id}: test it firing and silent`).toBe(true);
  });
});

describe('every rule says what a reader needs', () => {
  test.each(Object.entries(RULES))('%s', (id, rule) => {
    expect(id, 'an id is topic/name, small letters').toMatch(/^[a-z-]+\/[a-z0-9-]+$/);
    expect(rule.title, 'the title is empty').not.toBe('');
    expect(rule.advice, 'advice is one whole sentence or more').toMatch(/[.)]$/);
    expect(rule.source, 'the source is empty').not.toBe('');
  });
});
