/** The timeline as Chrome trace events (JSON array format, microseconds), which Perfetto's and Chrome's viewers open. */
import type { Timeline } from '../../../sim/timed/timeline.ts';

/** A package is a process there, a CPU a thread of it. */
export function timelinePerfetto({ packages, lanes, marks, end }: Timeline): string {
  const names = [
    ...Array.from({ length: packages }, (_, pid) => ({
      ph: 'M',
      pid,
      name: 'process_name',
      args: { name: `package ${pid}` },
    })),
    ...lanes.map(({ cpu, package: pid }) => ({
      ph: 'M',
      pid,
      tid: cpu,
      name: 'thread_name',
      args: { name: `CPU ${cpu}` },
    })),
  ];
  const slices = lanes.flatMap(({ cpu, package: pid, segments }) =>
    segments
      .filter(({ activity }) => activity !== 'work' && activity !== 'away')
      .map(({ from, to, activity, where }) => ({
        ph: 'X',
        pid,
        tid: cpu,
        ts: from / 1000,
        dur: (Math.min(to, end) - from) / 1000,
        name: activity,
        args: { where },
      })),
  );
  const instants = marks.map(({ ns, cpu, what, text }) => ({
    ph: 'i',
    pid: lanes[cpu]?.package ?? 0,
    tid: cpu,
    ts: ns / 1000,
    s: 't',
    name: what,
    args: { text },
  }));
  return `${JSON.stringify({ traceEvents: [...names, ...slices, ...instants], displayTimeUnit: 'ns' })}\n`;
}
