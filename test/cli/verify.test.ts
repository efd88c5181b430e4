import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { archive, file } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { RULES } from '../../src/findings/catalogue.ts';
import type { VerifyReport } from '../../src/report/verify/verify.ts';
import { amdFolder, intelFolder } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const POLICIES = resolve(import.meta.dirname, '../../fixtures/policies');

/** A folder with these files. */
function folderWith(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const SOUND = intelUpdate({ signature: 0x806f8 });
const BROKEN = SOUND.with(100, 0);
const DATED = intelUpdate({ signature: 0x806f4, date: '2020-13-01' });

describe('rules without any input', () => {
  test('are listed, and each says what it is about', () => {
    const list = ucodekit(['verify', '--list-rules']);
    expect(list.exit).toBe(0);
    expect(list.stdout.split('\n').slice(1, -1)).toHaveLength(Object.keys(RULES).length);
    const { stdout } = ucodekit(['verify', '--explain', 'intel/checksum']);
    expect(stdout).toContain('intel/checksum: error: checksum of header and data is wrong\n');
    expect(stdout).toContain('    Linux, early: loads nothing from the file\n');
    expect(stdout).toContain('    The update is damaged; get a genuine copy.\n');
    const topic = ucodekit(['verify', '--explain', 'policy']).stdout.match(/^\S+: \w+: /gm);
    expect(topic).toHaveLength(Object.keys(RULES).filter((id) => id.startsWith('policy/')).length);
  });

  test('an unknown rule and a missing path are usage', () => {
    const unknown = ucodekit(['verify', '--explain', 'intel/checksums']);
    expect([unknown.exit, unknown.stderr]).toEqual([2, expect.stringContaining('Nearest are intel/checksum,')]);
    const missing = ucodekit(['verify']);
    expect([missing.exit, missing.stderr]).toEqual([2, expect.stringContaining('missing: PATH')]);
  });
});

describe('exit codes of verify', () => {
  test('0: nothing at or above the limit', () => {
    const cwd = folderWith({ '06-8f-08': SOUND, '06-8f-04': DATED });
    expect(ucodekit(['verify', '.'], { cwd }).exit).toBe(0);
  });

  test('1: a finding reaches the limit', () => {
    const cwd = folderWith({ '06-8f-08': BROKEN, '06-8f-04': DATED });
    expect(ucodekit(['verify', '06-8f-08'], { cwd }).exit).toBe(1);
    expect(ucodekit(['verify', '06-8f-04', '--fail-on', 'warning'], { cwd }).exit).toBe(1);
    expect(ucodekit(['verify', '06-8f-04', '--fail-on', 'warning', '--skip', 'intel/date'], { cwd }).exit).toBe(0);
  });

  test('3: the baseline cannot be read', () => {
    const cwd = folderWith({ '06-8f-08': SOUND, old: SOUND });
    expect(ucodekit(['verify', '06-8f-08', '--baseline', 'old'], { cwd }).exit).toBe(0);
    const { exit, stdout } = ucodekit(['verify', '06-8f-08', '--baseline', 'none'], { cwd });
    expect(exit).toBe(3);
    expect(stdout).toContain('none: error: cannot be read');
  });

  test('a baseline of which a part is missing or damaged does not pass for a whole one', () => {
    const image = archive(file('kernel/x86/microcode/GenuineIntel.bin', SOUND), file('more', 'more'));
    const cwd = folderWith({ '06-8f-08': SOUND, whole: image, cut: image.subarray(0, -200), bad: BROKEN });
    const exit = (baseline: string): number | null =>
      ucodekit(['verify', '06-8f-08', '--baseline', baseline], { cwd }).exit;
    expect([exit('whole'), exit('cut'), exit('bad')]).toEqual([0, 1, 1]);
  });

  test('2: a rule that does not exist, a bad policy, a bad day', () => {
    const cwd = folderWith({ '06-8f-08': SOUND, 'policy.json': '{\n "schema": "ucodekit/policy@1",\n "failOn": 1\n}' });
    const rule = ucodekit(['verify', '06-8f-08', '--skip', 'intel/dat'], { cwd });
    expect(rule.exit).toBe(2);
    expect(rule.stderr).toContain('Nearest are intel/date');
    const policy = ucodekit(['verify', '06-8f-08', '--policy', 'policy.json'], { cwd });
    expect(policy.exit).toBe(2);
    expect(policy.stderr).toBe(
      [
        'ucodekit: policy.json: the policy has a mistake',
        '  line 3:12, /failOn: 1 is not allowed; allowed are "error", "warning", "note"',
        '  Put it right and run the command again; `ucodekit schema policy` prints what may stand there.',
        '',
      ].join('\n'),
    );
    expect(ucodekit(['verify', '06-8f-08', '--today', 'tomorrow'], { cwd }).exit).toBe(2);
  });

  test('3: an input that cannot be read or understood; the rest is judged', () => {
    const cwd = folderWith({ '06-8f-08': BROKEN, notes: 'some text' });
    const ran = ucodekit(['verify', 'absent', 'notes', '06-8f-08', '--skip', 'bundle', '--json'], { cwd });
    expect(ran.exit).toBe(3);
    const report = JSON.parse(ran.stdout) as VerifyReport;
    expect(report.findings.map(({ rule }) => rule)).toEqual([
      'input/unreadable',
      'input/unknown-format',
      'intel/checksum',
    ]);
  });
});

describe('policies', () => {
  test('the fleet: met by a folder with both CPUs, not by one', (context) => {
    const cwd = temporaryFolder();
    copyFileSync(join(intelFolder(context), '06-8f-08'), join(cwd, '06-8f-08'));
    const policy = ['--policy', join(POLICIES, 'fleet.json')];
    expect(ucodekit(['verify', ...policy, cwd, amdFolder(context)]).exit).toBe(0);
    const without = ucodekit(['verify', ...policy, cwd]);
    expect(without.exit).toBe(1);
    expect(without.stdout).toContain('nothing here is for 0x00a00f11, which line 7 of the policy requires');
  });

  test('the distribution: Debian ships no licence beside the updates', (context) => {
    const policy = ['--policy', join(POLICIES, 'distribution.json'), '--today', '2026-01-01'];
    const ran = ucodekit(['verify', ...policy, '--json', amdFolder(context)]);
    const report = JSON.parse(ran.stdout) as VerifyReport;
    expect(report.findings.map(({ rule }) => rule)).toEqual(['amd/padding', 'policy/no-licence']);
    expect(report.suppressed.map(({ rule }) => rule)).toEqual(['amd/date']);
    expect(ran.exit).toBe(1);
  });

  test('the appliance: too large, until only its family is there', (context) => {
    const policy = ['--policy', join(POLICIES, 'appliance.json'), '--json'];
    const ran = ucodekit(['verify', ...policy, join(amdFolder(context), 'microcode_amd_fam19h.bin')]);
    const report = JSON.parse(ran.stdout) as VerifyReport;
    expect(report.findings.map(({ rule }) => rule)).toEqual(['policy/size']);
  });
});

test('Debian packages verify without errors or warnings', (context) => {
  const ran = ucodekit(['verify', intelFolder(context), amdFolder(context), '--fail-on', 'warning']);
  expect(ran.stdout).toMatch(/^207 updates, 0 errors, 0 warnings, \d+ notes: passed/);
  expect(ran.exit).toBe(0);
});

describe('an initrd', () => {
  test('is judged as an image too: what the kernel cannot unpack is an error', () => {
    const cwd = folderWith({ '06-8f-08': SOUND });
    expect(ucodekit(['initrd', 'build', '06-8f-08', '-o', 'early.img'], { cwd }).exit).toBe(0);
    expect(ucodekit(['verify', 'early.img', '--only', 'initrd', '--only', 'cpio'], { cwd }).exit).toBe(0);
    appendFileSync(join(cwd, 'early.img'), 'README\n');
    const { exit, stdout } = ucodekit(['verify', 'early.img', '--json'], { cwd });
    const rules = (JSON.parse(stdout) as VerifyReport).findings.map(({ rule }) => rule);
    expect(exit).toBe(1);
    expect(rules).toContain('initrd/unpack-stops');
    expect(rules.filter((rule) => rule === 'cpio/garbage')).toHaveLength(1);
  });
});
