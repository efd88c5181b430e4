/** What is known of the terminal, if there is one. */

type Environment = Readonly<Record<string, string | undefined>>;

/** Characters in a line: what COLUMNS says (POSIX), else what the terminal says. Undefined for files and pipes, whatever COLUMNS says. */
export function terminalWidth(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Environment,
): number | undefined {
  if (stream.isTTY !== true) return undefined;
  const asked = environment['COLUMNS'] ?? '';
  if (/^[1-9]\d{0,4}$/.test(asked)) return Number(asked);
  // A terminal that does not know its size says 0.
  return stream.columns || undefined;
}

/** Whether colours may be used (no-color.org): NO_COLOR counts when it is set and not empty. */
export const coloursAllowed = (environment: Environment): boolean => (environment['NO_COLOR'] ?? '') === '';
