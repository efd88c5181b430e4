import { Flags } from '@oclif/core';
import { type Collected, collectUpdates } from '../../bundle/collect.ts';
import { collectUnbroken } from '../../bundle/verify/left-out.ts';
import type { OpenOptions } from '../../inputs/open.ts';
import { readInputs } from '../terminal/reading.ts';

/** `--skip-broken` of the commands that write what was read. */
export const SKIP_BROKEN_FLAG = {
  'skip-broken': Flags.boolean({
    summary:
      'leave broken files out, each with a warning that names it and the CPUs that lose by it; default: write nothing',
  }),
};

/** Everything in the paths, or all but the files that are broken. */
export const collectFor = (
  paths: readonly string[],
  options: OpenOptions,
  flags: { readonly 'skip-broken': boolean },
): Promise<Collected> => {
  const opened = readInputs(paths, options);
  return flags['skip-broken'] ? collectUnbroken(opened, paths) : collectUpdates(opened);
};
