/** Where the message of a line may begin: lines come with time stamps, hosts, `kernel:`, `(XEN)`, `<6>`, or inside JSON. */

/** Places of a line that are tried. */
const START_LIMIT = 16;

/** `journalctl -o json` and `dmesg --json`. */
const JSON_MESSAGE = /"(?:MESSAGE|msg)" ?: ?"/;

/** Offsets at which a message may begin, first the whole line, then behind each `]`, `)`, `>` and `:` that blanks or nothing follow. */
export function messageStarts(line: string): number[] {
  if (line.startsWith('{')) {
    const inside = JSON_MESSAGE.exec(line);
    return inside === null ? [] : [inside.index + inside[0].length];
  }
  const starts = [skipBlanks(line, 0)];
  for (let i = 0; i < line.length && starts.length < START_LIMIT; i++) {
    const next = line[i + 1];
    const ends =
      (line[i] === ':' && next === ' ') || ((line[i] === ']' || line[i] === ')' || line[i] === '>') && next !== ':');
    if (ends) starts.push(skipBlanks(line, i + 1));
  }
  return starts;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at++;
  return at;
}

/** The message that begins at `at`, to the end of the line or of its JSON string. */
export function textFrom(line: string, at: number): string {
  const text = line.slice(at);
  if (!line.startsWith('{')) return text.trimEnd();
  return text.slice(0, /(?<!\\)"/.exec(text)?.index).replaceAll('\\"', '"');
}
