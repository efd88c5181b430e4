import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { pseudoTerminal } from '../support/pseudo-terminal.ts';

const ROOT = resolve(import.meta.dirname, '../..');

interface Table {
  readonly core: string;
  readonly commands: Readonly<Record<string, { readonly file: string }>>;
}
const table = JSON.parse(readFileSync(join(ROOT, 'dist/start/table.json'), 'utf8')) as Table;

/** Copies of the built program: as it is, and without its start-up machinery, where everything goes through oclif. */
const copies = mkdtempSync(join(tmpdir(), 'ucodekit-start-'));
const FAST = join(copies, 'fast');
const PLAIN = join(copies, 'plain');
const WORK = join(copies, 'work');

beforeAll(() => {
  for (const copy of [FAST, PLAIN]) {
    mkdirSync(copy);
    for (const name of ['bin', 'dist', 'package.json', 'oclif.manifest.json']) {
      const plain = (path: string): boolean => copy === FAST || !path.startsWith(join(ROOT, 'dist/start'));
      cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter: plain });
    }
    for (const name of ['data', 'node_modules']) symlinkSync(join(ROOT, name), join(copy, name));
  }
  mkdirSync(WORK);
  writeFileSync(join(WORK, 'intel'), intelUpdate());
  writeFileSync(join(WORK, 'amd'), amdContainer());
});

function run(copy: string, args: readonly string[]): { exit: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, 'bin/run.js'), ...args], {
    cwd: WORK,
    encoding: 'utf8',
    input: '',
  });
  return { exit: status, stdout, stderr };
}

/** Words that most commands take one way or the other, beside what every command must answer alike. */
const WORDS: readonly (readonly string[])[] = [
  [],
  ['--no-such-flag'],
  ['intel'],
  ['intel', '--json'],
  ['none', '--json'],
  ['--help'],
];

describe('a command behaves the same with and without the start-up machinery', () => {
  test.each(Object.keys(table.commands))('%s', (id) => {
    for (const words of WORDS) {
      const args = [...id.split(':'), ...words];
      expect({ args, ...run(FAST, args) }).toEqual({ args, ...run(PLAIN, args) });
    }
  });

  test.each([
    [],
    ['--help'],
    ['-h'],
    ['help'],
    ['help', 'inspect'],
    ['--version'],
    ['initrd'],
    ['initrd', '--help'],
    ['initrd', 'biuld'],
    ['inspekt'],
    ['inspekt', 'intel', '--json'],
    ['nothing', 'like', 'it'],
    ['help', 'initrd', 'build'],
    ['inspekt', '--help'],
    ['--no-such-flag'],
  ])('%j', (...args) => {
    expect(run(FAST, args)).toEqual(run(PLAIN, args));
  });
});

test.for([FAST, PLAIN])('a terminal is no obstacle: %s', (copy, context) => {
  const script = pseudoTerminal(context);
  const command = `'${process.execPath}' '${join(copy, 'bin/run.js')}' inspect ${'intel '.repeat(400)}`;
  // The first run has no cached code, the second has.
  for (let i = 0; i < 2; i++) {
    const { status, stdout } = spawnSync(script, ['-qec', command, '/dev/null'], { cwd: WORK, encoding: 'utf8' });
    expect(stdout).toContain('0x000906a4');
    expect(stdout).not.toMatch(/error|warning/i);
    expect(status).toBe(0);
  }
});

describe('cached code', () => {
  const cacheFiles = (): string[] => readdirSync(join(FAST, 'dist/start')).filter((name) => name.endsWith('.v8'));

  test('is kept by the first run and does no harm when it is damaged', () => {
    const first = run(FAST, ['inspect', 'intel']);
    expect(cacheFiles()).not.toEqual([]);
    for (const name of cacheFiles()) writeFileSync(join(FAST, 'dist/start', name), 'no code');
    expect(run(FAST, ['inspect', 'intel'])).toEqual(first);
    expect(run(FAST, ['inspect', 'intel'])).toEqual(first);
  });

  const afresh = (): void => {
    for (const name of cacheFiles()) rmSync(join(FAST, 'dist/start', name), { recursive: true });
  };

  test('of another source does no harm', () => {
    afresh();
    const first = run(FAST, ['inspect', 'intel']);
    run(FAST, ['show', 'intel']);
    const [core = '', other = ''] = cacheFiles();
    expect(other).not.toBe('');
    cpSync(join(FAST, 'dist/start', other), join(FAST, 'dist/start', core));
    expect(run(FAST, ['inspect', 'intel'])).toEqual(first);
  });

  test('that cannot be kept is done without', () => {
    afresh();
    run(FAST, ['inspect', 'intel']);
    const names = cacheFiles();
    afresh();
    // A folder in its place refuses root, too.
    for (const name of names) mkdirSync(join(FAST, 'dist/start', name, 'occupied'), { recursive: true });
    const outcome = run(FAST, ['inspect', 'intel']);
    expect(outcome).toEqual(run(PLAIN, ['inspect', 'intel']));
    expect(outcome.exit).toBe(0);
    for (const name of names) expect(readdirSync(join(FAST, 'dist/start', name))).toEqual(['occupied']);
    afresh();
  });

  test('is named by the source it belongs to', () => {
    for (const file of [table.core, ...Object.values(table.commands).map((command) => command.file)])
      expect(file).toMatch(/-[\da-f]{16}\.cjs$/);
  });
});
