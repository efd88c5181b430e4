/** Handshakes take microseconds and loads milliseconds: a linear axis shows one or the other. The width of a gap grows with its logarithm. */
import type { Timeline } from '../../../sim/timed/timeline.ts';

export interface Scale {
  /** Place of a time, from 0 to 1. */
  readonly place: (ns: number) => number;
  /** Times worth a tick, in order. */
  readonly ticks: readonly number[];
}

/** Nanoseconds that get no room of their own. */
const UNIT = 100;

export function scaleOf({ lanes, marks, end }: Timeline): Scale {
  const times = new Set([0, end, ...marks.map(({ ns }) => ns)]);
  for (const { segments } of lanes) for (const { from, to } of segments) times.add(from).add(Math.min(to, end));
  const points = [...times].sort((a, b) => a - b);
  const reached: number[] = [0];
  for (let i = 1; i < points.length; i++) {
    const gap = (points[i] ?? 0) - (points[i - 1] ?? 0);
    reached.push((reached[i - 1] ?? 0) + Math.log2(1 + gap / UNIT));
  }
  const total = reached.at(-1) ?? 0;
  const place = (ns: number): number => {
    let [low, high] = [0, points.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((points[middle] ?? 0) <= ns) low = middle;
      else high = middle - 1;
    }
    const [from, to] = [points[low] ?? 0, points[low + 1] ?? points[low] ?? 0];
    const share = to > from ? Math.min((ns - from) / (to - from), 1) : 0;
    const [a, b] = [reached[low] ?? 0, reached[low + 1] ?? reached[low] ?? 0];
    return total === 0 ? 0 : (a + share * (b - a)) / total;
  };
  return { place, ticks: points };
}

/** `350 ns`, `12.3 us`, `8.1 ms`, `1.5 s`. */
export function duration(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)} ns`;
  if (ns < 1_000_000) return `${(ns / 1000).toFixed(1)} us`;
  if (ns < 1_000_000_000) return `${(ns / 1_000_000).toFixed(1)} ms`;
  return `${(ns / 1_000_000_000).toFixed(2)} s`;
}
