import type { Severity } from './rule.ts';

const ORDER: readonly Severity[] = ['note', 'warning', 'error'];

/** Whether `severity` is at least `limit`. */
export const reaches = (severity: Severity, limit: Severity): boolean =>
  ORDER.indexOf(severity) >= ORDER.indexOf(limit);
