import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackage, type PackageRequest, Unavailable } from '../../../scripts/debian.ts';
import { linuxCode, xenEfiCode } from './guest-code.ts';
import { type Observation, runGuest, type RunOptions } from './machine.ts';
import type { ModelledCpu } from './modelled-cpu.ts';
import { type Site, sitesOf } from './msr-sites.ts';

/** Debian's OVMF: firmware in one file, whose variables are not kept. */
function firmware(): string {
  const { root } = fetchPackage({ name: 'ovmf', components: ['main'], only: ['./usr/share/OVMF/OVMF_CODE*.fd'] });
  const file = ['OVMF_CODE.fd', 'OVMF_CODE_4M.fd'].map((name) => join(root, 'usr/share/OVMF', name)).find(existsSync);
  if (file === undefined) throw new Unavailable(`no firmware in ${root}`);
  return file;
}

/** Kernel parameters of every unified kernel image here: the console, and link addresses that are real. */
export const PARAMETERS = 'console=ttyS0 nokaslr panic=-1 loglevel=8 mitigations=off earlyprintk=serial,ttyS0,115200';

const BANNER = { pattern: /Linux version [^\n]*\n/, why: 'banner' };
const PANIC = { pattern: /Kernel panic - not syncing/, why: 'panic' };
const DOM0 = { pattern: /\(XEN\) (?:.*Panic on CPU|\*\*\* Building a PV Dom0)/, why: 'dom0 build' };
/** The firmware passed the image over, or its stub gave up. */
const REFUSED = { pattern: /BdsDxe: failed to (?:load|start)/, why: 'refused' };

export interface EfiRun {
  /** The image, as the firmware finds it at the usual place of an EFI system partition. */
  readonly image: Uint8Array;
  /** What runs in the end: a kernel's bzImage, or xen.efi. */
  readonly guest: { readonly kernel: string } | { readonly xen: string };
  readonly cpu: ModelledCpu;
  readonly options?: RunOptions;
}

/** Boots an EFI image under OVMF and reports what its kernel or hypervisor handed to the CPU. */
export function runEfi({ image, guest, cpu, options = {} }: EfiRun): Promise<Observation> {
  const code = firmware();
  return runGuest(
    {
      sites: sitesIn(guest),
      inputs: [{ name: 'image', bytes: Buffer.from(image) }],
      memory: 1024,
      stop: 'kernel' in guest ? [BANNER, PANIC, REFUSED] : [DOM0, PANIC, REFUSED],
      load(folder) {
        const boot = join(folder, 'esp/EFI/BOOT');
        mkdirSync(boot, { recursive: true });
        writeFileSync(join(boot, 'BOOTX64.EFI'), image);
        copyFileSync(code, join(folder, 'firmware.fd'));
        return [
          '-drive',
          `if=pflash,format=raw,readonly=on,file=${join(folder, 'firmware.fd')}`,
          '-drive',
          `format=raw,file=fat:rw:${join(folder, 'esp')}`,
        ];
      },
    },
    cpu,
    options,
  );
}

const sitesIn = (guest: EfiRun['guest']): Site[] =>
  'kernel' in guest ? sitesOf(guest.kernel, linuxCode) : sitesOf(guest.xen, xenEfiCode);

/** Releases of systemd in Debian whose stub is put in front of kernels, and the suite of each; `newer` is 262 or later. */
const STUBS = {
  '252': {},
  '254': { suites: ['bookworm-backports'] },
  '257': { suites: ['trixie'] },
  newer: { suites: ['forky'] },
} as const satisfies Readonly<Record<string, Pick<PackageRequest, 'suites'>>>;

export type StubName = keyof typeof STUBS;

/** Path of systemd-stub. */
export function stubFile(name: StubName): string {
  const only = ['./usr/lib/systemd/boot/efi/linuxx64.efi.stub'];
  const { root } = fetchPackage({ name: 'systemd-boot-efi', components: ['main'], only, ...STUBS[name] });
  return join(root, 'usr/lib/systemd/boot/efi/linuxx64.efi.stub');
}

/** Debian's ukify as a command line, with the environment that it needs; nothing is installed. */
export function ukify(): { readonly command: string; readonly environment: Readonly<Record<string, string>> } {
  const of = (name: string, only: string): string =>
    fetchPackage({ name, components: ['main'], suites: ['trixie'], only: [only] }).root;
  const modules = join(of('python3-pefile', './usr/lib/python3/*'), 'usr/lib/python3/dist-packages');
  return { command: join(of('systemd-ukify', './usr/bin/*'), 'usr/bin/ukify'), environment: { PYTHONPATH: modules } };
}
