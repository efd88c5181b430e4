/** Rules may import nothing, so the releases that they name are held here against the table that the models use. */
import { describe, expect, test } from 'vitest';
import { RULES, type RuleId } from '../../src/findings/catalogue.ts';
import type { Rule } from '../../src/findings/rule.ts';
import type { LinuxTrait } from '../../src/loaders/linux/traits.ts';
import { saysLinuxSince } from '../../src/loaders/linux/versions.ts';

/** Everything that a rule says about consumers and what to do. */
const textOf = (id: RuleId): string => {
  const { advice, consumers }: Rule = RULES[id];
  return [advice, ...Object.values(consumers)].join('\n');
};

const DATED: readonly (readonly [RuleId, LinuxTrait])[] = [['amd/equivalence-identity', 'matchesByLevel']];

describe('releases of Linux in the words of rules', () => {
  test.each(DATED)('%s: %s', (id, trait) => {
    expect(textOf(id)).toContain(`since ${saysLinuxSince(trait)}`);
  });

  // "since 6.12" or "since 6.19, 6.18.4, ...": every such list is the one of a trait.
  const known = new Set(
    (['passesOverOtherSide', 'matchesByLevel', 'digestList', 'minimumRevision'] as const).map(saysLinuxSince),
  );
  const lists = (Object.keys(RULES) as RuleId[]).flatMap((id) =>
    [...textOf(id).matchAll(/since (6\.[\d., and]*\d)/g)].map(([, list = '']) => [id, list] as const),
  );
  test('there are some', () => expect(lists.length).toBeGreaterThan(3));
  test.each(lists)('%s: since %s', (_, list) => expect(known).toContain(list));

  test('no rule tells a release by "before 6." or "6.19 and later"', () => {
    const told = (Object.keys(RULES) as RuleId[]).filter((id) =>
      /before 6\.\d|6\.\d+ and later|from 6\.\d+ on/.test(textOf(id)),
    );
    expect(told).toEqual([]);
  });
});
