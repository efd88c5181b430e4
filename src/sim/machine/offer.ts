/** What the OS makes of an update file before it disturbs any CPU: the loaders' own decision, as the code that late loading returns. */
import type { LoaderCpu } from '../../loaders/explanation.ts';
import { explain, type Loader, parseLoader } from '../../loaders/by-name.ts';
import type { Refusal } from '../protocols/setting.ts';
import { isNotNewer, type Reason } from '../../loaders/reasons.ts';

export interface Offer {
  readonly bytes: Uint8Array;
  readonly cpu: LoaderCpu;
  /** Linux: `microcode=force_minrev`. */
  readonly forceMinimum: boolean;
}

export type Answer =
  /** `size`: bytes of the update. */
  | { readonly loads: true; readonly revision: number; readonly size: number; readonly why: Reason }
  | { readonly loads: false; readonly code: Refusal; readonly why: Reason };

/** load_late_locked(): NFOUND becomes -ENOENT, any other refusal -EBADFD. */
const linuxCode = ({ code }: Reason): Refusal => (code === 'bad-file' || code === 'not-consumed' ? 'EBADFD' : 'ENOENT');

/** microcode_update(): no match -ENOENT, same or older -EEXIST, below the minimum -ENXIO, what does not parse -EINVAL. */
function xenCode(why: Reason): Refusal {
  const { code } = why;
  if (isNotNewer(why) || code === 'older-than-running') return 'EEXIST';
  if (code === 'below-minimum') return 'ENXIO';
  return code === 'bad-data' ? 'EINVAL' : 'ENOENT';
}

/** The loader whose eyes a protocol looks with: its own release, or a recent one for what was never released. */
export function loaderOf(protocol: string): Loader | undefined {
  if (protocol.startsWith('xen')) return parseLoader('xen-4.20');
  const release = /^linux-(\d+\.\d+)/.exec(protocol)?.[1];
  return parseLoader(`linux-${release ?? '6.12'}`);
}

/** @throws RangeError when the loader is not modelled: a mistake in the catalogue of protocols */
export function answerOf(protocol: string, { bytes, cpu, forceMinimum }: Offer): Answer {
  const loader = loaderOf(protocol);
  if (loader === undefined) throw new RangeError(`${protocol} has no loader`);
  const input = { kind: 'blob', bytes } as const;
  const { chosen, reason } = explain(loader, cpu, input, { path: 'late', forceMinimum, digestCheck: true });
  if (chosen !== null) return { loads: true, revision: chosen.revision, size: chosen.size, why: reason };
  return { loads: false, code: loader.kind === 'xen' ? xenCode(reason) : linuxCode(reason), why: reason };
}
