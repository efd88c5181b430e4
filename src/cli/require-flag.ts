import { Flags } from '@oclif/core';
import type { WantedCpu } from '../bundle/wanted-cpu.ts';
import { namedCpus } from './cpus.ts';

/** For commands that write images: what must be in them. */
export const REQUIRE_FLAG = {
  require: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'write nothing and exit with 1 unless there is an update for this CPU: host, or CPU[,PLATFORMS]; repeatable',
    helpValue: 'CPU',
  }),
};

/**
 * The CPUs that the values stand for; `host` stands for those of the running machine.
 * @throws Failure when a value is no CPU, or the running machine does not say what it is
 */
export const requiredCpus = (values: readonly string[] | undefined): WantedCpu[] =>
  namedCpus('--require', values ?? []);
