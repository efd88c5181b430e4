import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTRIB } from '../support/initrd-hooks.ts';

test('every script is sound to its shell', () => {
  const scripts: readonly (readonly [string, string])[] = [
    ['sh', 'initramfs-tools/hooks/ucodekit'],
    ['sh', 'initramfs-tools/post-update.d/ucodekit'],
    ['sh', 'kernel-install/40-ucodekit.install'],
    ['sh', 'ucodekit.default'],
    ['sh', 'grub/ucodekit.cfg'],
    ['sh', 'ci/verify.sh'],
    ['sh', 'pre-commit/verify.sh'],
    ['bash', 'github-action/verify.sh'],
    ['bash', 'dracut/90ucodekit/module-setup.sh'],
    ['bash', 'mkinitcpio/install/ucodekit'],
    ['bash', 'mkinitcpio/post/ucodekit'],
  ];
  for (const [shell, name] of scripts) {
    expect([name, spawnSync(shell, ['-n', join(CONTRIB, name)]).status]).toEqual([name, 0]);
  }
});
