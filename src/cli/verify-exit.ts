import type { FindingRow } from '../report/update-row.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Topics of findings on inputs that could not be read or understood, as opposed to microcode that was understood to be bad. */
const UNREAD = /^(?:input|archive|dat)\//;

const isUnread = ({ rule, severity }: FindingRow): boolean => severity === 'error' && UNREAD.test(rule);

/** 3 when an input could not be read or understood, else 1 when a finding reaches the limit. */
export function verifyExit({ passed, findings }: VerifyReport): ExitCode {
  if (findings.some(isUnread)) return EXIT.input;
  return passed ? EXIT.fine : EXIT.found;
}
