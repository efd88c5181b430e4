/** The page of all rules, made from the catalogue. */
import { RULES } from '../../findings/catalogue.ts';
import type { Consumer, Rule } from '../../findings/rule.ts';

export const CONSUMER_NAMES: Readonly<Record<Consumer, string>> = {
  'linux-early': 'Linux, early',
  'linux-unpack': 'Linux, unpacking',
  'linux-late': 'Linux, late',
  xen: 'Xen',
  cpu: 'the CPU',
  tools: 'other tools',
};

/** What each consumer does, a line each: `Linux, early: loads nothing from the file`. */
export const consumerLines = ({ consumers }: Rule): string[] =>
  Object.entries(consumers).map(([id, says]) => `${CONSUMER_NAMES[id as Consumer]}: ${says}`);

/** The anchor of a rule in the page, as Markdown renderers make it from the heading. */
export const ruleAnchor = (id: string): string => id.replaceAll('/', '');

const topicOf = (id: string): string => id.slice(0, id.indexOf('/'));

/** The page, in Markdown. */
export function rulesDocument(): string {
  const rules: readonly (readonly [string, Rule])[] = Object.entries(RULES);
  const topics = [...new Set(rules.map(([id]) => topicOf(id)))].sort();
  const parts = [
    '# Rules',
    'Made from `src/findings/rules/` by `npm run generate`; a test compares the two. A rule that no loader acts on says nothing about loaders.',
  ];
  for (const topic of topics) {
    const own = rules.filter(([id]) => topicOf(id) === topic).sort(([a], [b]) => (a < b ? -1 : 1));
    parts.push(`## ${topic}`, ...own.map(ruleText));
  }
  return `${parts.join('\n\n')}\n`;
}

function ruleText([id, rule]: readonly [string, Rule]): string {
  const consumers = consumerLines(rule);
  return [
    `### ${id}`,
    `**${rule.severity}**: ${rule.title}.`,
    `> ${rule.says.replaceAll(/\{(\w+)\}/g, '*$1*')}`,
    rule.advice,
    ...(consumers.length === 0 ? [] : [consumers.map((line) => `- ${line}`).join('\n')]),
    `Source: ${rule.source}.`,
  ].join('\n\n');
}
