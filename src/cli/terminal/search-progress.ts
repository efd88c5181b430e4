/** The progress of a long search, in one line. */
import { statusLine } from './status-line.ts';

export interface SearchProgress {
  readonly states: number;
  /** Discovered but not yet expanded. */
  readonly waiting: number;
  readonly depth: number;
  readonly bytes: number;
  /** A guess at the number of states in the end. */
  readonly expected: number | null;
}

const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

/** Of milliseconds; a guess needs no more digits. */
const seconds = (milliseconds: number): string =>
  milliseconds < 120_000
    ? `${Math.max(0, milliseconds / 1000).toFixed(0)} s`
    : `${(milliseconds / 60_000).toFixed(0)} min`;

function describe({ states, waiting, depth, bytes, expected }: SearchProgress, elapsed: number): string {
  const perMillisecond = states / Math.max(1, elapsed);
  const ahead =
    expected === null
      ? 'no estimate yet'
      : `perhaps ${millions(expected)} in all, ${seconds((expected - states) / perMillisecond)} left`;
  const memory = `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  return `${millions(states)} states, ${(perMillisecond / 1000).toFixed(2)} M/s, ${millions(waiting)} waiting, depth ${depth}, ${memory}, ${ahead}`;
}

/** A callback for a search that begins now. `done` clears the line. */
export function searchProgress(...given: Parameters<typeof statusLine>): {
  readonly report: (progress: SearchProgress) => void;
  readonly done: () => void;
} {
  const { show, done } = statusLine(...given);
  return {
    report(progress) {
      show((elapsed) => describe(progress, elapsed));
    },
    done,
  };
}
