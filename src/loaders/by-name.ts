/** Loaders by name: `linux-6.12`, `xen-4.17`, as users write them. */
import { type Explanation, type LoaderCpu, type LoaderInput, nothingRead, type Unread } from './explanation.ts';
import { explainLinux } from './linux/linux.ts';
import {
  isModelledLinux,
  LINUX_SERIES,
  linuxAnsweredAs,
  linuxReadings,
  type LinuxVersion,
  parseLinuxVersion,
} from './linux/versions.ts';
import { reason } from './reasons.ts';
import { explainXen } from './xen/xen.ts';
import { isModelledXen, parseXenVersion, XEN_SERIES, type XenVersion } from './xen/releases.ts';

/** A release of Linux or Xen whose loader is modelled. Made by `parseLoader`. */
export type Loader = Named &
  ({ readonly kind: 'linux'; readonly version: LinuxVersion } | { readonly kind: 'xen'; readonly version: XenVersion });

interface Named {
  /** As the user wrote it. */
  readonly name: string;
  /** No point release was named: all of the series are meant, see answer.ts. */
  readonly isSeries: boolean;
}

const SERIES = /^\d+\.\d+(?![.\d])/;

/**
 * The loader that `name` names: `linux-6.12` and `linux-6.12.3` (from 4.4 on), `xen-4.17` and `xen-4.17.5` (4.4 to 4.23),
 * also as distributions write them: `linux-6.12.95+deb13-amd64`. A series stands for all of its point releases. Never throws.
 * @returns undefined when it names none that is modelled
 */
export function parseLoader(name: string): Loader | undefined {
  const [, kind, text = ''] = /^(linux|xen)-(.+)$/.exec(name) ?? [];
  const isSeries = SERIES.test(text);
  if (kind === 'linux') {
    const version = parseLinuxVersion(text);
    return version === undefined || !isModelledLinux(version) ? undefined : { kind, name, isSeries, version };
  }
  if (kind !== 'xen') return undefined;
  const version = parseXenVersion(text);
  return version === undefined || !isModelledXen(version) ? undefined : { kind, name, isSeries, version };
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
  /** Linux: `microcode.amd_sha_check`, Xen: `ucode=digest-check`; on unless the command line turns it off. */
  readonly digestCheck: boolean;
}

/**
 * What `loader` does with `input` on `cpu`, step by step as its code does it; of a series its newest point release that was read (`answer`
 * tells of the others). Never throws on bad bytes. Sources: Linux
 * arch/x86/kernel/cpu/microcode, Xen xen/arch/x86/cpu/microcode, in the releases named; docs/loaders.md lists what differs between them.
 */
export function explain(
  loader: Loader,
  cpu: LoaderCpu,
  input: LoaderInput | Unread,
  options: LoadOptions,
): Explanation {
  if (input.kind === 'unread') return nothingRead(input.reason);
  if (loader.kind === 'xen') return explainXen(loader.version, cpu, input, options);
  const [first, ...others] = linuxReadings(loader.version).map((version) => explainLinux(version, cpu, input, options));
  if (first === undefined) throw new RangeError(`${loader.name} has no reading`);
  const other = others.find(({ chosen }) => chosen?.offset !== first.chosen?.offset);
  if (other === undefined) return first;
  const release = linuxAnsweredAs(loader.version);
  const why = reason('cannot-tell', { release, one: first.reason.says, other: other.reason.says });
  return { ...first, chosen: null, reason: why };
}
