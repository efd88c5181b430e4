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

/** Why an output was not made, with the findings that stand against it; what to do is what the rule of the first one says. */
export function refusal(message: string, because: readonly (Located | string)[]): Failure {
  const located = because.find((one) => typeof one !== 'string');
  return new Failure({
    kind: 'input',
    code: 'output/refused',
    message,
    because: because.map((one) => (typeof one === 'string' ? one : findingLine(one))),
    advice:
      located === undefined
        ? 'Change what these lines name, and run the command again.'
        : RULES[located.finding.rule].advice,
  });
}
