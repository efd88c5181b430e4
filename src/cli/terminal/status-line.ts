/** A progress line on standard error for work that blocks the event loop, where no spinner can turn. */
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

/** Long work that blocks the event loop, such as a search. */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does the work while signals end the process at once: a handler would only run when the work is over. Nothing may be
 * half written meanwhile.
 */
export function busy<T>(work: () => T): T {
  const handlers = SIGNALS.map((signal) => ({ signal, listeners: process.rawListeners(signal) }));
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  try {
    return work();
  } finally {
    for (const { signal, listeners } of handlers) {
      for (const listener of listeners) process.on(signal, listener as () => void);
    }
  }
}
