import { Flags } from '@oclif/core';
import { parseCpu, type WantedCpu } from '../bundle/wanted-cpu.ts';
import { readHost } from '../host/host.ts';

/** For commands that write images: what must be in them. */
export const REQUIRE_FLAG = {
  require: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'write nothing and exit with 1 unless there is an update for this CPU: host, or SIGNATURE[,PLATFORMS]; repeatable',
    helpValue: 'CPU',
  }),
};

/**
 * The CPUs that the values stand for; `host` stands for those of the running machine.
 * @throws Failure when a value is no CPU, or the running machine does not say what it is
 */
export const requiredCpus = (values: readonly string[] | undefined): WantedCpu[] =>
  (values ?? []).flatMap((value) => (value === 'host' ? runningCpus() : [parseCpu(value)]));

/** Each kind of CPU once. */
function runningCpus(): WantedCpu[] {
  const kinds = new Map<string, WantedCpu>();
  for (const { signature, platformMask } of readHost().cpus) {
    kinds.set(`${signature}/${platformMask}`, { signature, platformMask: platformMask ?? undefined });
  }
  return [...kinds.values()];
}
