/** Which findings a command prints on standard error, and what they do to its exit code. */
import { Failure } from '../findings/failure.ts';
import type { Severity } from '../findings/rule.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

interface Weighed {
  readonly finding: { readonly severity: Severity };
}

/** Errors and warnings always, notes only when asked for. */
export const worthSaying = <F extends Weighed>(findings: readonly F[], verbose: boolean): F[] =>
  findings.filter(({ finding }) => verbose || finding.severity !== 'note');

/** 3 when an input could not be read or understood in full. */
export const inputExit = (findings: readonly Weighed[]): ExitCode =>
  findings.some(({ finding }) => finding.severity === 'error') ? EXIT.input : EXIT.fine;

/** Why an output was not made, with the findings that stand against it. */
export const refusal = (message: string, because: readonly string[]): Failure =>
  new Failure({
    kind: 'input',
    code: 'output/refused',
    message,
    because,
    advice: 'Leave the named files out or replace them by sound ones, and run the command again.',
  });
