import { type EarlyVendor as Vendor, VENDOR_FILES } from '../loaders/early-paths.ts';
import { FILE_LIMIT, xenHas } from '../loaders/xen/releases.ts';
import { has, moduleLimit, type XenRelease } from './releases.ts';
import { type UcodeState } from './ucode-option.ts';

/** A file inside a cpio: byte offset of its data in the module, and bytes. */
export interface CpioFile {
  readonly offset: number;
  readonly size: number;
}

/** What the choice of modules depends on. */
export interface BootModule {
  /** Bytes. */
  readonly size: number;
  /** Starts with the magic of an XSM policy. */
  readonly xsmPolicy: boolean;
  /** What the release's early lookup finds for each vendor. */
  readonly early: Readonly<Record<Vendor, CpioFile | null>>;
}

/** Bytes that Xen parses for microcode. */
export interface MicrocodeSource {
  readonly module: number;
  readonly way: 'index' | 'scan' | 'efi';
  /** Byte offset in the module. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** `raw`: the module as it is; `cpio`: the vendor's file inside. */
  readonly form: 'raw' | 'cpio';
  readonly cpus: 'all' | 'boot' | 'others';
}

/** Why an index chooses nothing. */
export type IndexProblem = 'kernel' | 'out-of-range' | 'already-used';

/** What Xen makes of its modules. Numbers are positions after the hypervisor, from 0. */
export interface Resolution {
  readonly microcode: readonly MicrocodeSource[];
  readonly dom0Kernel: number | null;
  readonly dom0Initrd: number | null;
  readonly xsmPolicy: number | null;
  /** Modules that nobody uses. */
  readonly unused: readonly number[];
  /** The index counted from the start, or null without one. */
  readonly chosen: number | null;
  readonly indexProblem: IndexProblem | null;
  /** A file found by a scan and refused for its size. */
  readonly tooBig: { readonly module: number; readonly size: number } | null;
  /** Console lines about the choice, in order. */
  readonly messages: readonly string[];
}

export interface ModuleList {
  readonly release: XenRelease;
  readonly vendor: Vendor;
  readonly option: UcodeState;
  /** In the order of the boot loader; the first is the dom0 kernel. Undefined when its bytes are not known. */
  readonly modules: readonly (BootModule | undefined)[];
  /** The module that xen.cfg names as microcode; it overrides the option. */
  readonly efi?: number;
}

/**
 * Follows the release through its modules: who becomes microcode, XSM policy, dom0's initrd. Up to 4.17 the policy is taken before
 * the microcode, from 4.18 on after it; what one has taken, the next does not see. The first module that nobody took is dom0's initrd.
 */
export function resolveModules({ release, vendor, option, modules: all, efi }: ModuleList): Resolution {
  const modules = all.slice(0, moduleLimit(release));
  const claimed = new Set<number>();
  const messages: string[] = [];
  const free = (): number[] => [...modules.keys()].filter((i) => i > 0 && !claimed.has(i));

  const takePolicy = (): number | null => {
    const policies = free().filter((i) => modules[i]?.xsmPolicy === true);
    // 4.20 replaced a loop from the last module down by one from the first up.
    const policy = (has(release, 'exclusive') ? policies[0] : policies.at(-1)) ?? null;
    if (policy !== null) claimed.add(policy);
    return policy;
  };

  const late = has(release, 'loadsBeforeXsm');
  let xsmPolicy = late ? null : takePolicy();
  const choice = chooseIndex(release, efi ?? option.index, modules.length, claimed, messages);
  const byIndex = choice.problem === null ? choice.module : null;
  if (byIndex !== null) claimed.add(byIndex);
  const scan = efi === undefined && option.scan ? scanModules(release, vendor, modules, claimed, messages) : NOTHING;
  if (late) xsmPolicy = takePolicy();

  const left = free();
  const dom0Initrd = left[0] ?? null;
  if (left.length > 1) messages.push(`Multiple initrd candidates, picking module #${dom0Initrd}`);
  return {
    microcode: sourcesOf(release, vendor, modules, byIndex, efi === undefined ? 'index' : 'efi', scan.found),
    dom0Kernel: modules.length === 0 ? null : 0,
    dom0Initrd,
    xsmPolicy,
    unused: left.slice(1),
    chosen: choice.module,
    indexProblem: choice.problem,
    tooBig: scan.tooBig,
    messages,
  };
}

interface Choice {
  readonly module: number | null;
  readonly problem: IndexProblem | null;
}

function chooseIndex(
  release: XenRelease,
  index: number,
  count: number,
  claimed: ReadonlySet<number>,
  messages: string[],
): Choice {
  if (index === 0) return { module: null, problem: null };
  const module = index < 0 ? index + count : index;
  const speaks = has(release, 'reportsBadIndex');
  if (module <= 0 || module >= count) {
    if (speaks) messages.push(`Microcode: Chosen module ${module} out of range [1, ${count})`);
    return { module, problem: module === 0 ? 'kernel' : 'out-of-range' };
  }
  if (claimed.has(module)) {
    if (speaks) messages.push(`Microcode: Chosen module ${module} already used`);
    return { module, problem: 'already-used' };
  }
  return { module, problem: null };
}

interface Scan {
  readonly found: { readonly module: number; readonly file: CpioFile } | null;
  readonly tooBig: Resolution['tooBig'];
}

const NOTHING: Scan = { found: null, tooBig: null };

/** The first module with the vendor's file; nothing is searched after it, however bad it is. */
function scanModules(
  release: XenRelease,
  vendor: Vendor,
  modules: ModuleList['modules'],
  claimed: ReadonlySet<number>,
  messages: string[],
): Scan {
  // From 4.20 on the kernel is looked into as well: it is not marked as taken yet.
  const first = has(release, 'exclusive') ? 0 : 1;
  for (const [i, module] of modules.entries()) {
    const file = i < first || claimed.has(i) ? null : (module?.early[vendor] ?? null);
    if (file === null) continue;
    if (xenHas(release, 'fileLimit') && file.size > FILE_LIMIT) {
      messages.push(`Multiboot ${i} microcode payload too big! (${file.size}, we can do ${FILE_LIMIT})`);
      return { found: null, tooBig: { module: i, size: file.size } };
    }
    return { found: { module: i, file }, tooBig: null };
  }
  if (has(release, 'reportsEmptyScan'))
    messages.push(`Microcode: ${fileName(VENDOR_FILES[vendor])} not found during CPIO scan`);
  return NOTHING;
}

function sourcesOf(
  release: XenRelease,
  vendor: Vendor,
  modules: ModuleList['modules'],
  byIndex: number | null,
  way: 'index' | 'efi',
  scanned: Scan['found'],
): MicrocodeSource[] {
  // Before 4.20 both may be active: the boot CPU is given the cpio's file, the copy for all others comes from the index.
  const both = byIndex !== null && scanned !== null;
  const sources: MicrocodeSource[] = [];
  if (scanned !== null) {
    const { module, file } = scanned;
    sources.push({ module, way: 'scan', ...file, form: 'cpio', cpus: both ? 'boot' : 'all' });
  }
  if (byIndex !== null) {
    const module = modules[byIndex];
    const file = has(release, 'cpioByIndex') ? (module?.early[vendor] ?? null) : null;
    const bytes = file ?? { offset: 0, size: module?.size ?? 0 };
    const form = file === null ? 'raw' : 'cpio';
    sources.push({ module: byIndex, way, ...bytes, form, cpus: both ? 'others' : 'all' });
  }
  return sources;
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
