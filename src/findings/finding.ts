import { type RuleId, RULES } from './catalogue.ts';
import type { Severity } from './rule.ts';

/** One observation about some bytes. `offset` counts from the start of the bytes that were given to the parser. */
export interface Finding {
  readonly rule: RuleId;
  /** `error`, `warning` or `note`: the rule's own, unless a policy says otherwise. */
  readonly severity: Severity;
  /** One sentence without a full stop. */
  readonly message: string;
  /** Byte offset. */
  readonly offset: number;
  /** The field of a record (docs/formats.md) that it is about. */
  readonly field?: string;
  /** What should stand there, as text. */
  readonly expected?: string;
  /** What does, as text. */
  readonly found?: string;
}

type Slots<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;

/** The values that a rule's sentence needs. */
export type FindingData<Id extends RuleId> = Readonly<Record<Slots<(typeof RULES)[Id]['says']>, string | number>>;

export interface Coordinates {
  /** Byte offset from the start of the bytes given to the parser. */
  readonly offset: number;
  readonly field?: string;
}

const fill = (sentence: string, data: Readonly<Record<string, string | number>>): string =>
  sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? '?'));

/** Makes a finding of rule `id`. Values named `expected` and `found` also become fields of the finding. */
export function finding<Id extends RuleId>(id: Id, at: Coordinates, data: FindingData<Id>): Finding {
  const rule = RULES[id];
  const values: Readonly<Record<string, string | number>> = data;
  return {
    rule: id,
    severity: rule.severity,
    message: fill(rule.says, values),
    offset: at.offset,
    ...(at.field === undefined ? {} : { field: at.field }),
    ...(values['expected'] === undefined ? {} : { expected: String(values['expected']) }),
    ...(values['found'] === undefined ? {} : { found: String(values['found']) }),
  };
}

/** A field of a declared layout that breaks its constraint; the layout names the rule beside the field. */
export interface LayoutViolation {
  readonly rule: string;
  readonly field: string;
  readonly offset: number;
  readonly expected: string;
  readonly found: string;
}

const isRuleId = (id: string): id is RuleId => Object.hasOwn(RULES, id);

/**
 * Turns a layout's violations into findings; `base` is the record's byte offset.
 * @throws RangeError when a layout names a rule that the catalogue lacks: a mistake in the declaration.
 */
export function layoutFindings(violations: readonly LayoutViolation[], base: number): Finding[] {
  return violations.map(({ rule, field, offset, expected, found }) => {
    if (!isRuleId(rule)) throw new RangeError(`layout names an unknown rule: ${rule}`);
    const data: Readonly<Record<string, string>> = { field, expected, found };
    return {
      rule,
      severity: RULES[rule].severity,
      message: fill(RULES[rule].says, data),
      offset: base + offset,
      field,
      expected,
      found,
    };
  });
}

/** The same finding seen from an enclosing blob in which the parsed bytes start at `by`. */
export const shifted = (found: Finding, by: number): Finding => ({ ...found, offset: found.offset + by });

/** Findings on inputs that could not be read or understood, as opposed to microcode that was understood to be bad. */
const UNREAD = /^(?:(?:input|archive|dat)\/|bundle\/empty$)/;

export const isUnread = ({ rule, severity }: { readonly rule: string; readonly severity: Severity }): boolean =>
  severity === 'error' && UNREAD.test(rule);

/** Notes on what was given and not read: a user who expected it to be read has to know. */
const PASSED_OVER: ReadonlySet<string> = new Set(['input/other-files', 'input/caveats']);

export const isPassedOver = ({ rule }: { readonly rule: string }): boolean => PASSED_OVER.has(rule);
