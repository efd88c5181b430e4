/** Why no loader found a place to load from. */
import { collectUpdates, type Located } from '../bundle/collect.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { readInputs } from './terminal/reading.ts';
import { inputExit } from './output/remarks.ts';

/** What is wrong with the input at `path`, and 3; or 1 when it does hold microcode, only not where a loader looks for this CPU's. */
export async function nothingLoaded(
  path: string,
): Promise<{ readonly findings: readonly Located[]; readonly exit: ExitCode }> {
  // Standard input has been read.
  if (path === '-') return { findings: [], exit: EXIT.input };
  const { updates, findings } = await collectUpdates(readInputs([path]));
  const exit = updates.length > 0 ? EXIT.fine : inputExit(findings);
  return exit === EXIT.fine ? { findings: [], exit: EXIT.found } : { findings, exit };
}
