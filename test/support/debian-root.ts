import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'vitest';
import { cacheFolder } from '../../scripts/debian.ts';
import { lacking, program } from './debian.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

/** The kernel that the tools make initrds for; it has no modules. */
export const KERNEL = '6.12.0-test';

/** What the integrations are installed beside. */
const PACKAGES =
  'initramfs-tools intel-microcode amd64-microcode dracut-core cpio kmod udev zstd systemd systemd-ukify systemd-boot-efi binutils nodejs';
const FURTHER: Readonly<Record<string, string>> = { sid: '3cpio' };

/** A minimal system of the suite with these tools, made once by debootstrap and apt in the cache. */
export function debianRoot(context: Pick<TestContext, 'skip'>, suite: string): string {
  const root = join(cacheFolder(), 'roots', suite);
  if (existsSync(root)) return root;
  const debootstrap = program(context, 'debootstrap');
  if (process.getuid?.() !== 0) return lacking(context, 'debootstrap needs root');
  mkdirSync(join(root, '..'), { recursive: true });
  const made = mkdtempSync(join(root, '..', '.new-'));
  const archive = execFileSync(
    'sh',
    ['-c', `apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -1`],
    { encoding: 'utf8' },
  ).trim();
  const components = '--components=main,non-free-firmware';
  const within = `cp /etc/resolv.conf "$1/etc/" && chroot "$1" sh -c 'export DEBIAN_FRONTEND=noninteractive
    apt-get update -q && apt-get install -q -y --no-install-recommends ${PACKAGES} ${FURTHER[suite] ?? ''}'`;
  try {
    execFileSync(debootstrap, ['--variant=minbase', components, suite, made, archive], { stdio: 'pipe' });
    execFileSync('sh', ['-c', within, 'sh', made], { stdio: 'pipe' });
    renameSync(made, root);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    return lacking(context, `no root of ${suite} can be made: ${String(error).split('\n', 1).join()}`);
  }
  return root;
}

/** All of it happens in memory: the root below stays as it is. */
const MOUNTED = `set -e
work=$(mktemp -d); mount -t tmpfs -o size=3g tmpfs "$work"; mkdir "$work/up" "$work/work" "$work/root"
mount -t overlay -o "lowerdir=$1,upperdir=$work/up,workdir=$work/work" overlay "$work/root"
root=$work/root
mount -t proc proc "$root/proc"; mount --rbind /sys "$root/sys"; mount --rbind /dev "$root/dev"
mkdir -p "$root/opt/ucodekit"; mount --bind "$2" "$root/opt/ucodekit"
[ -z "$SCRATCH_CPUINFO" ] || mount --bind "$SCRATCH_CPUINFO" "$root/proc/cpuinfo"
printf '#!/bin/sh\\nexec node /opt/ucodekit/bin/run.js "$@"\\n' >"$root/usr/local/bin/ucodekit"; chmod +x "$root/usr/local/bin/ucodekit"
modules=$root/lib/modules/${KERNEL}; mkdir -p "$modules/kernel"
for name in builtin order builtin.modinfo; do : >"$modules/modules.$name"; done
printf 'CONFIG_%s=y\\n' BLK_DEV_INITRD RD_GZIP RD_ZSTD MICROCODE ACPI_TABLE_UPGRADE >"$root/boot/config-${KERNEL}"
echo kernel >"$root/boot/vmlinuz-${KERNEL}"
# dracut's module for the base wants it; Debian has moved it to a package of its own.
[ -e "$root/usr/sbin/switch_root" ] || ln -s /bin/true "$root/usr/sbin/switch_root"
chroot "$root" depmod ${KERNEL}
exec env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin K=${KERNEL} chroot "$root" bash "/opt/script"`;

/** What the scripts of tests begin with. */
const HELPERS = `
contrib=/opt/ucodekit/contrib
# Runs the rest, and notes what it printed.
try() { "$@" >/tmp/said 2>&1; status=$?; }
damage() { printf X | dd of=/lib/firmware/intel-ucode/06-9a-04 bs=1 seek=5000 conv=notrunc 2>/dev/null; }
vendors() {
  ucodekit initrd inspect -q --json "$1" 2>/dev/null | node -e '
    const { lookups } = JSON.parse(require("fs").readFileSync(0)).initrds[0];
    for (const vendor of ["intel", "amd"]) {
      const { verdict, offset } = lookups.find((row) => row.vendor === vendor && row.loader === "Linux");
      const word = verdict !== "found" ? "none" : vendor === "intel" && offset % 16 ? "misaligned" : "found";
      process.stdout.write(" " + vendor + "=" + word);
    }' || printf ' unreadable'
}
# A line for the test: what ended how, what Linux finds in the image, what was said by this program.
result() {
  echo "RESULT $1: exit $status$(vendors "$2")"
  sed -n 's/.*\\(ucodekit: \\)/SAID \\1/p' /tmp/said
}
`;

export interface InRoot {
  /** Lines of \`result\`. */
  readonly results: readonly string[];
  /** Everything. */
  readonly text: string;
}

/** Runs the script in a throwaway copy of the root, where \`ucodekit\` is the built program and K the kernel. */
export function inDebianRoot(root: string, script: string, environment: Readonly<Record<string, string>> = {}): InRoot {
  const folder = mkdtempSync(join(cacheFolder(), 'roots', '.script-'));
  try {
    const path = join(folder, 'script');
    writeFileSync(path, `${HELPERS}\n${script}\n`);
    const mounted = MOUNTED.replace('exec env -i', `cp ${path} "$root/opt/script"; exec env -i`);
    const command = ['-m', '-p', '-f', 'sh', '-c', mounted, 'sh', root, PROJECT];
    const { stdout } = spawnSync('sh', ['-c', 'exec unshare "$@" 2>&1', 'sh', ...command], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
      maxBuffer: 64 << 20,
    });
    const results = stdout
      .split('\n')
      .filter((line) => line.startsWith('RESULT '))
      .map((line) => line.slice(7));
    return { results, text: stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
