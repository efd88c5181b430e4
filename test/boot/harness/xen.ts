import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { xenCode } from './guest-code.ts';
import { type Observation, runGuest, type RunOptions, type StopLine } from './machine.ts';
import type { ModelledCpu } from './modelled-cpu.ts';
import { sitesOf } from './msr-sites.ts';

/** Xen needs no dom0: microcode is over before this line, so a one-line file does as dom0's kernel. */
const DOM0 = { pattern: /\(XEN\) (?:.*Panic on CPU|\*\*\* Building a PV Dom0)/, why: 'dom0 build' };
const FATAL = { pattern: /\(XEN\) (?:FATAL|Manual reset required)/, why: 'fatal error' };

/** A module behind the hypervisor, with its command line. */
export interface Module {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly arguments?: string;
}

/** Stands for dom0's kernel. */
export const DUMMY_KERNEL: Module = { name: 'kernel', bytes: Buffer.from('dummy\n') };

export interface XenRun {
  readonly xen: string;
  /** Xen's own command line. */
  readonly commandLine: string;
  /** In boot loader order; the first is dom0's kernel. */
  readonly modules: readonly Module[];
  readonly cpu: ModelledCpu;
  /** The console line that ends the run, when it is not the building of dom0. */
  readonly stop?: readonly StopLine[];
  readonly options?: RunOptions;
}

/** Boots Xen by multiboot 1 and reports what it handed to the CPU. */
export function runXen({ xen, commandLine, modules, cpu, stop = [DOM0], options = {} }: XenRun): Promise<Observation> {
  return runGuest(
    {
      sites: sitesOf(xen, xenCode),
      inputs: modules.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes) })),
      memory: 1024,
      stop: [...stop, FATAL],
      load(folder) {
        // QEMU separates modules by commas, so one inside a command line is doubled.
        const list = modules.map(({ bytes, arguments: words = '' }, i) => {
          const path = join(folder, `module${i}`);
          writeFileSync(path, bytes);
          return words === '' ? path : `${path} ${words.replaceAll(',', ',,')}`;
        });
        const parameters = `com1=115200,8n1 console=com1 sync_console loglvl=all noreboot ${commandLine}`;
        return ['-kernel', xen, '-append', parameters.trim(), '-initrd', list.join(',')];
      },
    },
    cpu,
    options,
  );
}

const PREFIX = '(XEN) ';

/** Console lines of Xen without its prefix. */
export const allLines = ({ console }: Observation): string[] =>
  console.filter((line) => line.startsWith(PREFIX)).map((line) => line.slice(PREFIX.length));

/** Those that speak of microcode. */
export const microcodeLines = (run: Observation): string[] =>
  allLines(run)
    .filter((line) => /microcode|ucode|SHA256|digest|Equiv/i.test(line))
    .filter((line) => !/command line|Hardware (?:hints|features)|no microcode|VULN/i.test(line));
