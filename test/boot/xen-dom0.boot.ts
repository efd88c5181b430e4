/** The order of an early archive and dom0's initrd, booted into dom0: what `xen check` calls an error is a kernel that panics. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkXen } from '../../src/xen/check/check.ts';
import { parseRelease } from '../../src/xen/releases.ts';
import { intelCpu, intelImage, update } from './cases/ingredients.ts';
import { kernelFile, RELEASES, XEN_NAMES, xenFile } from './harness/guests.ts';
import { mainInitramfs } from './harness/initramfs.ts';
import { runXen } from './harness/xen.ts';

const PANIC = { pattern: /Kernel panic - not syncing: VFS: Unable to mount root fs/, why: 'dom0 panics' };
const USER_SPACE = { pattern: /@@BEGIN/, why: 'dom0 runs' };

const ARCHIVE = { name: 'early.img', bytes: intelImage(update(0x20)) };

describe.each(XEN_NAMES)('dom0 under Xen %s', (name) => {
  test.each([
    ['ucode=scan', 'archive first', PANIC.why],
    ['', 'archive first', PANIC.why],
    ['', 'initrd first', USER_SPACE.why],
  ])('"%s", %s: %s', async (option, order, expected) => {
    const initrd = { name: 'initrd.img', bytes: mainInitramfs() };
    const files = order === 'archive first' ? [ARCHIVE, initrd] : [initrd, ARCHIVE];
    const kernel = {
      name: 'kernel',
      bytes: readFileSync(kernelFile('6.12')),
      arguments: 'earlyprintk=xen console=hvc0',
    };
    const run = await runXen({
      xen: xenFile(name),
      commandLine: option,
      modules: [kernel, ...files],
      cpu: intelCpu(),
      stop: [PANIC, USER_SPACE],
    });
    expect(run.ended).toBe(expected);

    const lines = ['#!ipxe', `kernel xen ${option}`, 'module kernel', ...files.map(({ name }) => `module ${name}`), ''];
    const { findings } = checkXen({
      config: Buffer.from(lines.join('\n')),
      path: '/xen.ipxe',
      release: parseRelease(RELEASES[name]) ?? { minor: 0, point: 0, name },
      open: (path) => [kernel, ...files].find(({ name }) => `/${name}` === path)?.bytes,
    });
    const told = findings.some(({ rule }) => rule === 'xen/archive-before-initrd');
    expect(told).toBe(expected === PANIC.why);
  });
});
