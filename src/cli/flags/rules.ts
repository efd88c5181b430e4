/** Flags of `verify` and `xen check`: which rules, which severity fails, as of which day. */
import { Flags } from '@oclif/core';
import { isCalendarDate } from '../../bytes/bcd-date.ts';
import { Failure } from '../../findings/failure.ts';
import { isRulePattern, nearestRules } from '../../findings/rule-pattern.ts';

const ruleFlag = (summary: string) =>
  Flags.string({ multiple: true, multipleNonGreedy: true, summary, helpValue: 'RULE', helpGroup: 'RULES' });

export const RULE_FLAGS = {
  only: ruleFlag('only this rule or topic (bundle/superseded, bundle); repeatable'),
  skip: ruleFlag('leave this rule or topic out; repeatable'),
  'fail-on': Flags.option({
    options: ['error', 'warning', 'note'] as const,
    summary: 'least severity that fails; error unless the policy says otherwise',
    helpGroup: 'RULES',
  })(),
};

/** @throws Failure when one of the names means no rule */
export function knownRules(patterns: readonly string[] | undefined): readonly string[] {
  for (const pattern of patterns ?? []) {
    if (isRulePattern(pattern)) continue;
    const advice = `Nearest are ${nearestRules(pattern).join(', ')}; docs/rules.md lists all.`;
    const message = `there is no rule "${pattern}"`;
    throw new Failure({ kind: 'usage', code: 'usage/unknown-rule', message, advice });
  }
  return patterns ?? [];
}

/**
 * The day against which suppressions run out: as given, else by the clock in UTC.
 * @throws Failure when `text` is no day
 */
export function dayOf(text: string | undefined, now: Date = new Date()): string {
  if (text === undefined) return now.toISOString().slice(0, 10);
  if (isCalendarDate(text)) return text;
  const advice = 'Write YYYY-MM-DD.';
  const where = `--today ${text}`;
  throw new Failure({ kind: 'usage', code: 'usage/date', where, message: 'is not a calendar date', advice });
}
