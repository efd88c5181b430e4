import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cacheFolder, fetchPackage } from '../../../scripts/debian.ts';
import { archive, file, folder } from '../../../fixtures/cpio.ts';
import { REGULAR } from '../../../src/formats/cpio/newc.ts';

/** Prints what user space sees, one `@name value` a line between `@@BEGIN` and `@@END`, and switches the machine off. */
const INIT = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc; $b mount -t sysfs sys /sys
c=/sys/devices/system/cpu
echo; echo "@@BEGIN"
echo "@cpuinfo $($b sed -n 's/^microcode.*: //p' /proc/cpuinfo | $b tr '\\n' ' ')"
echo "@version $($b cat $c/cpu0/microcode/version 2>&1)"
if [ -e $c/microcode/reload ]; then echo "@reload present"; else echo "@reload absent"; fi
$b find /kernel -type f 2>/dev/null | while read -r f; do
  echo "@file $($b sha256sum "$f" | $b cut -d' ' -f1) $f"
done
echo "@@END"
$b poweroff -f
`;

/** A gzipped initramfs of a shell and one script, built once: what a distribution's main initrd is to the early image before it. */
export function mainInitramfs(): Buffer {
  const stored = join(cacheFolder(), 'boot', 'main.cpio.gz');
  if (!existsSync(stored)) {
    const { root } = fetchPackage({ name: 'busybox-static', components: ['main'] });
    const shell = ['bin/busybox', 'usr/bin/busybox'].map((path) => join(root, path)).find((path) => existsSync(path));
    if (shell === undefined) throw new Error(`no busybox in ${root}`);
    const program = { mode: REGULAR | 0o755 };
    const files = [file('bin/busybox', readFileSync(shell), program), file('init', INIT, program)];
    const initramfs = archive(...['bin', 'dev', 'proc', 'sys'].map(folder), ...files);
    mkdirSync(join(cacheFolder(), 'boot'), { recursive: true });
    writeFileSync(`${stored}.${process.pid}`, gzipSync(initramfs, { level: 9 }));
    renameSync(`${stored}.${process.pid}`, stored);
  }
  return readFileSync(stored);
}
