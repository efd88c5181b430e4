/** Why a command cannot go on, as a typed value: what, where and what to do about it. Findings about bytes are not failures. */
export type FailureKind = 'usage' | 'input' | 'output' | 'interrupted';

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

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly details: FailureDetails;

  constructor(details: FailureDetails) {
    super(details.where === undefined ? details.message : `${details.where}: ${details.message}`);
    this.details = details;
  }
}
