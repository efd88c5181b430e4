/** What a script can rely on. */
export const EXIT = {
  fine: 0,
  /** The check found something: findings at or above the limit, a violated property, a difference. */
  found: 1,
  /** Wrong usage, bad policy, bad scenario. */
  usage: 2,
  /** An input could not be read or understood. */
  input: 3,
  /** An output could not be written. */
  output: 4,
  /** A search stopped before it was complete. */
  unfinished: 5,
  /** A mistake in this program. */
  bug: 70,
  /** Ended by SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
