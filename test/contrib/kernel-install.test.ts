import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRIB, damage, expectBothVendors, place, type Place } from '../support/initrd-hooks.ts';
import { KERNEL } from '../support/scratch-system.ts';

/** Runs the plugin as kernel-install does; what is in the staging area afterwards. */
function ran({ folder, environment }: Place, verb = 'add', more: Readonly<Record<string, string>> = {}) {
  const staging = join(folder, 'staging');
  mkdirSync(staging);
  const { status, stdout, stderr } = spawnSync(join(CONTRIB, 'kernel-install/40-ucodekit.install'), [verb, KERNEL], {
    encoding: 'utf8',
    env: { ...process.env, ...environment, KERNEL_INSTALL_STAGING_AREA: staging, ...more },
  });
  return { status, stdout, stderr, staged: readdirSync(staging) };
}

test('the plugin leaves an image in the staging area, and says so only when it is asked', () => {
  const at = place();
  expect(ran(at)).toEqual({ status: 0, stdout: '', stderr: '', staged: ['microcode-ucodekit.img'] });
  expectBothVendors(readFileSync(join(at.folder, 'staging/microcode-ucodekit.img')), undefined);
  expect(ran(place(), 'add', { KERNEL_INSTALL_VERBOSE: '1' }).stdout).toContain('2 Intel updates, 1 AMD patch');
  expect(ran(place(), 'remove').staged).toEqual([]);
});

test.each([
  ['the program is missing', ['UCODEKIT=no-such-program'], 'the program no-such-program is not there'],
  ['there is no microcode', ['UCODEKIT_PATHS=/nonexistent'], 'no microcode in /nonexistent'],
  ['a file is damaged', [], '[intel/checksum]'],
])('the kernel goes in without it when %s, unless microcode is required', (_, settings, why) => {
  for (const required of [false, true]) {
    const at = place([...settings, ...(required ? ['UCODEKIT_REQUIRED=yes'] : [])]);
    damage(at);
    const { status, stderr, staged } = ran(at);
    expect([status, staged]).toEqual([required ? 1 : 0, []]);
    expect(stderr).toContain(why);
    expect(stderr).toContain('ucodekit: no early microcode for this kernel\n');
  }
});
