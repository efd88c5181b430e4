import type { RuleId } from './catalogue.ts';
import { type Finding, finding } from './finding.ts';

/** Findings of one rule that are kept from one input; hostile input could otherwise make millions. */
const KEPT_PER_RULE = 16;

export interface FindingCollector {
  add(found: Finding): void;
  /** In the order they were added; rules that were cut short end with a note that says how many were left out. */
  all(): readonly Finding[];
}

/** Gathers findings in bounded memory. */
export function collectFindings(): FindingCollector {
  const kept: Finding[] = [];
  const seen = new Map<RuleId, { count: number; last: number }>();
  return {
    add(found) {
      const { count } = seen.get(found.rule) ?? { count: 0 };
      seen.set(found.rule, { count: count + 1, last: found.offset });
      if (count < KEPT_PER_RULE) kept.push(found);
    },
    all() {
      const cut = [...seen].filter(([, { count }]) => count > KEPT_PER_RULE);
      return [
        ...kept,
        ...cut.map(([rule, { count, last }]) =>
          finding('input/more-findings', { offset: last }, { rule, count: count - KEPT_PER_RULE }),
        ),
      ];
    },
  };
}
