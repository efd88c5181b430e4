import type { Severity } from './rule.ts';

/** Topics of findings on inputs that could not be read or understood, as opposed to microcode that was understood to be bad. */
const UNREAD = /^(?:input|archive|dat)\//;

export const isUnread = ({ rule, severity }: { readonly rule: string; readonly severity: Severity }): boolean =>
  severity === 'error' && UNREAD.test(rule);
