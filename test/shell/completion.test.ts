import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { builtProgram, commandOf, type ManifestCommand } from '../../scripts/shell/program.ts';
import { program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const SHARE = resolve(import.meta.dirname, '../../share');

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== '');

/** What a real shell offers at the end of `line`, in the folder `cwd`. */
type Offers = (context: TestContext, line: string, cwd: string) => string[];

const inBash: Offers = (context, line, cwd) => {
  // readline breaks words at blanks and around `=`.
  const words = line.split(/ |(?==)|(?<==)/);
  const script = `source "${SHARE}/bash-completion/completions/ucodekit"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    $(complete -p ucodekit | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return linesOf(execFileSync(program(context, 'bash'), ['-c', script, 'bash', ...words], { cwd, encoding: 'utf8' }));
};

const inFish: Offers = (context, line, cwd) => {
  const script = `source "${SHARE}/fish/vendor_completions.d/ucodekit.fish"; complete -C "${line}"`;
  const said = execFileSync(program(context, 'fish'), ['--no-config', '-c', script], { cwd, encoding: 'utf8' });
  return linesOf(said).map((offer) => (offer.split('\t')[0] ?? '').replace(/^--?[\w-]+=/, ''));
};

const inZsh: Offers = (context, line, cwd) => {
  const driver = resolve(import.meta.dirname, '../support/zsh-offers.zsh');
  const args = ['-f', driver, join(SHARE, 'zsh/vendor-completions'), line];
  return linesOf(execFileSync(program(context, 'zsh'), args, { cwd, encoding: 'utf8', timeout: 60_000 }));
};

/** A line, what must be among the offers and what must not. */
const EXPECTED: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['ucodekit ', ['inspect', 'initrd', 'completion', 'xen'], ['build', 'image.img']],
  ['ucodekit in', ['inspect', 'initrd'], ['verify']],
  ['ucodekit initrd ', ['build', 'splice', 'inspect', 'extract'], ['verify', 'image.img']],
  ['ucodekit initrd bu', ['build'], ['splice']],
  ['ucodekit initrd build --', ['--base', '--output', '--json', '--help'], ['--remove', '--as']],
  ['ucodekit pack --as ', ['intel', 'intel-dat', 'amd'], ['image.img', 'via']],
  ['ucodekit pack --as=int', ['intel', 'intel-dat'], ['amd']],
  ['ucodekit pack im', ['image.img'], ['other']],
  ['ucodekit initrd build -o im', ['image.img'], ['other']],
  ['ucodekit sim check --trace ', ['folder'], ['image.img']],
  ['ucodekit sim check --protocol linux-6.7', ['linux-6.7-nmi'], ['xen']],
  ['ucodekit sim show xe', ['xen'], ['xen-stanza']],
  ['ucodekit schema xen', ['xen-stanza'], ['xen']],
  ['ucodekit xen stanza --release 4.1', ['4.17'], ['4.2']],
  ['ucodekit verify --only intel/check', ['intel/checksum'], ['intel']],
  ['ucodekit completion ', ['bash', 'fish', 'zsh'], ['image.img']],
  ['ucodekit inspect --after ', [], ['image.img', 'folder']],
  ['ucodekit nonsense ', [], ['inspect', 'build']],
];

describe.each([
  ['bash', inBash],
  ['fish', inFish],
  ['zsh', inZsh],
])('%s', (shell, offers) => {
  test.for(EXPECTED)('%j', ([line, wanted, unwanted], context) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'folder'));
    for (const name of ['image.img', 'other']) writeFileSync(join(cwd, name), '');
    const found = offers(context, line, cwd).map((offer) => offer.replace(/\/$/, ''));
    expect(found).toEqual(expect.arrayContaining([...wanted]));
    expect(found.filter((offer) => unwanted.includes(offer))).toEqual([]);
  });

  test('every command offers all its flags', (context) => {
    const cwd = temporaryFolder();
    // A shell at a pseudo-terminal takes a second for each line: there a few commands stand for all, whose lines have one maker.
    const commands = builtProgram().commands.filter(({ name }) => shell !== 'zsh' || /^(?:sim check|host)$/.test(name));
    for (const { name, flags } of commands) {
      const found = offers(context, `ucodekit ${name} --`, cwd);
      const wanted = [...flags.map((flag) => `--${flag.name}`), '--help'];
      expect({ name, missing: wanted.filter((flag) => !found.includes(flag)) }).toEqual({ name, missing: [] });
    }
  });

  test('the program prints the script', () => {
    const { stdout, exit } = ucodekit(['completion', shell]);
    expect(exit).toBe(0);
    expect(stdout).toContain(`# ${shell} completion for ucodekit`);
  });
});

test('zsh takes the script from a start-up file as well', (context) => {
  const script = `autoload -Uz compinit; compinit -D -u; source "${SHARE}/zsh/vendor-completions/_ucodekit"; print $_comps[ucodekit]`;
  const said = execFileSync(program(context, 'zsh'), ['-f', '-c', script], { encoding: 'utf8' });
  expect(said).toBe('_ucodekit\n');
});

test('a shell that is not known is named with those that are', () => {
  const { stderr, exit } = ucodekit(['completion', 'csh']);
  expect(exit).toBe(2);
  expect(stderr).toContain('bash, fish, zsh');
});

test('a kind of value that nobody has decided on stops the build', () => {
  const command = (helpValue: string): ManifestCommand => ({
    id: 'a:b',
    summary: 'c',
    flags: { d: { name: 'd', type: 'option', helpValue } },
    args: {},
  });
  expect(commandOf('p', command('FILE')).flags[0]?.value?.offer.kind).toBe('files');
  expect(() => commandOf('p', command('PLANET'))).toThrow('what to offer for "PLANET"');
});
