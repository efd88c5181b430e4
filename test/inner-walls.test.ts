import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenWall, importCircles, MOST_FILES } from './support/inner-walls.ts';
import { importsOf } from './support/layers.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();

/** What each module imports of src/, types included. */
const imports = new Map(
  sources.map((name) => [
    name,
    importsOf(readFileSync(join(SRC, name), 'utf8'))
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => relative(SRC, resolve(SRC, dirname(name), specifier))),
  ]),
);

const folders = [...new Set(sources.map((name) => dirname(name)).filter((folder) => folder !== '.'))].sort();

describe('folders of src/', () => {
  test.each(folders)('%s has few enough files for a glance', (folder) => {
    expect(sources.filter((name) => dirname(name) === folder).length).toBeLessThanOrEqual(MOST_FILES);
  });

  test.each(folders)('%s has a sentence in ARCHITECTURE.md', (folder) => {
    expect(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')).toContain(`| \`src/${folder}/\` |`);
  });
});

describe('walls inside a folder', () => {
  test.each([...imports])('%s imports only siblings that it may', (name, targets) => {
    expect(targets.flatMap((target) => brokenWall(name, target) ?? [])).toEqual([]);
  });

  test('an import across a wall is caught', () => {
    expect(brokenWall('bundle/select/filter.ts', 'bundle/verify/verify.ts')).toBe(
      'bundle: select may not import verify',
    );
    expect(brokenWall('bundle/collect.ts', 'bundle/select/filter.ts')).toBe('bundle: . may not import select');
    expect(brokenWall('sim/engine/states/words.ts', 'sim/engine/search/explore.ts')).toBe(
      'sim/engine: states may not import search',
    );
  });

  test('a subfolder without a row is caught', () => {
    expect(brokenWall('bundle/new/one.ts', 'bundle/collect.ts')).toBe('bundle has no row for new');
    expect(brokenWall('host/new/one.ts', 'host/host.ts')).toBe('host has subfolders and no row in WALLS');
  });

  test('what stands above is open to all', () => {
    expect(brokenWall('bundle/select/filter.ts', 'bundle/collect.ts')).toBeUndefined();
    expect(brokenWall('bundle/select/filter.ts', 'formats/via.ts')).toBeUndefined();
  });
});

describe('import circles', () => {
  test('there are none, types included', () => {
    expect(importCircles(imports)).toEqual([]);
  });

  test('two modules that import each other are caught, and three in a ring', () => {
    const two = new Map([
      ['a', ['b']],
      ['b', ['a', 'c']],
      ['c', []],
    ]);
    expect(importCircles(two)).toEqual([['a', 'b']]);
    const three = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a']],
    ]);
    expect(importCircles(three)).toEqual([['a', 'b', 'c']]);
  });
});
