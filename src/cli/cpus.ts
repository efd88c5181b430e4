/** CPUs named on the command line. */
import { cpuOfFlag } from '../bundle/select/cpu.ts';
import type { CpuText } from '../cpu/cpu-text.ts';
import { Failure } from '../findings/failure.ts';
import { hostGroups, readHost } from '../host/host.ts';

const HOST = 'host';

/**
 * The CPUs that the values of `flag` stand for; `host` stands for those of the running machine, each kind once.
 * @throws Failure when a value is no CPU, or the running machine does not say what it is
 */
export const namedCpus = (flag: string, values: readonly string[]): CpuText[] =>
  values.flatMap((value) => (value === HOST ? hostCpus() : [cpuOfFlag(flag, value)]));

/**
 * The one CPU that the value stands for.
 * @throws Failure when it is none, or `host` stands for several kinds
 */
export function oneCpu(flag: string, value: string): CpuText {
  const [cpu, ...more] = namedCpus(flag, [value]);
  if (cpu !== undefined && more.length === 0) return cpu;
  throw new Failure({
    kind: 'usage',
    code: 'usage/cpu',
    where: `${flag} ${value}`,
    message: 'stands for several kinds of CPU, and one is asked for',
    advice: '"ucodekit host" lists them; name one.',
  });
}

/** The one CPU that the text stands for, or the text itself when it can only be a name: it has a letter that is no hexadecimal digit. */
export const namedCpuOrName = (text: string): CpuText | string =>
  text !== HOST && /^[\da-z][\da-z ._()+-]*$/i.test(text) && /[g-wyz]/i.test(text) ? text : oneCpu('', text);

/** The filters that a value of --select stands for: `host` for each kind of CPU of the running machine. */
export function hostFilters(value: string): string[] {
  const match = /^(!?)host$/.exec(value);
  if (match === null) return [value];
  return hostCpus().map(({ signature, platformMask }) => {
    const mask = platformMask === undefined ? '' : `,0x${platformMask.toString(16)}`;
    return `${match[1] ?? ''}0x${signature.toString(16)}${mask}`;
  });
}

function hostCpus(): CpuText[] {
  const kinds = new Map<string, CpuText>();
  for (const { first } of hostGroups(readHost())) {
    const { signature, platformMask, revision } = first;
    const key = `${signature}/${platformMask}/${revision}`;
    // The processor type is not in /proc/cpuinfo.
    kinds.set(key, {
      signature,
      anyType: true,
      platformMask: platformMask ?? undefined,
      revision: revision ?? undefined,
    });
  }
  return [...kinds.values()];
}
