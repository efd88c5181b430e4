import { Flags } from '@oclif/core';
import { type RequiredCpu, requiredCpuOf } from '../../bundle/select/cpu.ts';
import { readHost } from '../../host/host.ts';
import { namedCpus } from '../cpus.ts';

/** `--require`: CPUs that an image must have an update for. */
export const REQUIRE_FLAG = {
  require: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'write nothing and exit with 1 unless there is an update for this CPU: host, or CPU[,PLATFORMS[,REVISION]]; repeatable',
    helpValue: 'CPU',
  }),
};

/**
 * The CPUs that the values stand for; `host` stands for those of the running machine. A guest cannot load microcode, and its revisions are
 * made up: there any patch for the CPU will do.
 * @throws Failure when a value is no CPU, or the running machine does not say what it is
 */
export const requiredCpus = (values: readonly string[] | undefined): RequiredCpu[] =>
  (values ?? []).flatMap((value) => {
    const sides = value === 'host' && readHost().isGuest ? [] : undefined;
    return namedCpus('--require', [value]).map((cpu) => ({ ...requiredCpuOf(cpu), ...(sides && { sides }) }));
  });
