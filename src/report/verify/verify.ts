/** `verify`: the document that every format is rendered from. */
import type { VerifyVerdict } from '../../bundle/verify/verdict.ts';
import { reaches } from '../../bundle/verify/verdict.ts';
import type { Severity } from '../../findings/rule.ts';
import { type FindingRow, findingRow } from '../update-row.ts';

export interface SuppressedRow extends FindingRow {
  readonly reason: string;
  /** Last day, `YYYY-MM-DD`. */
  readonly until: string;
}

export interface VerifyReport {
  readonly schema: 'ucodekit/verify@1';
  /** No finding reaches `failOn`. */
  readonly passed: boolean;
  readonly failOn: Severity;
  /** Updates that were read. */
  readonly updates: number;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly findings: readonly FindingRow[];
  readonly suppressed: readonly SuppressedRow[];
}

export function verifyReport(verdict: VerifyVerdict, updates: number, failOn: Severity): VerifyReport {
  const findings = verdict.findings.map(findingRow);
  const count = (severity: Severity): number => findings.filter((row) => row.severity === severity).length;
  return {
    schema: 'ucodekit/verify@1',
    passed: !findings.some(({ severity }) => reaches(severity, failOn)),
    failOn,
    updates,
    counts: { error: count('error'), warning: count('warning'), note: count('note') },
    findings,
    suppressed: verdict.suppressed.map((found) => ({
      ...findingRow(found),
      reason: found.suppression.reason,
      until: found.suppression.until,
    })),
  };
}
