import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exampleFolder, examplesIn, unexplainedBlocks } from './support/console-blocks.ts';
import { amdFolder, intelFolder, program } from './support/debian.ts';
import { temporaryFolder } from './support/temporary.ts';

const ROOT = resolve(import.meta.dirname, '..');
const pages = [
  ...[
    'README.md',
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'contrib/README.md',
    'examples/README.md',
  ].map((name) => join(ROOT, name)),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join(ROOT, 'docs', name)),
].filter((path) => path.endsWith('.md'));

describe('every example of the documentation prints what the page says', () => {
  test.for(pages.map((path) => [relative(ROOT, path), path] as const))('%s', ([, path], context) => {
    const examples = examplesIn(readFileSync(path, 'utf8'));
    if (examples.length === 0) return;
    if (examples.some(({ command }) => command.includes('cpio '))) program(context, 'cpio');
    const run = exampleFolder(temporaryFolder(), { intel: intelFolder(context), amd: amdFolder(context) });
    // In order and in one folder: later examples use what earlier ones wrote.
    for (const { command, output, line } of examples)
      expect(`line ${line}: ${run(command)}`).toBe(`line ${line}: ${output}`);
  });
});

describe('every block is run, is no shell, or says why it is not run', () => {
  test.for(pages.map((path) => [relative(ROOT, path), path] as const))('%s', ([, path]) => {
    expect(unexplainedBlocks(readFileSync(path, 'utf8'))).toEqual([]);
  });

  test('a block that does not is found', () => {
    const marked = '<!-- not run: no network -->\n```sh\nls\n```\n';
    expect(unexplainedBlocks(`${marked}\`\`\`sh\nls\n\`\`\`\n`)).toEqual([5]);
    expect(unexplainedBlocks('```\nls\n```\n```ts\n1;\n```\n')).toEqual([1]);
  });
});

test('an example that prints something else is caught', (context) => {
  const run = exampleFolder(temporaryFolder(), { intel: intelFolder(context), amd: amdFolder(context) });
  const [example] = examplesIn('```console\n$ echo one\ntwo\n```\n');
  expect(example).toEqual({ command: 'echo one', output: 'two\n', line: 2 });
  expect(run('echo one')).toBe('one\n');
  expect(run('ucodekit inspect none')).toContain('exit 3');
});
