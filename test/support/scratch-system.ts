import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { lacking, program } from './debian.ts';
import { RUN } from './ucodekit.ts';

/** The kernel that the builders are told to make an initrd for; it has no modules. */
export const KERNEL = '6.0.0-test';

/** Kernel options that the builders look up before they choose a compression or add microcode. */
const CONFIG = 'RD_GZIP RD_ZSTD RD_XZ RD_LZ4 MICROCODE MICROCODE_AMD MICROCODE_INTEL ACPI_TABLE_UPGRADE';

const SCRIPT = `
set -e
mount -t tmpfs tmpfs /boot
if [ ! -d /lib/modules ]; then
  mkdir /lib/modules
  trap 'umount /lib/modules; rmdir /lib/modules' EXIT
fi
mount -t tmpfs tmpfs /lib/modules
modules=/lib/modules/${KERNEL}
mkdir -p "$modules/kernel"
: > "$modules/modules.builtin"
: > "$modules/modules.order"
: > "$modules/modules.builtin.modinfo"
depmod ${KERNEL}
printf 'CONFIG_%s=y\\n' ${CONFIG} > /boot/config-${KERNEL}
export PATH="$PATH:/usr/sbin:/sbin"
[ -z "$SCRATCH_CPUINFO" ] || mount --bind "$SCRATCH_CPUINFO" /proc/cpuinfo
"$@"
`;

/** What a command printed, on both streams, and its exit status. */
export interface Said {
  readonly exit: number | null;
  readonly text: string;
}

/**
 * Runs a command where /boot and /lib/modules are its own and hold a made-up kernel. The file that SCRATCH_CPUINFO names stands in for
 * /proc/cpuinfo.
 */
export function inScratchSystem(
  context: Pick<TestContext, 'skip'>,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Said {
  // The script makes the module index of the kernel.
  program(context, 'depmod');
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
  } catch {
    return lacking(context, 'file systems cannot be mounted privately here');
  }
  const run = ['sh', '-c', `exec unshare -m sh -c '${SCRIPT.replaceAll("'", "'\\''")}' sh "$@" 2>&1`, 'sh', ...command];
  const [shell = '', ...args] = run;
  const done = spawnSync(shell, args, { encoding: 'utf8', env: { ...process.env, ...environment } });
  return { exit: done.status, text: done.stdout };
}

/** A program `ucodekit` in `folder` that runs the built one, for tools that search only a few folders. */
export function programIn(folder: string): string {
  const path = join(folder, 'ucodekit');
  writeFileSync(path, `#!/bin/sh\nexec ${process.execPath} ${RUN} "$@"\n`, { mode: 0o755 });
  return path;
}
