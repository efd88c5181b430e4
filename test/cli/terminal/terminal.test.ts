import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { tar } from '../../../fixtures/archives.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { coloursAllowed, terminalWidth } from '../../../src/cli/terminal/terminal.ts';
import { pseudoTerminal } from '../../support/pseudo-terminal.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { RUN, ucodekit } from '../../support/ucodekit.ts';

/** A path that makes the table of `inspect` wider than most terminals. */
const LONG = join(
  'a-folder-with-a-name-that-takes-much-room',
  'and-another-one-below-it-that-takes-as-much',
  '06-9a-04',
);

interface Inspected {
  readonly updates: readonly { readonly origin?: { readonly path: string } }[];
}

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
  options: {
    readonly columns?: number;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Commands whose output is the standard input of the program. */
    readonly input?: string;
  },
): string {
  const { columns = 80, cwd, env, input } = options;
  const from = input === undefined ? 'exec' : `{ ${input}; } |`;
  const command = `stty columns ${columns}; ${from} '${process.execPath}' '${RUN}' ${args.join(' ')}`;
  const { COLUMNS: _, NO_COLOR: __, CI: ___, ...rest } = process.env;
  const { stdout } = spawnSync(pseudoTerminal(context), ['-qec', command, '/dev/null'], {
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
    const text = atTerminal(context, ['inspect', LONG], { cwd: sample(), env: { COLUMNS: '110' } });
    // The path is cut behind a slash.
    expect(widest(text)).toBeLessThanOrEqual(110);
    expect(widest(text)).toBeGreaterThan(100);
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

describe('progress', () => {
  /** An archive that comes in two parts, the second of them late. */
  const SLOW = 'head -c 1600 slow.tar; sleep 1; tail -c +1601 slow.tar';
  async function slowArchive(): Promise<string> {
    const cwd = temporaryFolder();
    const members = ['one', 'two'].map((name) => ({ name, bytes: intelUpdate() }));
    writeFileSync(join(cwd, 'slow.tar'), await tar(...members));
    return cwd;
  }
  const CYAN = '\u001b[36m';

  test('of long reading is shown at a terminal, in colour where that is wanted', async (context) => {
    const cwd = await slowArchive();
    const shown = atTerminal(context, ['inspect', '-'], { cwd, input: SLOW });
    expect(shown).toContain('reading standard input');
    expect(shown).toContain(CYAN);
    const plain = atTerminal(context, ['inspect', '-'], { cwd, input: SLOW, env: { NO_COLOR: '1' } });
    expect(plain).toContain('reading standard input');
    expect(plain).not.toContain(CYAN);
  });

  test.for([
    ['reading is short', { input: 'cat slow.tar' }],
    ['it is a dumb terminal', { input: SLOW, env: { TERM: 'dumb' } }],
    ['nobody looks', { input: SLOW, env: { CI: 'true' } }],
    ['the terminal does not know its width', { input: SLOW, columns: 0 }],
  ] as const)('is not shown when %s', async ([, options], context) => {
    const cwd = await slowArchive();
    const text = atTerminal(context, ['inspect', '-'], { cwd, ...options });
    expect(text).not.toContain('reading');
    expect(text).toMatch(/-!two$/m);
  });

  test('of many runs is shown at a terminal', (context) => {
    const args = ['sim', 'run', '--protocol', 'linux-6.7-nmi', '--topology', '32x2', '--runs', '150'];
    expect(atTerminal(context, args, {})).toMatch(/linux-6\.7-nmi: \d+ of 150 runs/);
    expect(ucodekit(args).stderr).toBe('');
  });
});

describe('names that would move the cursor', () => {
  test('are told', (context) => {
    const cwd = temporaryFolder();
    const name = 'a\u001b[2Jb\nc';
    writeFileSync(join(cwd, name), intelUpdate());
    writeFileSync(join(cwd, `${name}.damaged`), 'no microcode');
    for (const command of ['inspect', 'show', 'verify']) {
      const text = atTerminal(context, [command, '.', `${name}.damaged`], { cwd });
      expect(text).toContain(String.raw`a\x1b[2Jb`);
      expect(text).not.toContain('\u001b[2J');
    }
    const { origin } = (JSON.parse(ucodekit(['inspect', '.', '--json'], { cwd }).stdout) as Inspected).updates[0] ?? {};
    expect(origin?.path).toBe(name);
    const missing = ucodekit(['show', 'n\u001b[2J'], { cwd });
    expect(missing.stderr).toContain(String.raw`n\x1b[2J`);
    expect(missing.stderr).not.toContain('\u001b');
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
