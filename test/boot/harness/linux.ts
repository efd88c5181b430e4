import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linuxCode } from './guest-code.ts';
import { mainInitramfs } from './initramfs.ts';
import { type Observation, runGuest, type RunOptions } from './machine.ts';
import type { ModelledCpu } from './modelled-cpu.ts';
import { sitesOf } from './msr-sites.ts';

/** load_ucode_bsp() runs before the banner is printed: once it is out, the boot CPU's loader has decided. */
const BANNER = { pattern: /Linux version [^\n]*\n/, why: 'banner' };
const USER_SPACE = { pattern: /@@END/, why: 'user space' };
const PANIC = { pattern: /Kernel panic - not syncing/, why: 'panic' };

export interface LinuxRun {
  readonly kernel: string;
  /** The early image; a small initramfs is put behind it, as a distribution's would be. */
  readonly image: Uint8Array;
  /** The image is the whole initrd: nothing is put behind it. */
  readonly alone?: boolean;
  readonly cpu: ModelledCpu;
  /** To user space (6 s) instead of to the banner (1 to 4 s); shows dmesg, the unpacked files and the other CPUs. */
  readonly toUserSpace?: boolean;
  /** On the way to user space: a line of the console after which nothing more is of interest. */
  readonly stop?: RegExp;
  /** Further words of the kernel's command line. */
  readonly words?: readonly string[];
  readonly options?: RunOptions;
}

/** Boots Linux on an image and reports what its early loader handed to the CPU. */
export function runLinux({
  kernel,
  image,
  alone = false,
  cpu,
  toUserSpace = false,
  stop,
  words = [],
  options = {},
}: LinuxRun): Promise<Observation> {
  const initrd = alone ? image : Buffer.concat([image, mainInitramfs()]);
  const parameters = ['console=ttyS0', 'nokaslr', 'panic=-1', 'loglevel=8', 'mitigations=off', ...words];
  if (!toUserSpace) parameters.push('earlyprintk=serial,ttyS0,115200');
  return runGuest(
    {
      sites: sitesOf(kernel, linuxCode),
      inputs: [{ name: 'image', bytes: Buffer.from(image) }],
      memory: 512,
      stop: toUserSpace
        ? [USER_SPACE, PANIC, ...(stop === undefined ? [] : [{ pattern: stop, why: 'line' }])]
        : [BANNER, PANIC],
      load(folder) {
        writeFileSync(join(folder, 'initrd'), initrd);
        return ['-kernel', kernel, '-initrd', join(folder, 'initrd'), '-append', parameters.join(' ')];
      },
    },
    cpu,
    options,
  );
}

/** What the init script of the initramfs printed. */
export interface UserSpace {
  readonly cpuinfoMicrocode: string | undefined;
  readonly sysfsVersion: string | undefined;
  /** Whether /sys/devices/system/cpu/microcode/reload exists: not in Debian's kernels, so late loading cannot be tested with them. */
  readonly reload: string | undefined;
  /** sha256 by path, of the files under /kernel. */
  readonly unpacked: ReadonlyMap<string, string>;
  /** Lines of the kernel log about microcode and the initramfs. */
  readonly dmesg: readonly string[];
}

export function userSpaceOf({ console }: Observation): UserSpace {
  const after = console.slice(console.indexOf('@@BEGIN') + 1);
  const said = (name: string): string | undefined =>
    after
      .find((line) => line.startsWith(`@${name} `))
      ?.slice(name.length + 2)
      .trim();
  const files = after.map((line) => /^@file (\S+) (\S+)$/.exec(line)).filter((match) => match !== null);
  return {
    cpuinfoMicrocode: said('cpuinfo'),
    sysfsVersion: said('version'),
    reload: said('reload'),
    unpacked: new Map(files.map(([, digest = '', path = '']) => [path, digest])),
    dmesg: console
      .filter((line) => /^\[ *\d+\.\d+\]/.test(line) && /microcode|initramfs|junk/i.test(line))
      .map((line) => line.replace(/^\[ *[\d.]+\] /, '')),
  };
}
