import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LogReport } from '../../src/report/log.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const XEN = '(XEN) microcode: CPU0 updated from revision 0x1 to 0x2007006, date = 2023-03-06\n';
const LINUX = [
  'Nov 29 07:31:21 host kernel: Linux version 6.12.57+deb13-amd64 (debian-kernel@lists.debian.org)',
  'Nov 29 07:31:21 host kernel: microcode: No sha256 digest for patch ID: 0xa500012 found',
  'Nov 29 07:31:21 host kernel: microcode: Current revision: 0x0a500011',
  '',
].join('\n');

describe.each([[['log']], [['xen', 'log']]])('%j', (command) => {
  test('reads standard input', () => {
    expect(ucodekit([...command, '-'], { input: XEN })).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('CPU0: 0x00000001 -> 0x02007006 (2023-03-06)') as string,
    });
    const report = JSON.parse(ucodekit([...command, '-', '--json'], { input: XEN }).stdout) as LogReport;
    expect(report).toMatchObject({ schema: 'ucodekit/log@1', cpus: [{ outcome: 'updated', after: '0x02007006' }] });
  });

  test('reads a journal of Linux: the revision, the reason, what to do', () => {
    const file = join(temporaryFolder(), 'journal');
    writeFileSync(file, LINUX);
    const { stdout, exit } = ucodekit([...command, file]);
    expect(exit).toBe(0);
    expect(stdout).toContain('Linux 6.12.57+deb13-amd64\nLinux, CPU0: runs 0x0a500011\n');
    expect(stdout).toContain('line 2: microcode: No sha256 digest for patch ID: 0xa500012 found\n');
    expect(stdout).toMatch(/Update the BIOS/);
    expect(stdout).not.toContain('printed by');
    expect(ucodekit([...command, file, '-v']).stdout).toMatch(/printed by verify_sha256_digest\(\)/);
  });

  test('nothing about microcode is not fine: one line with the likely reason, exit code 3', () => {
    expect(ucodekit([...command, '-'], { input: 'Nov 29 07:31:21 host cron[1]: ran\n' })).toMatchObject({
      exit: 3,
      stdout: expect.stringMatching(/^no line about microcode: the log does not reach back[^\n]*\n$/) as string,
    });
    const { exit, stdout } = ucodekit([...command, '-', '--json'], { input: '' });
    expect({ exit, nothing: (JSON.parse(stdout) as LogReport).nothing }).toEqual({
      exit: 3,
      nothing: 'the log is empty',
    });
  });

  test('the release of Xen may be given', () => {
    expect(ucodekit([...command, '-', '--release', '4.13'], { input: '(XEN) Brought up 4 CPUs\n' }).stdout).toMatch(
      /^Xen 4\.13\n[^]*only with loglvl=all/,
    );
  });
});
