/** Rules as users name them: `bundle/superseded`, or a whole topic as `bundle` or `bundle/*`. */
import { RULES } from './catalogue.ts';

const IDS = Object.keys(RULES);

export const matchesRule = (pattern: string, id: string): boolean =>
  pattern === id || id.startsWith(`${pattern.replace(/\/\*$/, '')}/`);

/** Whether the pattern means any rule at all. */
export const isRulePattern = (pattern: string): boolean => IDS.some((id) => matchesRule(pattern, id));

/** Characters that would have to be put in, taken out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The rules whose ids are spelled most like `text`, nearest first. */
export const nearestRules = (text: string, count = 3): string[] =>
  IDS.map((id) => ({ id, far: distance(text.slice(0, 80), id) }))
    .sort((a, b) => a.far - b.far || (a.id < b.id ? -1 : 1))
    .slice(0, count)
    .map(({ id }) => id);
