/** What a console line about microcode means: the shape of a row of the tables. */

/**
 * What a line says about the load. `revision`: what runs; `updated`, `failed`: how a load ended; `reason`: why nothing was loaded, or why a
 * load went wrong; `note`: worth knowing; `detail`: belongs to another line, or is for debugging.
 */
export const MESSAGE_KINDS = ['revision', 'updated', 'failed', 'reason', 'note', 'detail', 'unknown'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export type Speaker = 'xen' | 'linux';

/** A row of a table. */
export interface MessageRow {
  readonly kind: MessageKind;
  /** As printed, an example of each spelling. */
  readonly lines: readonly string[];
  /**
   * Named groups: `cpu`; the revisions `old`, `new` (offered, where the line tells of a refusal) and `now` (running, where the line tells of
   * something else); `date`. It begins where the message begins, behind time stamps and `(XEN)`; no part can match in more than one way, so that
   * a long line costs no more than its length.
   */
  readonly pattern: RegExp;
  /** Why it was printed. */
  readonly meaning: string;
  /** What to do, as whole sentences. */
  readonly advice?: string;
  /** Releases that print it, where not all do. */
  readonly releases?: string;
  /** Function and file, from the root of the sources of who prints it. */
  readonly source: string;
  /** Once for a CPU in a boot: the second time another boot has begun. */
  readonly oncePerBoot?: true;
}

export interface KnownMessage extends MessageRow {
  readonly id: string;
  readonly from: Speaker;
}

/** The rows of a table, by id, in the order in which they are tried: the first that fits a line counts. */
export const messagesFrom = (from: Speaker, rows: Readonly<Record<string, MessageRow>>): readonly KnownMessage[] =>
  Object.entries(rows).map(([id, row]) => ({ id, from, ...row }));

/** `%#x` and `0x%x` of C. */
const REVISION = '(?:0x[0-9a-f]{1,8}|0)';

/**
 * A pattern in which `{old}`, `{new}` and `{now}` stand for revisions, `{hex}` for any number with 0x, `{n}` for a decimal one, `{cpu}` for a
 * CPU's number and `{date}` for a date.
 */
export const line = (text: string): RegExp =>
  new RegExp(
    text
      .replaceAll(/\{(old|new|now)\}/g, `(?<$1>${REVISION})`)
      .replaceAll('{hex}', REVISION)
      .replaceAll('{n}', String.raw`-?\d{1,10}`)
      .replaceAll('{cpu}', String.raw`(?<cpu>\d{1,5})`)
      .replaceAll('{date}', '(?<date>[0-9a-f]{4}-[0-9a-f]{2}-[0-9a-f]{2})'),
    'y',
  );
