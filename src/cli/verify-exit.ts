import { isUnread } from '../findings/unread.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** 3 when an input could not be read or understood, else 1 when a finding reaches the limit. */
export function verifyExit({ passed, findings }: VerifyReport): ExitCode {
  if (findings.some(isUnread)) return EXIT.input;
  return passed ? EXIT.fine : EXIT.found;
}
