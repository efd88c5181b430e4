import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRIB, expectBothVendors, place } from '../support/initrd-hooks.ts';
import { KERNEL } from '../support/scratch-system.ts';

test('the plugin leaves an image in the staging area', () => {
  const { folder, environment } = place();
  const staging = join(folder, 'staging');
  mkdirSync(staging);
  const plugin = join(CONTRIB, 'kernel-install/40-ucodekit.install');
  const run = (verb: string, more: Readonly<Record<string, string>> = {}) =>
    spawnSync(plugin, [verb, KERNEL], {
      env: { ...process.env, ...environment, KERNEL_INSTALL_STAGING_AREA: staging, ...more },
    }).status;
  expect(run('remove')).toBe(0);
  expect(readdirSync(staging)).toEqual([]);
  expect(run('add')).toBe(0);
  expectBothVendors(readFileSync(join(staging, 'microcode-ucodekit.img')), undefined);
  const required = place(['UCODEKIT_PATHS=/nonexistent', 'UCODEKIT_REQUIRED=yes']);
  expect(run('add', required.environment)).toBe(1);
});
