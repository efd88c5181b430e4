import type { Severity } from './rule.ts';

/** Findings on inputs that could not be read or understood, as opposed to microcode that was understood to be bad. */
const UNREAD = /^(?:(?:input|archive|dat)\/|bundle\/empty$)/;

export const isUnread = ({ rule, severity }: { readonly rule: string; readonly severity: Severity }): boolean =>
  severity === 'error' && UNREAD.test(rule);
