/** Policy files: what one holds once it fits its schema, and how it is read. */
import type { Severity } from '../findings/rule.ts';
import { isRulePattern, nearestRules } from '../findings/rule-pattern.ts';
import { isCalendarDate } from '../bytes/bcd-date.ts';
import { validate } from './generated/policy.ts';
import { POLICY_SCHEMA } from './policy.ts';
import { badDocument, type DocumentKind, type Mistake, type ReadDocument, readDocument } from './read-document.ts';
import type { JsonPath } from './json-text.ts';

/** `06-8f-08` or a signature, `0x000806f8`; platforms as a mask, `0x87`. */
export interface CpuChoice {
  readonly cpu: string;
  readonly platforms?: string;
}

export interface Requirement extends CpuChoice {
  /** Least revision. */
  readonly revision?: string;
  readonly reason?: string;
}

export interface Prohibition extends CpuChoice {
  readonly revision: string;
  readonly reason: string;
}

export interface Suppression {
  /** Rule, or topic. */
  readonly rule: string;
  /** File that the finding is in, `*` for any characters; any file when left out. */
  readonly path?: string;
  readonly reason: string;
  /** Last day, `YYYY-MM-DD`. */
  readonly until: string;
}

export interface Exception extends CpuChoice {
  readonly reason: string;
}

export interface Policy {
  readonly schema: 'ucodekit/policy@1';
  readonly description?: string;
  readonly failOn?: Severity;
  readonly severities?: Readonly<Record<string, Severity | 'off'>>;
  readonly vendors?: readonly ('intel' | 'amd' | 'via')[];
  readonly require?: readonly Requirement[];
  readonly forbid?: readonly Prohibition[];
  /** Bytes of all updates together. */
  readonly maximumSize?: number;
  /** Least verdict on the signature of a Zen patch. */
  readonly signatures?: 'valid' | 'intact';
  /** Whether a licence file must lie beside the updates. */
  readonly licenceFile?: boolean;
  readonly baseline?: { readonly allow: readonly Exception[] };
  readonly suppress?: readonly Suppression[];
}

/** A place in the policy file. */
export interface PolicyPlace {
  /** Counted from 1. */
  readonly line: number;
  /** Byte offset. */
  readonly offset: number;
}

/** A policy and where its parts stand, so that findings can point at the line that demands something. */
export interface PlacedPolicy {
  readonly path: string;
  readonly policy: Policy;
  /** `place(['require', 2])` is where the third requirement starts. */
  readonly place: (path: JsonPath) => PolicyPlace;
}

const KIND: DocumentKind = { name: 'policy', schema: POLICY_SCHEMA, validate };

/**
 * The policy in `text`, the content of the file at `path`.
 * @throws Failure of kind `usage` that lists what is wrong with it
 */
export function readPolicy(text: string, path: string): PlacedPolicy {
  const document = readDocument(text, path, KIND);
  const policy = document.value as Policy;
  const mistakes = [...unknownRules(policy, document), ...badDates(policy, document)];
  if (mistakes.length > 0) throw badDocument(KIND.name, path, mistakes);
  const place = (at: JsonPath): PolicyPlace => {
    const { line, index } = document.placeOf(at);
    return { line, offset: Buffer.byteLength(text.slice(0, index)) };
  };
  return { path, policy, place };
}

const unknownRule = (name: string): string =>
  `there is no rule ${JSON.stringify(name)}; nearest are ${nearestRules(name).join(', ')}`;

function unknownRules({ severities = {}, suppress = [] }: Policy, { placeOf, keyPlace }: ReadDocument): Mistake[] {
  const inSeverities = Object.keys(severities)
    .filter((name) => !isRulePattern(name))
    .map((name) => ({ place: keyPlace(['severities', name]), pointer: '/severities', message: unknownRule(name) }));
  const inSuppress = suppress.flatMap(({ rule }, index) => {
    if (isRulePattern(rule)) return [];
    const place = placeOf(['suppress', index, 'rule']);
    return [{ place, pointer: `/suppress/${index}/rule`, message: unknownRule(rule) }];
  });
  return [...inSeverities, ...inSuppress];
}

const badDates = ({ suppress = [] }: Policy, { placeOf }: ReadDocument): Mistake[] =>
  suppress.flatMap(({ until }, index) => {
    if (isCalendarDate(until)) return [];
    const place = placeOf(['suppress', index, 'until']);
    return [{ place, pointer: `/suppress/${index}/until`, message: `${JSON.stringify(until)} is not a calendar date` }];
  });
