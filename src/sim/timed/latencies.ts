/**
 * How long things take, in whole nanoseconds. Limits that stand in the code are exact; measured and assumed durations are
 * distributions. Skewed ones are drawn from a table of quantiles rather than a logarithm, whose last bit differs between platforms.
 */
import type { Random } from './random.ts';

export type Distribution =
  | { readonly kind: 'fixed'; readonly ns: number }
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  /** Straight lines between equally spaced quantiles. */
  | { readonly kind: 'quantiles'; readonly ns: readonly number[] }
  /** Never happens by itself. */
  | { readonly kind: 'never' };

export interface Latency {
  readonly takes: Distribution;
  readonly source: string;
}

const US = 1000;
const MS = 1000 * US;
const S = 1000 * MS;

const fixed = (ns: number, source: string): Latency => ({ takes: { kind: 'fixed', ns }, source });
const uniform = (from: number, to: number, source: string): Latency => ({
  takes: { kind: 'uniform', from, to },
  source,
});
const quantiles = (ns: readonly number[], source: string): Latency => ({ takes: { kind: 'quantiles', ns }, source });

const ASSUMED = 'assumed';

/** Between two steps without a duration of their own: a few instructions, or one turn of a poll loop. */
export const STEP: Latency = uniform(20, 100, ASSUMED);

export const LATENCIES: Readonly<Record<string, Latency>> = {
  gather: quantiles(
    [20 * US, 60 * US, 120 * US, 200 * US, 400 * US, 900 * US, 2 * MS],
    `${ASSUMED}: wake-up of the stopper threads, and of who waits for them`,
  ),
  'nmi delivery': quantiles([200, 350, 450, 500, 600, 800, 2 * US], ASSUMED),
  'nmi handler': uniform(300, 1000, ASSUMED),
  'nmi exit': uniform(100, 300, ASSUMED),
  ipi: uniform(500, 2000, `${ASSUMED}: within a package`),
  'nmi out of mwait': uniform(50.5 * US, 202 * US, `${ASSUMED}: an IPI, and 50 to 200 us to wake from a deep MWAIT`),
  smi: uniform(50 * US, 500 * US, ASSUMED),
  init: fixed(0, 'wakeup_secondary_cpu_via_init(): no delay on family 6 and later'),
  sipi: fixed(20 * US, 'wakeup_secondary_cpu_via_init(): 10 us and 10 us'),
  'xen call-in timeout': fixed(30 * MS, 'Xen MICROCODE_CALLIN_TIMEOUT_US'),
  'xen progress timeout': fixed(S, 'Xen MICROCODE_UPDATE_TIMEOUT_US'),
  'linux entry timeout': fixed(S, 'wait_for_cpus(), USEC_PER_SEC; 1 s as well before 6.7'),
  'linux ctrl timeout': fixed(S, 'wait_for_ctrl(), USEC_PER_SEC'),
  'linux offline timeout': fixed(S / 2, 'kick_offline_cpus(), USEC_PER_SEC / 2'),
  'linux exit timeout': fixed(S, 'v5.5 exit barrier'),
  'callin 2022 timeout': fixed(MS, 'Nov 3 2022 07/13'),
  'lazy hold timeout': fixed(100 * US, 'Aug 13 2022 5/5'),
  'smm sync timeout': fixed(10 * MS, 'PcdCpuSmmApSyncTimeout; shipped platforms use 1 ms to 1 s'),
  'alive timeout': fixed(10 * S, 'do_boot_cpu()'),
};

/** What takes longer to a CPU in another package than the one that control is in. */
export const ACROSS_PACKAGES: Readonly<Record<string, Latency>> = {
  ipi: uniform(1000, 4000, `${ASSUMED}: across sockets`),
  'nmi out of mwait': uniform(51 * US, 204 * US, `${ASSUMED}: as within a package, across sockets`),
};

export function draw({ takes }: Latency, chance: Random): number {
  switch (takes.kind) {
    case 'fixed':
      return takes.ns;
    case 'never':
      return Infinity;
    case 'uniform':
      return Math.round(takes.from + chance.next() * (takes.to - takes.from));
    case 'quantiles': {
      const place = chance.next() * (takes.ns.length - 1);
      const below = Math.floor(place);
      const [low, high] = [takes.ns[below] ?? 0, takes.ns[below + 1] ?? takes.ns[below] ?? 0];
      return Math.round(low + (place - below) * (high - low));
    }
  }
}

/** What decides how long a load takes. */
export interface LoadTime {
  readonly vendor: 'intel' | 'amd';
  /** Bytes of the update. */
  readonly size: number;
  /** Xen, and Linux from 2018 to 2024 (91df9fdf5149 to 9a819753b020), write back and invalidate the caches first. */
  readonly wbinvd: boolean;
  /** Microseconds, when it is given and not drawn. */
  readonly us: number | null;
}

/**
 * One load WRMSR. Intel: 1.5 ms and 35 us for each KiB, +-10 %, at most 20 ms, fitted to "up to about 8 ms" (parallel bring-up, Apr
 * 2023); WBINVD takes 1 to 3.5 times as long again (9a819753b020). AMD: 50 to 300 us, assumed.
 */
export function loadTime({ vendor, size, wbinvd, us }: LoadTime, chance: Random): number {
  if (us !== null) return us * US;
  if (vendor === 'amd') return Math.round((50 + 250 * chance.next()) * US);
  const usual = 1500 + 35 * (size / 1024);
  const load = Math.min(Math.max(usual * (0.9 + 0.2 * chance.next()), 500), 20_000);
  return Math.round(load * US * (wbinvd ? 2 + 2.5 * chance.next() : 1));
}
