/** One line on standard error that says how a long search goes on. */

export interface SearchProgress {
  readonly states: number;
  /** Discovered but not yet expanded. */
  readonly waiting: number;
  readonly depth: number;
  readonly bytes: number;
}

/** Milliseconds before the first line, and between lines. */
const FIRST = 500;
const BETWEEN = 200;

const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

/** A callback for a search that began at `started`; it writes only to a terminal. `done` clears the line. */
export function searchProgress(
  now: () => number,
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
): { readonly report: (progress: SearchProgress) => void; readonly done: () => void } {
  const started = now();
  let last = started + FIRST - BETWEEN;
  let shown = false;
  return {
    report({ states, waiting, depth, bytes }) {
      const time = now();
      if (stream.isTTY !== true || time - last < BETWEEN) return;
      last = time;
      shown = true;
      const rate = states / Math.max(1, time - started) / 1000;
      const memory = `${(bytes / 2 ** 20).toFixed(0)} MiB`;
      stream.write(
        `\r\u001b[K${millions(states)} states, ${rate.toFixed(2)} M/s, ${millions(waiting)} waiting, depth ${depth}, ${memory}`,
      );
    },
    done() {
      if (shown) stream.write('\r\u001b[K');
    },
  };
}
