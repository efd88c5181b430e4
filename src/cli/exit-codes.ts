import { isUnread } from '../findings/finding.ts';
import type { VerifyReport } from '../report/verify/verify.ts';

/** What a script can rely on. */
export const EXIT = {
  fine: 0,
  found: 1,
  usage: 2,
  input: 3,
  output: 4,
  unfinished: 5,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code says, for the manual pages. */
export const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  fine: 'fine',
  found: 'the check found something: findings at or above the limit, a violated property, a difference',
  usage: 'wrong usage, a bad policy or a bad scenario',
  input: 'an input could not be read or understood',
  output: 'an output could not be written',
  unfinished: 'a search stopped before it was complete',
  bug: 'a mistake in ucodekit',
  interrupted: 'interrupted',
};

/** 3 when an input could not be read or understood, else 1 when a finding reaches the limit. */
export function verifyExitCode({ passed, findings }: VerifyReport): ExitCode {
  if (findings.some(isUnread)) return EXIT.input;
  return passed ? EXIT.fine : EXIT.found;
}
