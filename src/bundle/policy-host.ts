/** Policies that name this machine's CPUs. */
import { hex32, hex8 } from '../bytes/hex.ts';
import type { CpuText } from '../cpu/cpu-text.ts';
import type { CpuChoice, PlacedPolicy } from '../schemas/policy-file.ts';

const HOST = 'host';

/** Whether a part of the policy is about this machine. */
export const namesHost = ({ policy }: PlacedPolicy): boolean =>
  [policy.require, policy.forbid, policy.baseline?.allow].some((list) => (list ?? []).some(({ cpu }) => cpu === HOST));

/** The policy with an entry for each of `cpus` in place of each that names `host`; places are those of the file. */
export function withHost(placed: PlacedPolicy, cpus: readonly CpuText[]): PlacedPolicy {
  const { policy } = placed;
  const require = expanded(policy.require, cpus);
  const forbid = expanded(policy.forbid, cpus);
  const allow = expanded(policy.baseline?.allow, cpus);
  const from: Readonly<Record<string, readonly number[]>> = { require: require.from, forbid: forbid.from };
  return {
    ...placed,
    policy: {
      ...policy,
      ...(policy.require === undefined ? {} : { require: require.entries }),
      ...(policy.forbid === undefined ? {} : { forbid: forbid.entries }),
      ...(policy.baseline === undefined ? {} : { baseline: { ...policy.baseline, allow: allow.entries } }),
    },
    place: ([part, index, ...rest]) => {
      const known = typeof part === 'string' && typeof index === 'number' ? from[part]?.[index] : undefined;
      return placed.place([part, known ?? index, ...rest].flatMap((one) => (one === undefined ? [] : [one])));
    },
  };
}

interface Expanded<E> {
  readonly entries: readonly E[];
  /** Index in the file of each entry. */
  readonly from: readonly number[];
}

function expanded<E extends CpuChoice>(list: readonly E[] | undefined, cpus: readonly CpuText[]): Expanded<E> {
  const both = (list ?? []).flatMap((entry, index) =>
    (entry.cpu === HOST ? cpus.map((cpu) => ({ ...entry, ...choiceOf(cpu) })) : [entry]).map((one) => ({ one, index })),
  );
  return { entries: both.map(({ one }) => one), from: both.map(({ index }) => index) };
}

const choiceOf = ({ signature, platformMask }: CpuText): CpuChoice => ({
  cpu: hex32(signature),
  ...(platformMask === undefined ? {} : { platforms: hex8(platformMask) }),
});
