import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { manualPages } from '../../scripts/shell/man.ts';
import { builtProgram, type Command } from '../../scripts/shell/program.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const PAGES = resolve(import.meta.dirname, '../../share/man/man1');

interface Formatted {
  readonly text: string;
  /** What man and groff complain of, all warnings on. */
  readonly warnings: string;
}

function formatted(context: TestContext, path: string, width: number): Formatted {
  const args = ['--warnings', '-E', 'UTF-8', '-l', path];
  const env = { ...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: String(width) };
  const { stdout, stderr } = spawnSync(program(context, 'man'), args, { encoding: 'utf8', env });
  return { text: stdout, warnings: stderr };
}

/** The flags that --help lists, the short ones too. */
const flagsOfHelp = (help: string): string[] =>
  [...help.matchAll(/^ +(?:(-\w), )?(--[\w-]+)/gm)].flatMap(([, short, long = '']) =>
    short === undefined ? [long] : [short, long],
  );

/** Whatever is spelt like a flag on the page. */
const flagsOfPage = (text: string): string[] =>
  [...text.matchAll(/(?:^|[\s[(])(--?[a-z][\w-]*)/gm)].map(([, flag = '']) => flag);

const { commands } = builtProgram();
const pageOf = ({ name }: Command): string => join(PAGES, `ucodekit-${name.replaceAll(' ', '-')}.1`);

describe('manual pages', () => {
  test('there is one for the program and one for each command', () => {
    expect(readdirSync(PAGES).sort()).toEqual(Object.keys(manualPages(builtProgram())).sort());
    expect(readdirSync(PAGES).length).toBe(commands.length + 1);
  });

  test('package.json lists all, so that npm installs them', () => {
    const { man } = JSON.parse(readFileSync(join(PAGES, '../../../package.json'), 'utf8')) as {
      readonly man: readonly string[];
    };
    expect(man).toEqual(
      readdirSync(PAGES)
        .sort()
        .map((name) => `./share/man/man1/${name}`),
    );
  });

  test.for(readdirSync(PAGES))('%s is formatted without a warning', (name, context) => {
    expect(formatted(context, join(PAGES, name), 80)).toMatchObject({ warnings: '' });
  });

  test('a page with a mistake is caught', (context) => {
    const path = join(temporaryFolder(), 'wrong.1');
    writeFileSync(path, '.TH WRONG 1\n.SH NAME\nwrong \\- page\n.NOSUCH macro\n');
    expect(formatted(context, path, 80).warnings).toContain('NOSUCH');
  });

  test.for(commands.map((command) => [command.name, command] as const))(
    '%s: every flag that --help knows is on the page',
    ([name, command], context) => {
      const { stdout } = ucodekit([...name.split(' '), '--help'], { env: { COLUMNS: '200' } });
      const wanted = flagsOfHelp(stdout);
      expect(wanted).toEqual(expect.arrayContaining(['--json', '--quiet', '-q']));
      const onPage = flagsOfPage(formatted(context, pageOf(command), 200).text);
      expect(wanted.filter((flag) => !onPage.includes(flag))).toEqual([]);
    },
  );

  test('the exit codes are those of the program', (context) => {
    const { text } = formatted(context, join(PAGES, 'ucodekit.1'), 120);
    const status = text.slice(text.indexOf('EXIT STATUS'), text.indexOf('ENVIRONMENT'));
    expect([...status.matchAll(/^ +(\d+) /gm)].map(([, code]) => Number(code))).toEqual(Object.values(EXIT));
  });

  test('a line that begins like a request of roff is shown as text', () => {
    const command: Command = {
      name: 'x',
      summary: 's',
      description: ".SH not a heading\n'tis text\\n",
      examples: [],
      flags: [],
      args: [],
    };
    const program = { name: 'p', version: '1', summary: 'S', topics: [], commands: [command] };
    expect(manualPages(program)['p-x.1']).toContain("\\&.SH not a heading\n\\&'tis text\\en");
  });

  test('examples are those of --help', () => {
    expect(readFileSync(join(PAGES, 'ucodekit-initrd-build.1'), 'utf8')).toContain(
      'ucodekit initrd build /lib/firmware',
    );
  });
});
