/** Loaders by name: `linux-6.12`, `xen-4.17`, as users write them. */
import { type Explanation, type LoaderCpu, type LoaderInput, nothingRead, type Unread } from './explanation.ts';
import { explainLinux } from './linux.ts';
import { isModelledLinux, LINUX_SERIES, type LinuxVersion, parseLinuxVersion } from './linux-versions.ts';
import { explainXen } from './xen.ts';
import { isModelledXen, parseXenVersion, XEN_SERIES, type XenVersion } from './xen-releases.ts';

/** A release of Linux or Xen whose loader is modelled. Made by `parseLoader`. */
export type Loader =
  | { readonly kind: 'linux'; readonly name: string; readonly version: LinuxVersion }
  | { readonly kind: 'xen'; readonly name: string; readonly version: XenVersion };

/**
 * The loader that `name` names: `linux-6.12` and `linux-6.12.3` (from 4.4 on; a series stands for its stable branch), `xen-4.17` and `xen-4.17.5`
 * (4.4 to 4.23). Never throws.
 * @returns undefined when it names none that is modelled
 */
export function parseLoader(name: string): Loader | undefined {
  const [, kind, text = ''] = /^(linux|xen)-(.+)$/.exec(name) ?? [];
  if (kind === 'linux') {
    const version = parseLinuxVersion(text);
    return version === undefined || !isModelledLinux(version) ? undefined : { kind, name, version };
  }
  if (kind !== 'xen') return undefined;
  const version = parseXenVersion(text);
  return version === undefined || !isModelledXen(version) ? undefined : { kind, name, version };
}

/** One loader for every era, oldest first. */
export const ALL_LOADERS: readonly Loader[] = [
  ...LINUX_SERIES.map((series) => `linux-${series}`),
  ...XEN_SERIES.map((series) => `xen-${series}`),
].flatMap((name) => parseLoader(name) ?? []);

/** How a loader is run. */
export interface LoadOptions {
  /** Early loading from an initrd, or late from the firmware folder; Xen makes no difference. */
  readonly path: 'early' | 'late';
  /** Linux: `microcode=force_minrev`, which counts for late loading only. */
  readonly forceMinimum: boolean;
  /** Xen: `ucode=digest-check`. */
  readonly digestCheck: boolean;
}

/**
 * What `loader` does with `input` on `cpu`, step by step as its code does it. Never throws on bad bytes. Sources: Linux
 * arch/x86/kernel/cpu/microcode, Xen xen/arch/x86/cpu/microcode, in the releases named; docs/loaders.md lists what differs between them.
 */
export function explain(
  loader: Loader,
  cpu: LoaderCpu,
  input: LoaderInput | Unread,
  options: LoadOptions,
): Explanation {
  if (input.kind === 'unread') return nothingRead(input.reason);
  return loader.kind === 'linux'
    ? explainLinux(loader.version, cpu, input, options)
    : explainXen(loader.version, cpu, input, options);
}
