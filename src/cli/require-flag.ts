import { Flags } from '@oclif/core';
import { sidesOfCpu } from '../bundle/amd-sides.ts';
import { parseRequiredCpu, type RequiredCpu } from '../bundle/wanted-cpu.ts';
import { readHost } from '../host/host.ts';

/** For commands that write images: what must be in them. */
export const REQUIRE_FLAG = {
  require: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'write nothing and exit with 1 unless there is an update for this CPU: host, or SIGNATURE[,PLATFORMS[,REVISION]]; repeatable',
    helpValue: 'CPU',
  }),
};

/**
 * The CPUs that the values stand for; `host` stands for those of the running machine.
 * @throws Failure when a value is no CPU, or the running machine does not say what it is
 */
export const requiredCpus = (values: readonly string[] | undefined): RequiredCpu[] =>
  (values ?? []).flatMap((value) => (value === 'host' ? runningCpus() : [parseRequiredCpu(value)]));

/** Each kind of CPU once. A guest cannot load microcode, and its revisions are made up: there any patch for the CPU will do. */
function runningCpus(): RequiredCpu[] {
  const { cpus, isGuest } = readHost();
  const kinds = new Map<string, RequiredCpu>();
  for (const { signature, platformMask, revision } of cpus) {
    const sides = isGuest ? [] : sidesOfCpu(signature, revision);
    kinds.set(`${signature}/${platformMask}/${sides.join()}`, {
      signature,
      platformMask: platformMask ?? undefined,
      sides,
    });
  }
  return [...kinds.values()];
}
