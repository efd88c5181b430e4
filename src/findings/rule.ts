/** What a rule is. The catalogue (catalogue.ts) is the one source of ids, severities, wording, advice and documentation. */

export type Severity = 'error' | 'warning' | 'note';

/** Who acts on the bytes a rule speaks of. */
export type Consumer = 'linux-early' | 'linux-unpack' | 'linux-late' | 'xen' | 'cpu' | 'tools';

export interface Rule {
  readonly severity: Severity;
  /** Short name for tables and SARIF. */
  readonly title: string;
  /** One sentence; `{name}` stands for a value that the finding supplies. */
  readonly says: string;
  /** What the user can do about it. */
  readonly advice: string;
  /** What each consumer does with such bytes; one that is not named does not look. */
  readonly consumers: Readonly<Partial<Record<Consumer, string>>>;
  /** Manual section, commit or measurement that the rule rests on. */
  readonly source: string;
}

/** Keeps the literal types of the sentences (their `{names}` are checked where findings are made) while checking the shape. */
export const defineRules = <const R extends Readonly<Record<string, Rule>>>(rules: R): R => rules;
