import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { forbiddenImports, importsOf } from './support/layers.ts';

const SRC = resolve(import.meta.dirname, '../src');

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort();

describe('the import table of ARCHITECTURE.md', () => {
  test.each(sources)('%s imports only what its folder may', (name) => {
    const targets = importsOf(readFileSync(join(SRC, name), 'utf8')).map((specifier) =>
      specifier.startsWith('.') ? relative(SRC, resolve(dirname(join(SRC, name)), specifier)) : specifier,
    );
    expect(forbiddenImports(name, targets)).toEqual([]);
  });

  test('a format that opens files is caught', () => {
    expect(forbiddenImports('formats/intel/update.ts', ['node:fs', 'bytes/hex.ts'])).toEqual(['node:fs']);
  });

  test('an import against the direction of flow is caught', () => {
    expect(forbiddenImports('formats/intel/update.ts', ['bundle/select.ts'])).toEqual(['bundle/select.ts']);
    expect(forbiddenImports('initrd/image/layout.ts', ['xen/stanza/stanza.ts'])).toEqual(['xen/stanza/stanza.ts']);
  });

  test('oclif and the terminal stay in cli', () => {
    expect(forbiddenImports('report/table.ts', ['@oclif/core', 'ora'])).toEqual(['@oclif/core', 'ora']);
    expect(forbiddenImports('cli/base-command.ts', ['@oclif/core'])).toEqual([]);
  });

  test('a command that imports another is caught', () => {
    expect(forbiddenImports('commands/show.ts', ['commands/inspect.ts'])).toEqual(['commands/inspect.ts']);
  });
});
