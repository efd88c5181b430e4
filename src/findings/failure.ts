/**
 * Why something cannot go on. `unmatched`: nothing of what was read is selected. `usage`: what was asked for is wrong. `input`: something
 * given cannot be read. `output`: something cannot be written. `interrupted`: by a signal. The program exits with 1, 2, 3, 4 and 130.
 */
export type FailureKind = 'unmatched' | 'usage' | 'input' | 'output' | 'interrupted';

/** What is wrong, where, and what to do about it. */
export interface FailureDetails {
  readonly kind: FailureKind;
  /** Stable identifier, `topic/name`. */
  readonly code: string;
  /** What went wrong, one sentence without a full stop. */
  readonly message: string;
  /** Path, option or member that it is about. */
  readonly where?: string;
  /** The findings that led here, a line each. */
  readonly because?: readonly string[];
  /** What the user can do. */
  readonly advice: string;
}

/**
 * The one exception that is meant for users: a command, or a function that says so, cannot go on. Its `message` is that of the details, behind
 * `where` and a colon if there is one. What is wrong with bytes is a `Finding` and never thrown.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly details: FailureDetails;

  constructor(details: FailureDetails) {
    super(details.where === undefined ? details.message : `${details.where}: ${details.message}`);
    this.details = details;
  }
}
