/** The CPUs of the running machine, or of a tree captured from one: what they are and which revision runs. */
import { join } from 'node:path';
import { signatureOf } from '../cpu/intel.ts';
import { Failure } from '../findings/failure.ts';
import { readFile } from '../io/read/read.ts';
import { type CpuInfo, hexadecimal, parseCpuInfo } from './cpuinfo.ts';
import { platformRegister, revisionRegister } from './msr.ts';

export type HostVendor = 'intel' | 'amd';

export interface HostCpu extends Omit<CpuInfo, 'revision'> {
  /** Null for vendors whose microcode this program does not know. */
  readonly vendor: HostVendor | null;
  /** CPUID leaf 1 EAX, without a processor type. */
  readonly signature: number;
  /** One bit (Intel); null for AMD and where nothing says it. */
  readonly platformMask: number | null;
  readonly revision: number | null;
  readonly revisionFrom: 'sysfs' | 'cpuinfo' | 'msr' | null;
}

export interface Host {
  readonly cpus: readonly HostCpu[];
  /** A guest sees revisions that its hypervisor makes up, and cannot load microcode. */
  readonly isGuest: boolean;
}

/** Ample for /proc/cpuinfo of 8192 threads. */
const LIMIT = 64 * 1024 * 1024;

const VENDORS: Readonly<Record<string, HostVendor>> = { GenuineIntel: 'intel', AuthenticAMD: 'amd' };

function textOf(path: string): string | undefined {
  const result = readFile(path, LIMIT);
  return result.kind === 'bytes' ? Buffer.from(result.bytes).toString('utf8') : undefined;
}

/**
 * @param root folder that stands for `/`: it holds proc/cpuinfo and, where they were captured, sys/devices/system/cpu and dev/cpu
 * @throws Failure of kind `input` when proc/cpuinfo is not there or names no x86 CPU
 */
export function readHost(root = '/'): Host {
  const path = join(root, 'proc/cpuinfo');
  const infos = parseCpuInfo(textOf(path) ?? '');
  if (infos.length === 0) {
    throw new Failure({
      kind: 'input',
      code: 'host/no-cpuinfo',
      where: path,
      message: 'names no x86 CPU',
      advice: 'Run it on an x86 machine with Linux, or name a captured tree with --root.',
    });
  }
  return { cpus: infos.map((info) => hostCpu(root, info)), isGuest: infos.some(({ isGuest }) => isGuest) };
}

function hostCpu(root: string, info: CpuInfo): HostCpu {
  const vendor = VENDORS[info.vendorId] ?? null;
  const folder = join(root, 'sys/devices/system/cpu', `cpu${info.number}`, 'microcode');
  const isIntel = vendor === 'intel';
  const platformMask = isIntel
    ? (hexadecimal(textOf(join(folder, 'processor_flags'))) ?? platformRegister(root, info.number))
    : null;
  const sources = [
    { revisionFrom: 'sysfs', revision: hexadecimal(textOf(join(folder, 'version'))) },
    { revisionFrom: 'cpuinfo', revision: info.revision },
    { revisionFrom: 'msr', revision: vendor === null ? null : revisionRegister(root, info.number, isIntel) },
  ] as const;
  const known = sources.find(({ revision }) => revision !== null) ?? { revisionFrom: null, revision: null };
  return { ...info, vendor, signature: signatureOf(info), platformMask, ...known };
}

/** CPUs that are alike in everything that decides about microcode. */
export interface HostGroup {
  readonly first: HostCpu;
  /** Numbers, ascending. */
  readonly cpus: readonly number[];
}

/** More than one group is a mixed system, or one whose update did not reach every CPU. */
export function hostGroups({ cpus }: Host): HostGroup[] {
  const groups = new Map<string, { first: HostCpu; cpus: number[] }>();
  for (const cpu of cpus) {
    const key = `${cpu.vendorId}/${cpu.signature}/${cpu.platformMask}/${cpu.revision}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: cpu, cpus: [cpu.number] });
    else group.cpus.push(cpu.number);
  }
  return [...groups.values()];
}

/** `0-3,8` */
export function cpuRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
