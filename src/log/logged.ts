import type { MessageKind, Speaker } from './messages/message.ts';

/** What a log says about one CPU. Revisions are numbers; null is unknown. */
export interface LoggedCpu {
  readonly from: Speaker;
  readonly cpu: number;
  readonly outcome: 'updated' | 'failed' | 'unchanged';
  readonly before: number | null;
  readonly after: number | null;
  /** Revision that was offered and refused. */
  readonly refused: number | null;
  /** As printed. */
  readonly date: string | null;
}

/** A message and how often it stands in the log. */
export interface LoggedMessage {
  readonly id: string;
  readonly from: Speaker;
  readonly kind: MessageKind;
  readonly meaning: string;
  readonly advice: string | null;
  readonly releases: string | null;
  /** Who prints it; null when the line is not known. */
  readonly source: string | null;
  /** The first line that has it, without its time stamp. */
  readonly text: string;
  /** Number of that line, from 1. */
  readonly line: number;
  readonly count: number;
}
