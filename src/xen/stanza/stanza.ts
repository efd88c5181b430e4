import { BOOT_LOADERS } from '../boot-loaders/all.ts';
import {
  type BootLoader,
  type ConfigFile,
  type LoaderId,
  type ModuleKind,
  type XenEntry,
  type XenModule,
} from '../boot-loaders/boot-loader.ts';
import { DUMMY } from '../boot-loaders/limine.ts';
import { has, isWholeSeries, type XenRelease } from '../releases.ts';
import { chooseWay, type Way } from './way.ts';

/** A file of the stanza, and its bytes where they matter: what Xen can do depends on what is inside. */
export interface StanzaFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface StanzaRequest {
  readonly loader: LoaderId;
  readonly release: XenRelease;
  /** `auto` takes what the release and the files allow. */
  readonly mode: Way | 'auto';
  readonly title: string;
  readonly hypervisor: string;
  /** Options for Xen beside `ucode=`. */
  readonly xenArguments: readonly string[];
  readonly kernel: { readonly path: string; readonly arguments: readonly string[] };
  readonly initrd?: StanzaFile | undefined;
  readonly xsm?: { readonly path: string } | undefined;
  readonly microcode?: StanzaFile | undefined;
}

export type Stanza =
  | {
      readonly ok: true;
      readonly way: Way;
      /** What was added to Xen's line, or null when a key of xen.cfg says it. */
      readonly option: string | null;
      readonly entry: XenEntry;
      readonly files: readonly ConfigFile[];
      /** Why it is so, one sentence each; also comments of the first file. */
      readonly reasons: readonly string[];
    }
  | { readonly ok: false; readonly refusals: readonly string[] };

/**
 * Plans and writes the entry that makes `release` load the microcode. Pure: nothing is opened. Modules come as dom0's initrd, the
 * microcode, the XSM policy, because the first module that nobody claims is dom0's initrd.
 */
export function planStanza(request: StanzaRequest): Stanza {
  const { release, initrd, xsm, microcode, kernel } = request;
  const loader = BOOT_LOADERS[request.loader];
  const before = impossible(request, loader);
  if (before.length > 0) return { ok: false, refusals: before };
  const chosen = chooseWay({
    release,
    loader,
    mode: request.mode,
    initrd: initrd?.bytes,
    microcode: microcode?.bytes,
  });
  if (!chosen.ok) return chosen;

  const modules = placed(loader, [
    ['ramdisk', initrd],
    ['ucode', microcode],
    ['xsm', xsm],
  ]);
  const option = optionOf(chosen.way, loader, initrd === undefined ? 1 : 2);
  const entry: XenEntry = {
    title: loader.titles ? request.title : '',
    hypervisor: hypervisorFor(loader, request.hypervisor),
    xenArguments: [...request.xenArguments, ...(option === null ? [] : [option])],
    dom0: { kernel: pathFor(loader, kernel), arguments: kernel.arguments },
    modules,
  };
  const reasons = [
    `For Xen ${release.name}${isWholeSeries(release) ? ', every point release of it' : ''}.`,
    ...(option === null ? [] : [whyOption(option, chosen.way, loader, modules.length)]),
    ...chosen.reasons,
    ...whyLoader(loader, modules),
  ];
  const result = loader.write(entry, reasons);
  return result.ok ? { ok: true, way: chosen.way, option, entry, files: result.files, reasons } : result;
}

function impossible({ release, xenArguments }: StanzaRequest, loader: BootLoader): string[] {
  const own = xenArguments.find((word) => /^(?:no-)?ucode(?:=|$)/.test(word));
  return [
    ...(own === undefined ? [] : [`the options already have ${own}, but this command computes it`]),
    ...(loader.id === 'uki' && !has(release, 'unifiedImage')
      ? [`Xen ${release.name} cannot be one unified image: 4.15 is the first that can`]
      : []),
  ];
}

/** The loader's own form of a path. */
function pathFor(loader: BootLoader, { path }: { readonly path: string }): string {
  switch (loader.id) {
    // xen.efi opens its files through the firmware, which wants backslashes.
    case 'xen-cfg':
    case 'systemd-boot':
      return path.replaceAll('/', '\\');
    // Limine wants a resource in front; boot() is the volume that it was started from.
    case 'limine':
      return /^\w+\([^)]*\):/.test(path) ? path : `boot():/${path.replace(/^\/+/, '')}`;
    case 'grub2':
    case 'grub-legacy':
    case 'syslinux':
    case 'ipxe':
    case 'uki':
      return path;
  }
}

/** xen.efi itself is found by the firmware or systemd-boot, whose paths have slashes. */
const hypervisorFor = (loader: BootLoader, path: string): string =>
  loader.namesHypervisor ? (loader.modules === 'keyed' ? path : pathFor(loader, { path })) : '';

function placed(
  loader: BootLoader,
  files: readonly (readonly [Exclude<ModuleKind, 'module'>, { readonly path: string } | undefined])[],
): XenModule[] {
  const given = files.flatMap(([kind, file]) => (file === undefined ? [] : [{ kind, path: pathFor(loader, file) }]));
  if (loader.modules === 'keyed') {
    // xen.efi loads its keys in an order of its own: the microcode comes last.
    const ordered = [...given.filter(({ kind }) => kind !== 'ucode'), ...given.filter(({ kind }) => kind === 'ucode')];
    return ordered.map(({ kind, path }) => ({ path, arguments: [], kind, nounzip: false }));
  }
  const nounzip = loader.expands === 'unless-told';
  return given.map(({ path }) => ({ path, arguments: [], kind: 'module', nounzip }));
}

function optionOf(way: Way, loader: BootLoader, position: number): string | null {
  switch (way) {
    case 'scan':
      return 'ucode=scan';
    case 'index':
      // A section is always the last module, however many there are.
      return loader.id === 'uki' ? 'ucode=-1' : `ucode=${position}`;
    case 'efi':
      return null;
  }
}

function whyOption(option: string, way: Way, loader: BootLoader, modules: number): string {
  if (way === 'scan')
    return `${option}: Xen searches its modules for an uncompressed cpio with the file of the CPU's vendor.`;
  if (loader.id === 'uki') {
    return `${option}: .ucode is the last module; xen.efi loads the section but does not choose it by itself.`;
  }
  return `${option}: modules count from 0 (the dom0 kernel), after the hypervisor; ${modules} follow the kernel.`;
}

function whyLoader(loader: BootLoader, modules: readonly XenModule[]): string[] {
  const reasons: string[] = [];
  if (loader.id === 'limine') {
    reasons.push(`${DUMMY}: Limine passes no file name, but Xen drops the first word of both lines all the same.`);
  }
  if (loader.expands === 'unless-told' && modules.length > 0) {
    const word = loader.id === 'grub2' ? '--nounzip' : 'modulenounzip';
    reasons.push(`${word}: Xen and Linux take the files as they are, GRUB need not look inside.`);
  }
  if (loader.id === 'syslinux') reasons.push('The separators --- are words of their own.');
  return reasons;
}
