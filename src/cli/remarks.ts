/** Which findings a command prints on standard error, and what they do to its exit code. */
import type { Located } from '../bundle/collect.ts';
import { RULES } from '../findings/catalogue.ts';
import { Failure } from '../findings/failure.ts';
import type { Severity } from '../findings/rule.ts';
import { findingLine } from '../report/update-row.ts';
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

/** The same where findings alone stand against it: what to do is what the rule of the first one says. */
export const refusalFor = (message: string, because: readonly Located[]): Failure =>
  new Failure({
    kind: 'input',
    code: 'output/refused',
    message,
    because: because.map(findingLine),
    advice: because[0] === undefined ? '' : RULES[because[0].finding.rule].advice,
  });
