/** The GitHub Action and the pre-commit hook, run as their hosts would run them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { lacking, program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What a YAML file of the project says. */
function yaml(context: TestContext, name: string): unknown {
  const script = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';
  const input = readFileSync(join(ROOT, name));
  const { status, stdout, stderr } = spawnSync(program(context, 'python3'), ['-c', script], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0 && /No module named '(?:json|yaml)'/.test(stderr))
    return lacking(context, 'python3-yaml is not installed');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

interface Step {
  readonly id?: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** A checkout whose npm only notes what it is asked for, beside a folder with microcode. */
function checkout(): { readonly folder: string; readonly action: string; readonly environment: NodeJS.ProcessEnv } {
  const folder = temporaryFolder();
  const action = join(folder, 'action');
  mkdirSync(join(action, 'node_modules'), { recursive: true });
  for (const name of ['bin', 'contrib', 'scripts', 'package.json', 'package-lock.json', 'oclif.manifest.json'])
    cpSync(join(ROOT, name), join(action, name), { recursive: true });
  for (const name of ['dist', 'data']) symlinkSync(join(ROOT, name), join(action, name));
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "npm $*" >>"${folder}/npm.log"\n`, { mode: 0o755 });
  mkdirSync(join(folder, 'intel-ucode'));
  writeFileSync(join(folder, 'intel-ucode/06-9a-04'), intelUpdate());
  writeFileSync(join(folder, 'damaged file'), patched(intelUpdate(), 500, [1, 2, 3]));
  return { folder, action, environment: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` } };
}

interface Ran {
  readonly exit: number | null;
  readonly log: string;
  readonly sarif: string | undefined;
  readonly npm: string;
}

/** Runs the steps of action.yml with these inputs, until one fails. */
function runAction(context: TestContext, given: Readonly<Record<string, string>>): Ran {
  const { inputs, runs } = yaml(context, 'action.yml') as Action;
  const { folder, action, environment } = checkout();
  const output = join(folder, 'output');
  writeFileSync(output, '');
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => given[name] ?? inputs[name]?.default ?? '');
  let exit: number | null = 0;
  let log = '';
  for (const { shell, run, env = {} } of runs.steps) {
    expect(shell).toBe('bash');
    // Text of inputs must not reach a script.
    expect(run).not.toContain('${{');
    const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)]));
    const done = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...environment, GITHUB_ACTION_PATH: action, GITHUB_OUTPUT: output, RUNNER_TEMP: folder, ...own },
    });
    exit = done.status;
    log += done.stdout + done.stderr;
    if (exit !== 0) break;
  }
  const sarif = /^sarif=(.*)$/m.exec(readFileSync(output, 'utf8'))?.[1];
  return { exit, log, sarif, npm: readFileSync(join(folder, 'npm.log'), 'utf8') };
}

const rulesIn = (path: string | undefined): string[] => {
  const { runs } = JSON.parse(readFileSync(path ?? '', 'utf8')) as {
    readonly runs: readonly { readonly results: readonly { readonly ruleId: string; readonly level: string }[] }[];
  };
  return runs.flatMap(({ results }) => results.filter(({ level }) => level === 'error').map(({ ruleId }) => ruleId));
};

describe('action.yml', () => {
  test('is a composite whose output comes from a step that there is', (context) => {
    const { runs, outputs, inputs } = yaml(context, 'action.yml') as Action;
    expect(runs.using).toBe('composite');
    const step = /^\$\{\{ steps\.(\w+)\.outputs\.sarif \}\}$/.exec(outputs['sarif']?.value ?? '')?.[1];
    expect(runs.steps.map(({ id }) => id)).toContain(step);
    expect(Object.keys(inputs)).toEqual(['paths', 'policy', 'baseline', 'fail-on', 'format']);
  });

  test('passes sound microcode and writes SARIF', (context) => {
    const { exit, sarif, npm } = runAction(context, { paths: 'intel-ucode' });
    expect(exit).toBe(0);
    expect(rulesIn(sarif)).toEqual([]);
    expect(npm).toMatch(/^npm ci .*\nnpm run --silent build\n$/);
  });

  test('fails on damaged microcode, with annotations and SARIF', (context) => {
    const { exit, sarif, log } = runAction(context, { paths: '  intel-ucode\n\n  damaged file\n' });
    expect(exit).toBe(1);
    expect(log).toContain('::error file=damaged file');
    expect(rulesIn(sarif)).toContain('intel/checksum');
  });

  test('hands its inputs on', (context) => {
    const paths = 'intel-ucode';
    expect(runAction(context, { paths, 'fail-on': 'note' }).exit).toBe(1);
    expect(runAction(context, { paths, format: 'junit' }).log).toContain('<testsuites');
    expect(runAction(context, { paths, baseline: 'none' }).exit).toBe(3);
    const { exit, sarif, log } = runAction(context, { paths, policy: 'none.json' });
    expect([exit, sarif]).toEqual([3, undefined]);
    expect(log).toContain('none.json: cannot be read');
  });

  test('text of inputs is never run', (context) => {
    const { exit, log } = runAction(context, { paths: '$(echo intel-ucode)' });
    expect(exit).toBe(3);
    expect(log).toContain('$(echo intel-ucode)');
  });
});

describe('.pre-commit-hooks.yaml', () => {
  interface Hook {
    readonly id: string;
    readonly entry: string;
    readonly language: string;
    readonly files: string;
  }

  test('its entry builds once, then verifies the files that it matches', (context) => {
    const [hook] = yaml(context, '.pre-commit-hooks.yaml') as readonly Hook[];
    expect(hook).toMatchObject({ id: 'ucodekit-verify', language: 'script' });
    const matched = [
      'intel-ucode/06-9a-04',
      'lib/amd-ucode/x.bin',
      'microcode_amd.bin',
      'src/main.c',
      'other.bin',
    ].filter((path) => new RegExp(hook?.files ?? '').test(path));
    expect(matched).toEqual(['intel-ucode/06-9a-04', 'lib/amd-ucode/x.bin', 'microcode_amd.bin']);

    const { folder, action, environment } = checkout();
    const run = (...paths: string[]): number | null =>
      spawnSync(join(action, hook?.entry ?? ''), paths, { cwd: folder, env: environment }).status;
    const asked = (): number => readFileSync(join(folder, 'npm.log'), 'utf8').split('\n').length - 1;
    expect(run('intel-ucode/06-9a-04')).toBe(0);
    expect(asked()).toBe(2);
    mkdirSync(join(action, 'share/man/man1'), { recursive: true });
    writeFileSync(join(action, 'share/man/man1/ucodekit.1'), '');
    expect(run('intel-ucode/06-9a-04', 'damaged file')).toBe(1);
    expect(asked()).toBe(2);
  });

  test('the file that says "built" is the last that the build writes', () => {
    const newest = execFileSync('sh', ['-c', 'find share -type f -printf "%T@ %p\\n" | sort -n | tail -1'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(newest.trim().split(' ')[1]).toBe('share/man/man1/ucodekit.1');
  });
});
