/** One line on standard error that says how work goes on that does not let the event loop turn, so that no spinner could move. */
import { watchedTerminal } from './streams.ts';
import type { Stream } from './terminal.ts';

/** Milliseconds before the first line, and between lines. */
const FIRST = 500;
const BETWEEN = 200;

const CLEAR = '\r\u001b[K';

export interface StatusLine {
  /** Shows what `text` makes, given the milliseconds since the beginning, when it is time for another line. */
  readonly show: (text: (elapsed: number) => string) => void;
  /** Clears the line. */
  readonly done: () => void;
}

const SILENT: StatusLine = { show: () => undefined, done: () => undefined };

/** For work that begins now; it writes only to a terminal. */
export function statusLine(
  now: () => number = Date.now,
  stream: (Stream & { write(text: string): unknown }) | undefined = watchedTerminal(),
): StatusLine {
  if (stream?.isTTY !== true) return SILENT;
  const started = now();
  let last = started + FIRST - BETWEEN;
  let shown = false;
  return {
    show(text) {
      const time = now();
      if (time - last < BETWEEN) return;
      last = time;
      shown = true;
      stream.write(`${CLEAR}${text(time - started)}`);
    },
    done() {
      if (shown) stream.write(CLEAR);
    },
  };
}
