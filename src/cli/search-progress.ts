/** One line on standard error that says how a long search goes on. */

export interface SearchProgress {
  readonly states: number;
  /** Discovered but not yet expanded. */
  readonly waiting: number;
  readonly depth: number;
  readonly bytes: number;
  /** A guess at the number of states in the end. */
  readonly expected: number | null;
}

/** Milliseconds before the first line, and between lines. */
const FIRST = 500;
const BETWEEN = 200;

const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

/** Of milliseconds; a guess needs no more digits. */
const seconds = (milliseconds: number): string =>
  milliseconds < 120_000
    ? `${Math.max(0, milliseconds / 1000).toFixed(0)} s`
    : `${(milliseconds / 60_000).toFixed(0)} min`;

/** A callback for a search that began at `started`; it writes only to a terminal. `done` clears the line. */
export function searchProgress(
  now: () => number,
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
): { readonly report: (progress: SearchProgress) => void; readonly done: () => void } {
  const started = now();
  let last = started + FIRST - BETWEEN;
  let shown = false;
  return {
    report({ states, waiting, depth, bytes, expected }) {
      const time = now();
      if (stream.isTTY !== true || time - last < BETWEEN) return;
      last = time;
      shown = true;
      const perMillisecond = states / Math.max(1, time - started);
      const ahead =
        expected === null
          ? 'no estimate yet'
          : `perhaps ${millions(expected)} in all, ${seconds((expected - states) / perMillisecond)} left`;
      const memory = `${(bytes / 2 ** 20).toFixed(0)} MiB`;
      stream.write(
        `\r\u001b[K${millions(states)} states, ${(perMillisecond / 1000).toFixed(2)} M/s, ${millions(waiting)} waiting, depth ${depth}, ${memory}, ${ahead}`,
      );
    },
    done() {
      if (shown) stream.write('\r\u001b[K');
    },
  };
}
