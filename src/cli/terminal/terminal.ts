/** The terminal, if there is one: its width, and whether it shows progress. */

type Environment = Readonly<Record<string, string | undefined>>;

export interface Stream {
  readonly isTTY?: boolean;
  /** Characters in a line; 0 where the terminal does not know, such as a serial one. */
  readonly columns?: number;
}

/** Whether somebody looks who can be shown a line that changes, and how much of it there is room for is known: progress is for nobody else. */
export const isWatched = <S extends Stream>(stream: S | undefined, environment: Environment): stream is S =>
  stream?.isTTY === true && stream.columns !== 0 && environment['TERM'] !== 'dumb' && environment['CI'] === undefined;

/** Characters in a line: what COLUMNS says (POSIX), else what the terminal says. Undefined for files and pipes, whatever COLUMNS says. */
export function terminalWidth(stream: Stream | undefined, environment: Environment): number | undefined {
  if (stream?.isTTY !== true) return undefined;
  const asked = environment['COLUMNS'] ?? '';
  if (/^[1-9]\d{0,4}$/.test(asked)) return Number(asked);
  // A terminal that does not know its size says 0.
  return stream.columns || undefined;
}

/** Whether colours may be used (no-color.org): NO_COLOR counts when it is set and not empty. */
export const coloursAllowed = (environment: Environment): boolean => (environment['NO_COLOR'] ?? '') === '';
