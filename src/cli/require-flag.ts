import { Flags } from '@oclif/core';
import { parseCpu, type WantedCpu } from '../bundle/wanted-cpu.ts';

/** For commands that write images: what must be in them. */
export const REQUIRE_FLAG = {
  require: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'write nothing and exit with 1 unless there is an update for this CPU: SIGNATURE[,PLATFORMS]; repeatable',
    helpValue: 'CPU',
  }),
};

/** @throws Failure of kind `usage` when a value is no CPU */
export const requiredCpus = (values: readonly string[] | undefined): WantedCpu[] => (values ?? []).map(parseCpu);
