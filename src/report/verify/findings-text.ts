/** Findings for a terminal: what is wrong, what each loader does, what to do. */
import { plural } from '../printable.ts';
import { type RuleId, RULES } from '../../findings/catalogue.ts';
import { isPassedOver } from '../../findings/finding.ts';
import type { Rule } from '../../findings/rule.ts';
import { formatOrigin } from '../../inputs/origin.ts';
import { consumerLines } from './rules-document.ts';
import type { FindingRow } from '../update-row.ts';
import type { VerifyReport } from './verify.ts';

/** The rule that a row is of; rows come from findings, whose rules the catalogue has. */
export const ruleOf = ({ rule }: FindingRow): Rule => RULES[rule as RuleId];

/** Errors and warnings with advice; notes only when they count or when asked for. */
export function renderFindings(report: VerifyReport, verbose: boolean): string {
  const inFull = report.findings.filter(({ severity }) => verbose || severity !== 'note' || report.failOn === 'note');
  const inShort = report.findings.filter((row) => !inFull.includes(row) && isPassedOver(row));
  const { error, warning, note } = report.counts;
  const hidden = report.findings.length - inFull.length - inShort.length;
  const total = [
    plural(report.updates, 'update'),
    plural(error, 'error'),
    plural(warning, 'warning'),
    plural(note, 'note'),
    ...(report.suppressed.length === 0 ? [] : [`${report.suppressed.length} suppressed`]),
  ].join(', ');
  return [
    ...inFull.map((row) => findingText(row, verbose)),
    ...inShort.map((row) => `${line(row)}\n`),
    ...(verbose
      ? report.suppressed.map((row) => `${line(row)}\n    suppressed until ${row.until}: ${row.reason}\n`)
      : []),
    `${total}: ${report.passed ? 'passed' : 'failed'}${hidden > 0 ? ' (-v shows the notes)' : ''}\n`,
  ].join('');
}

const line = ({ origin, severity, message, rule }: FindingRow): string =>
  `${formatOrigin(origin)}: ${severity}: ${message} [${rule}]`;

function findingText(row: FindingRow, verbose: boolean): string {
  const rule = ruleOf(row);
  const more = verbose ? consumerLines(rule) : [];
  return `${[line(row), ...more, rule.advice].join('\n    ')}\n`;
}
