import type { ByteSource } from '../../bytes/source.ts';
import { type CpioLookup, findCpioData, type LookupVariant } from '../../formats/cpio/early-lookup.ts';
import { type XenVersion, xenHas } from '../../loaders/xen/releases.ts';
import { supportedXens, xenRange } from '../../loaders/xen/support.ts';

/** Kinds of early loaders that treat an initrd differently. */
export type EarlyConsumerId = 'linux' | 'xen-4.2' | 'xen-4.4-exact' | 'xen-4.4' | 'xen-4.14';

export interface EarlyConsumer {
  readonly id: EarlyConsumerId;
  /** The releases it stands for. */
  readonly releases: string;
  /** How names are compared; null: no search at all. */
  readonly variant: LookupVariant | null;
  /** Bytes; a larger file is refused. */
  readonly sizeLimit: number | null;
  /** Whether an empty file counts as none; else it is taken and holds no update. */
  readonly emptyIsAbsent: boolean;
}

const MEBI = 1024 * 1024;

/** Linux core.c find_microcode_in_initrd; Xen microcode.c microcode_scan_module, in the releases named. */
export const EARLY_LOADERS: readonly EarlyConsumer[] = [
  { id: 'linux', releases: 'Linux', variant: 'prefix', sizeLimit: null, emptyIsAbsent: true },
  { id: 'xen-4.2', releases: 'Xen 4.2 and 4.3', variant: null, sizeLimit: null, emptyIsAbsent: false },
  {
    id: 'xen-4.4-exact',
    releases: 'Xen 4.4.0 to 4.4.2, 4.5.0 and 4.5.1',
    variant: 'exact',
    sizeLimit: 8 * MEBI,
    emptyIsAbsent: false,
  },
  { id: 'xen-4.4', releases: 'other Xen 4.4 to 4.13', variant: 'prefix', sizeLimit: 8 * MEBI, emptyIsAbsent: false },
  { id: 'xen-4.14', releases: 'Xen 4.14 and later', variant: 'prefix', sizeLimit: null, emptyIsAbsent: false },
];

function consumerOfXen(version: XenVersion): EarlyConsumerId {
  if (version.minor < 4) return 'xen-4.2';
  if (xenHas(version, 'exactNames')) return 'xen-4.4-exact';
  return xenHas(version, 'fileLimit') ? 'xen-4.4' : 'xen-4.14';
}

/** The releases of a kind that get security fixes; null when none does. Linux is one kind, whatever its release. */
export function supportedReleases(consumer: EarlyConsumerId): string | null {
  if (consumer === 'linux') return 'Linux';
  const versions = supportedXens().filter((version) => consumerOfXen(version) === consumer);
  return versions.length === 0 ? null : `Xen ${xenRange(versions)}`;
}

/** What a consumer gets out of an initrd for one vendor. */
export type EarlyVerdict = 'found' | 'empty' | 'too-large' | 'not-found' | 'never-searches';

export interface EarlyLookup {
  readonly consumer: EarlyConsumerId;
  readonly path: string;
  readonly verdict: EarlyVerdict;
  /** How the search went; null when there is none. */
  readonly lookup: CpioLookup | null;
}

/** Looks for `path` the way `consumer` does. The initrd starts on a page, as boot loaders place it. */
export function lookUpEarly(consumer: EarlyConsumer, source: Uint8Array | ByteSource, path: string): EarlyLookup {
  const lookup = consumer.variant === null ? null : findCpioData(source, path, consumer.variant);
  return { consumer: consumer.id, path, verdict: verdictOf(consumer, lookup), lookup };
}

function verdictOf({ sizeLimit, emptyIsAbsent }: EarlyConsumer, lookup: CpioLookup | null): EarlyVerdict {
  if (lookup === null) return 'never-searches';
  if (!lookup.found) return 'not-found';
  if (lookup.size === 0) return emptyIsAbsent ? 'not-found' : 'empty';
  return sizeLimit !== null && lookup.size > sizeLimit ? 'too-large' : 'found';
}
