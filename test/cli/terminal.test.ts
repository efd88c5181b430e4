import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { intelUpdate } from '../../fixtures/intel.ts';
import { coloursAllowed, terminalWidth } from '../../src/cli/terminal.ts';
import { program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { RUN, ucodekit } from '../support/ucodekit.ts';

/** A path that makes the table of `inspect` wider than most terminals. */
const LONG = join(
  'a-folder-with-a-name-that-takes-much-room',
  'and-another-one-below-it-that-takes-as-much',
  '06-9a-04',
);

function sample(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, LONG, '..'), { recursive: true });
  writeFileSync(join(cwd, LONG), intelUpdate());
  return cwd;
}

/** What the program prints at a pseudo-terminal of so many columns. */
function atTerminal(
  context: TestContext,
  args: readonly string[],
  options: { readonly columns?: number; readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): string {
  const { columns = 80, cwd, env } = options;
  const command = `stty columns ${columns}; exec '${process.execPath}' '${RUN}' ${args.join(' ')}`;
  const { COLUMNS: _, NO_COLOR: __, CI: ___, ...rest } = process.env;
  const { stdout } = spawnSync(program(context, 'script'), ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { ...rest, TERM: 'xterm-256color', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  return stdout.replaceAll('\r\n', '\n');
}

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('tables', () => {
  test('fit the terminal, and nothing is lost', (context) => {
    const cwd = sample();
    const text = atTerminal(context, ['inspect', LONG], { columns: 100, cwd });
    expect(widest(text)).toBe(100);
    const lines = text.trimEnd().split('\n');
    const at = lines[0]?.indexOf('FILE') ?? 0;
    expect(
      lines
        .slice(1)
        .map((line) => line.slice(at))
        .join(''),
    ).toBe(LONG);
  });

  test('fit what COLUMNS says', (context) => {
    expect(widest(atTerminal(context, ['inspect', LONG], { cwd: sample(), env: { COLUMNS: '110' } }))).toBe(110);
  });

  test('are whole in a pipe, whatever COLUMNS says', () => {
    const { stdout } = ucodekit(['inspect', LONG], { cwd: sample(), env: { COLUMNS: '40' } });
    expect(stdout).toContain(LONG);
  });
});

describe('colours', () => {
  const ESCAPE = '\u001b[';

  test('help has some at a terminal, none with NO_COLOR', (context) => {
    expect(atTerminal(context, ['inspect', '--help'], {})).toContain(ESCAPE);
    expect(atTerminal(context, ['inspect', '--help'], { env: { NO_COLOR: '1' } })).not.toContain(ESCAPE);
    expect(ucodekit(['inspect', '--help']).stdout).not.toContain(ESCAPE);
  });

  test('errors and results have none', (context) => {
    expect(atTerminal(context, ['inspect', LONG], { cwd: sample() })).not.toContain(ESCAPE);
    expect(atTerminal(context, ['inspect', 'none'], { cwd: sample() })).not.toContain(ESCAPE);
  });
});

test('the width is that of a terminal only', () => {
  expect(terminalWidth({ isTTY: true, columns: 90 }, {})).toBe(90);
  expect(terminalWidth({ isTTY: true, columns: 90 }, { COLUMNS: '70' })).toBe(70);
  expect(terminalWidth({ isTTY: true, columns: 90 }, { COLUMNS: 'wide' })).toBe(90);
  expect(terminalWidth({ isTTY: true, columns: 0 }, {})).toBeUndefined();
  expect(terminalWidth({ columns: 90 }, { COLUMNS: '70' })).toBeUndefined();
});

test('an empty NO_COLOR asks for nothing', () => {
  expect([coloursAllowed({}), coloursAllowed({ NO_COLOR: '' }), coloursAllowed({ NO_COLOR: '1' })]).toEqual([
    true,
    true,
    false,
  ]);
});
