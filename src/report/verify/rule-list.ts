/** What `verify --list-rules` and `verify --explain` print: rules without any input. */
import { RULES } from '../../findings/catalogue.ts';
import type { Rule, Severity } from '../../findings/rule.ts';
import { consumerLines } from './rules-document.ts';
import { renderTable, type Width } from '../table.ts';

export interface RuleRow {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** The message, with names in braces where a finding has figures. */
  readonly says: string;
  readonly advice: string;
  /** What each loader does about it. */
  readonly consumers: readonly string[];
  readonly source: string;
}

export interface RuleList {
  readonly schema: 'ucodekit/rules@1';
  readonly rules: readonly RuleRow[];
}

const row = ([id, rule]: readonly [string, Rule]): RuleRow => ({
  id,
  severity: rule.severity,
  title: rule.title,
  says: rule.says,
  advice: rule.advice,
  consumers: consumerLines(rule),
  source: rule.source,
});

/** The rules that the patterns mean, a rule or a topic each; all of them without any pattern. */
export const ruleList = (means: (id: string) => boolean): RuleList => ({
  schema: 'ucodekit/rules@1',
  rules: Object.entries(RULES)
    .filter(([id]) => means(id))
    .map(row),
});

export const renderRuleTable = ({ rules }: RuleList, width?: Width): string =>
  renderTable(
    [
      { title: 'RULE', value: ({ id }) => id },
      { title: 'SEVERITY', value: ({ severity }) => severity },
      { title: 'ABOUT', value: ({ title }) => title },
    ],
    rules,
    'table',
    width,
  );

export const renderRules = ({ rules }: RuleList): string => rules.map(ruleText).join('\n');

const ruleText = ({ id, severity, title, says, advice, consumers, source }: RuleRow): string =>
  [
    `${id}: ${severity}: ${title}`,
    ...[says, ...consumers, advice, `Source: ${source}.`].map((line) => `    ${line}`),
    '',
  ].join('\n');
