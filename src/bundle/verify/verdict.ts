/** The verdict on findings: severities of the policy, rules left out, suppressions with a date. */
import type { Severity } from '../../findings/rule.ts';
import { type Finding, finding, isUnread } from '../../findings/finding.ts';
import { matchesRule } from '../../findings/rule-pattern.ts';
import { fileOrigin } from '../../inputs/origin.ts';
import { type Located, locatedIn } from '../collect.ts';
import { fileKey } from '../origin-parts.ts';
import type { PlacedPolicy, Policy, Suppression } from '../../schemas/policy-file.ts';

/** Which rules a run is about. Each is named by its id (`intel/checksum`) or by its topic (`intel`, `intel/*`). */
export interface RuleChoice {
  /** Empty: all. */
  readonly only: readonly string[];
  /** Left out, also of `only`. */
  readonly skip: readonly string[];
}

export interface Suppressed extends Located {
  readonly suppression: Suppression;
}

/** The result of `verify`. A collection passes when no finding reaches the severity that the caller chose. */
export interface VerifyVerdict {
  /** The findings that count, with the severities of the policy. */
  readonly findings: readonly Located[];
  /** What a suppression of the policy that has not run out covers, each with that suppression. */
  readonly suppressed: readonly Suppressed[];
}

const RANK: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 };

/** Whether the severity is at least that of `limit`. */
export const reaches = (severity: Severity, limit: Severity): boolean => RANK[severity] >= RANK[limit];

/** @param today `YYYY-MM-DD`, against which suppressions run out */
export function applyPolicy(
  findings: readonly Located[],
  choice: RuleChoice,
  placed: PlacedPolicy | undefined,
  today: string,
): VerifyVerdict {
  const policy = placed?.policy;
  const weighed = findings.flatMap((found) => withSeverity(found, choice, policy));
  const suppressions = policy?.suppress ?? [];
  const isOver = ({ until }: Suppression): boolean => until < today;
  const used = new Set<Suppression>();
  const kept: Located[] = [];
  const suppressed: Suppressed[] = [];
  for (const found of weighed) {
    const suppression = suppressions.find((one) => !isOver(one) && suppresses(one, found));
    if (suppression === undefined) {
      kept.push(found);
    } else {
      used.add(suppression);
      suppressed.push({ ...found, suppression });
    }
  }
  const aboutSuppressions = suppressions.flatMap((suppression, index) => {
    if (placed === undefined || used.has(suppression)) return [];
    const { line, offset } = placed.place(['suppress', index]);
    const { rule, reason, until } = suppression;
    const about: Finding = isOver(suppression)
      ? finding('policy/suppression-expired', { offset }, { rule, line, reason, found: until })
      : finding('policy/suppression-unused', { offset }, { rule, line });
    return locatedIn(fileOrigin(placed.path), [about]).flatMap((found) => withSeverity(found, choice, policy));
  });
  return { findings: [...kept, ...aboutSuppressions], suppressed };
}

/** The finding with the severity that counts, or nothing when its rule is left out. */
function withSeverity(found: Located, { only, skip }: RuleChoice, policy: Policy | undefined): Located[] {
  const { rule } = found.finding;
  const isNamed = (pattern: string): boolean => matchesRule(pattern, rule);
  // A run about one rule has still to say that it looked at nothing.
  const isAsked = only.length === 0 || only.some(isNamed) || isUnread(found.finding) || rule === 'bundle/none-selected';
  if (!isAsked || skip.some(isNamed)) return [];
  const [, severity = found.finding.severity] =
    Object.entries(policy?.severities ?? {}).findLast(([pattern]) => isNamed(pattern)) ?? [];
  return severity === 'off' ? [] : [{ ...found, finding: { ...found.finding, severity } }];
}

function suppresses({ rule, path }: Suppression, { origin, finding }: Located): boolean {
  if (!matchesRule(rule, finding.rule)) return false;
  return path === undefined || isLike(path, fileKey(origin));
}

/** `*` stands for any characters; a pattern without a slash at its start also fits the end of a path. */
function isLike(pattern: string, path: string): boolean {
  const body = pattern
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`(?:^|/)${body}$`).test(path);
}
