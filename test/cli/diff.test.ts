import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureHost } from '../../fixtures/captured-host.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { debianPackage, INTEL } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

function pair(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'old'), intelUpdate());
  writeFileSync(join(folder, 'new'), intelUpdate({ revision: 0x11 }));
  return folder;
}

describe('exit codes of diff', () => {
  test('a difference is an answer, and with --exit-code a 1', () => {
    const cwd = pair();
    expect(ucodekit(['diff', 'old', 'new'], { cwd }).exit).toBe(0);
    expect(ucodekit(['diff', 'old', 'new', '--exit-code'], { cwd }).exit).toBe(1);
    expect(ucodekit(['diff', 'old', 'old', '--exit-code'], { cwd })).toMatchObject({
      exit: 0,
      stdout: 'no difference\n',
    });
  });

  test('2 without a second input, 3 when one cannot be read', () => {
    const cwd = pair();
    expect(ucodekit(['diff', 'old'], { cwd }).exit).toBe(2);
    expect(ucodekit(['diff', 'old', 'absent', '--exit-code'], { cwd }).exit).toBe(3);
  });
});

test('two packages are compared as they are', (context) => {
  const [old, now] = [{ ...INTEL, version: '3.20250812.1~deb12u1' }, INTEL].map(
    (request) => debianPackage(context, request).deb,
  );
  const { stdout } = ucodekit(['diff', old ?? '', now ?? '']);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('34 updated, 1 new');
});

test('verify --baseline: a release that falls behind fails', () => {
  const cwd = pair();
  expect(ucodekit(['verify', 'new', '--baseline', 'old', '--only', 'baseline'], { cwd }).exit).toBe(0);
  const behind = ucodekit(['verify', 'old', '--baseline', 'new', '--only', 'baseline'], { cwd });
  expect(behind.exit).toBe(1);
  expect(behind.stdout).toContain('0x000906a4/0x80 had revision 0x00000011 and has 0x00000010 now [baseline/lowered]');
});

test('host: a captured tree, and 3 where there is none', () => {
  const root = captureHost(temporaryFolder(), [{ version: '0x10', processorFlags: '0x80' }]);
  const cwd = pair();
  const { stdout, exit } = ucodekit(['host', '--root', root, 'new', '--format', 'prometheus'], { cwd });
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^ucodekit_microcode_update_available\{.*\} 1$/m);
  expect(ucodekit(['host', '--root', cwd]).exit).toBe(3);
});
