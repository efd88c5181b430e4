import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { RUN, ucodekit } from '../support/ucodekit.ts';

const ROOT = resolve(import.meta.dirname, '../..');

function samples(): { folder: string; sound: string; damaged: string } {
  const folder = temporaryFolder();
  const [sound, damaged] = [join(folder, 'sound'), join(folder, 'damaged')];
  writeFileSync(sound, intelUpdate());
  writeFileSync(damaged, patched(intelUpdate(), 500, [1, 2, 3]));
  return { folder, sound, damaged };
}

describe('every exit code of the built program', () => {
  test('0: fine', () => {
    expect(ucodekit(['inspect', samples().sound]).exit).toBe(EXIT.fine);
  });

  test('1: the check found something', () => {
    expect(ucodekit(['verify', samples().damaged]).exit).toBe(EXIT.found);
  });

  test('2: wrong usage', () => {
    expect(ucodekit(['inspect']).exit).toBe(EXIT.usage);
  });

  test('3: an input could not be read', () => {
    expect(ucodekit(['inspect', join(samples().folder, 'none')]).exit).toBe(EXIT.input);
  });

  test('4: an output could not be written', () => {
    const { folder, sound } = samples();
    expect(ucodekit(['initrd', 'build', sound, '-o', join(folder, 'none', 'image')]).exit).toBe(EXIT.output);
  });

  test('4: standard output could not be written to, with one line that says so', () => {
    const script = '"$1" "$2" inspect "$3" "$4" >/dev/full';
    for (const more of ['--format=csv', '--json']) {
      const args = ['-c', script, 'sh', process.execPath, RUN, samples().sound, more];
      const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
      expect({ status, stderr }).toMatchObject({ status: EXIT.output });
      expect(stderr).toMatch(/^ucodekit: standard output: cannot be written: no space left on device\n/);
    }
    const closed = spawnSync('sh', ['-c', '"$1" "$2" show "$3" | true', 'sh', process.execPath, RUN, samples().sound]);
    expect(closed.stderr.toString()).toBe('');
  });

  test('5: a search stopped before it was complete', () => {
    const args = ['sim', 'check', '--protocol', 'linux-6.7-nmi', '--topology', '2x2', '--max-states', '10'];
    expect(ucodekit(args).exit).toBe(EXIT.unfinished);
  });

  test('70: a mistake of ours, such as a package without its tables, in one line without a stack', () => {
    const { folder, sound } = samples();
    const copy = join(folder, 'copy');
    mkdirSync(copy);
    for (const name of ['bin', 'dist', 'package.json', 'oclif.manifest.json']) {
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const { exit, stderr } = ucodekit(['show', sound], { program: join(copy, 'bin/run.js') });
    expect(exit).toBe(EXIT.bug);
    expect(stderr).toContain('a mistake in ucodekit');
    expect(stderr).not.toContain('    at ');
  });

  test('70: a command that ends without an answer, because what it waits for never comes', () => {
    const base = join(import.meta.dirname, '../../src/cli/base-command.ts');
    const script = (work: string): string =>
      `import { BaseCommand } from '${base}';
       class Waiting extends BaseCommand { async run() { await this.parse(Waiting); ${work}; return this.present({ result: {}, text: () => 'done' }); } }
       void Waiting.run([], { root: '${join(import.meta.dirname, '../..')}' });`;
    const run = (work: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
      spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script(work)], {
        cwd: join(import.meta.dirname, '../..'),
        encoding: 'utf8',
      });
    const stalled = run('await new Promise(() => {})');
    expect(stalled.status).toBe(EXIT.bug);
    expect(stalled.stderr).toContain('waits for something that never comes');
    expect(run('await new Promise((done) => setTimeout(done, 10))')).toMatchObject({
      status: 0,
      stdout: 'done',
      stderr: '',
    });
  });

  test('130: interrupted', async () => {
    const child = spawn(process.execPath, [RUN, 'inspect', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = new Promise<number | null>((done) => {
      child.on('exit', (code) => done(code));
    });
    // It waits for standard input; by then its handler of signals is in place.
    setTimeout(() => child.kill('SIGINT'), 2500);
    expect(await ended).toBe(EXIT.interrupted);
  });
});
