/** The GitHub Action and the pre-commit hook, run as their hosts would run them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { lacking, program } from '../support/debian.ts';
import { programIn } from '../support/scratch-system.ts';
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
  mkdirSync(join(folder, 'deep/firmware/intel-ucode'), { recursive: true });
  writeFileSync(join(folder, 'deep/firmware/intel-ucode/06-9a-03'), intelUpdate({ signature: 0x906a3 }));
  writeFileSync(join(folder, 'deep/firmware/intel-ucode/06-9a-04'), patched(intelUpdate(), 500, [1, 2, 3]));
  writeFileSync(join(folder, 'damaged file'), patched(intelUpdate(), 500, [1, 2, 3]));
  return { folder, action, environment: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` } };
}

interface Ran {
  readonly exit: number | null;
  readonly log: string;
  readonly sarif: string | undefined;
  /** Markdown for the page of the run. */
  readonly summary: string;
  readonly npm: string;
}

/** Runs the steps of action.yml with these inputs, until one fails. */
function runAction(context: TestContext, given: Readonly<Record<string, string>>): Ran {
  const { inputs, runs } = yaml(context, 'action.yml') as Action;
  const { folder, action, environment } = checkout();
  const output = join(folder, 'output');
  const summaryAt = { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') };
  for (const path of [output, summaryAt.GITHUB_STEP_SUMMARY]) writeFileSync(path, '');
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
      env: {
        ...environment,
        GITHUB_ACTION_PATH: action,
        GITHUB_OUTPUT: output,
        RUNNER_TEMP: folder,
        ...summaryAt,
        ...own,
      },
    });
    exit = done.status;
    log += done.stdout + done.stderr;
    if (exit !== 0) break;
  }
  const sarif = /^sarif=(.*)$/m.exec(readFileSync(output, 'utf8'))?.[1];
  const summary = readFileSync(summaryAt.GITHUB_STEP_SUMMARY, 'utf8');
  return { exit, log, sarif, summary, npm: readFileSync(join(folder, 'npm.log'), 'utf8') };
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
    expect(Object.keys(inputs)).toEqual([
      'paths',
      'policy',
      'baseline',
      'fail-on',
      'recursive',
      'only',
      'skip',
      'notes',
      'format',
    ]);
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

  test('finds one damaged file three levels down: red, one annotation with file and rule', (context) => {
    const { exit, sarif, log, summary } = runAction(context, { paths: 'deep' });
    expect(exit).not.toBe(0);
    expect(log.match(/^::.*$/gm)).toEqual([
      expect.stringMatching(/^::error file=deep\/firmware\/intel-ucode\/06-9a-04,title=intel\/checksum%3A /),
    ]);
    expect(rulesIn(sarif)).toEqual(['intel/checksum']);
    expect(summary).toContain('### ucodekit: failed');
    expect(summary).toContain('| error | deep/firmware/intel-ucode/06-9a-04+0x10 |');
  });

  test('takes patterns for paths, and fails on one that matches nothing', (context) => {
    for (const paths of ['deep/**/06-*', 'd*/firmware', 'damaged f*']) {
      const { exit, log } = runAction(context, { paths });
      expect([paths, exit, log.includes('::error file=d')]).toEqual([paths, 1, true]);
    }
    expect(runAction(context, { paths: 'intel-*/06-9a-0[4-9]' }).exit).toBe(0);
    const { exit, log } = runAction(context, { paths: 'intel-ucode\nnone/**' });
    expect(exit).toBe(3);
    expect(log).toContain('none/**');
  });

  test('leaves out what it is told to, and tells notes when it is asked', (context) => {
    expect(runAction(context, { paths: 'deep', skip: 'intel/checksum\nbundle' }).exit).toBe(0);
    expect(runAction(context, { paths: 'deep', only: 'bundle' }).exit).toBe(0);
    expect(runAction(context, { paths: 'deep', recursive: 'false' }).exit).not.toBe(1);
    expect(runAction(context, { paths: 'intel-ucode' }).log).not.toContain('::notice');
    expect(runAction(context, { paths: 'intel-ucode', notes: 'true' }).log).toContain('::notice');
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

test('the script for any CI leaves JUnit and SARIF, prints findings and ends as verify does', () => {
  const { folder, environment } = checkout();
  const run = (path: string) => {
    const env = { ...environment, UCODEKIT: programIn(folder), REPORTS: 'out' };
    return spawnSync(join(ROOT, 'contrib/ci/verify.sh'), [path], { cwd: folder, env, encoding: 'utf8' });
  };
  expect(run('intel-ucode').status).toBe(0);
  const { status, stdout } = run('deep');
  expect(status).toBe(1);
  expect(stdout).toContain('[intel/checksum]');
  expect(rulesIn(join(folder, 'out/microcode.sarif'))).toEqual(['intel/checksum']);
  expect(readFileSync(join(folder, 'out/microcode.junit'), 'utf8')).toContain('failures="1"');
});

test('the example for GitLab is a job whose commands a shell understands', (context) => {
  const { microcode } = yaml(context, 'contrib/gitlab/ucodekit.yml') as {
    readonly microcode: { readonly script: readonly string[] };
  };
  expect(spawnSync('sh', ['-n', '-c', microcode.script.join('\n')]).status).toBe(0);
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

  test('the one for the whole folder is given what stands in its args, so that a policy is about all of it', (context) => {
    const [, hook] = yaml(context, '.pre-commit-hooks.yaml') as readonly (Hook & {
      readonly pass_filenames: boolean;
    })[];
    expect(hook).toMatchObject({ id: 'ucodekit-verify-all', language: 'script', pass_filenames: false });
    const { folder, action, environment } = checkout();
    const policy = { schema: 'ucodekit/policy@1', require: [{ cpu: '06-9a-04' }] };
    writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
    const run = (...args: string[]): number | null =>
      spawnSync(join(action, hook?.entry ?? ''), args, { cwd: folder, env: environment }).status;
    expect(run('--policy', 'policy.json', 'intel-ucode')).toBe(0);
    expect(run('--policy', 'policy.json', 'deep')).toBe(1);
  });

  test('the file that says "built" is the last that the build writes', () => {
    const newest = execFileSync('sh', ['-c', 'find share -type f -printf "%T@ %p\\n" | sort -n | tail -1'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(newest.trim().split(' ')[1]).toBe('share/man/man1/ucodekit.1');
  });
});
