import type { Severity } from './rule.ts';

/** Findings on inputs that could not be read or understood, as opposed to microcode that was understood to be bad. */
const UNREAD = /^(?:(?:input|archive|dat)\/|bundle\/empty$)/;

export const isUnread = ({ rule, severity }: { readonly rule: string; readonly severity: Severity }): boolean =>
  severity === 'error' && UNREAD.test(rule);

/** Notes on what was given and not read: a user who expected it to be read has to know. */
const PASSED_OVER: ReadonlySet<string> = new Set(['input/other-files', 'input/caveats']);

export const isPassedOver = ({ rule }: { readonly rule: string }): boolean => PASSED_OVER.has(rule);
