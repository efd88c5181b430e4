/** Findings on standard error, and the exit code that follows from them. */
import type { Located } from '../../bundle/collect.ts';
import { type RuleId, RULES } from '../../findings/catalogue.ts';
import { Failure } from '../../findings/failure.ts';
import { isPassedOver } from '../../findings/finding.ts';
import type { Severity } from '../../findings/rule.ts';
import { findingLine } from '../../report/update-row.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

interface WithSeverity {
  readonly finding: { readonly rule: string; readonly severity: Severity };
}

/** Errors and warnings; notes with `verbose` only. */
export const findingsToPrint = <F extends WithSeverity>(findings: readonly F[], verbose: boolean): F[] =>
  findings.filter(({ finding }) => verbose || finding.severity !== 'note' || isPassedOver(finding));

/** 3 when an input could not be read or understood in full, 1 when it could and nothing in it is selected. */
export function inputExit(findings: readonly WithSeverity[]): ExitCode {
  const errors = findings.filter(({ finding }) => finding.severity === 'error');
  if (errors.length === 0) return EXIT.fine;
  return errors.every(({ finding }) => NOT_MATCHED.has(finding.rule)) ? EXIT.found : EXIT.input;
}

/** The input was read; what was asked of it is not in there. */
const NOT_MATCHED: ReadonlySet<string> = new Set<RuleId>(['bundle/none-selected', 'extract/no-member']);

/** Why an output was not made, with the findings against it. The advice is that of the first finding's rule. */
export function refusal(message: string, because: readonly (Located | string)[]): Failure {
  const located = because.find((one) => typeof one !== 'string');
  const unmatched =
    because.length > 0 && because.every((one) => typeof one !== 'string' && NOT_MATCHED.has(one.finding.rule));
  return new Failure({
    kind: unmatched ? 'unmatched' : 'input',
    code: 'output/refused',
    message,
    because: because.map((one) => (typeof one === 'string' ? one : findingLine(one))),
    advice:
      located === undefined
        ? 'Change what these lines name, and run the command again.'
        : RULES[located.finding.rule].advice,
  });
}
