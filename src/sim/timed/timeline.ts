/** A run as lanes: what each CPU was doing, from when to when. */
import { interpreter } from '../language/interpret.ts';
import { cpuCount, IDLE, packageOf, type Model } from '../language/model.ts';
import type { State } from '../language/slots.ts';
import type { Run } from './run.ts';

export type Activity =
  /** Its own affairs: before it is stopped, after it is let go. */
  | 'work'
  /** Offline, or never started. */
  | 'away'
  /** The protocol's straight-line code, interrupts off. */
  | 'busy'
  /** A wait loop in task context. */
  | 'wait'
  /** NMI entry, handler or exit. */
  | 'nmi'
  /** A wait loop inside an NMI handler. */
  | 'nmi wait'
  | 'machine check'
  | 'smm'
  | 'load'
  /** Away in SMM or at the hypervisor, as scripted. */
  | 'stalled'
  | 'panic';

export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly activity: Activity;
  /** `context: label`. */
  readonly where: string;
}

export interface Mark {
  readonly ns: number;
  readonly cpu: number;
  readonly what:
    | 'nmi arrives'
    | 'machine check'
    | 'store wakes'
    | 'breakpoint'
    | 'gives up'
    | 'refused'
    | 'hangs'
    | 'violated';
  readonly text: string;
}

export interface Lane {
  readonly cpu: number;
  /** Package of the CPU. */
  readonly package: number;
  readonly segments: readonly Segment[];
}

export interface Timeline {
  readonly packages: number;
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
  /** From the first load's start to the last one's end; null when nobody loads. */
  readonly window: { readonly from: number; readonly to: number } | null;
  /** Nanoseconds. */
  readonly end: number;
}

const WHAT: Readonly<Record<string, Mark['what']>> = {
  nmi: 'nmi arrives',
  mce: 'machine check',
  store: 'store wakes',
  breakpoint: 'breakpoint',
  timeout: 'gives up',
  reject: 'refused',
  hang: 'hangs',
};

interface Watch {
  readonly counters: readonly number[];
  readonly loading: number | null;
  readonly panicked: number | null;
}

function standing(
  model: Model,
  state: State,
  watch: Watch,
  cpu: number,
): { readonly activity: Activity; readonly where: string } {
  for (let context = model.contexts.length - 1; context >= 0; context--) {
    const known = model.contexts[context];
    const label = known?.labels[state[(watch.counters[context] ?? 0) + cpu] ?? 0] ?? IDLE;
    if (known === undefined || (label === IDLE && context > 0)) continue;
    const where = `${known.name}: ${label}`;
    const spins = known.spin.includes(label);
    if (watch.loading !== null && state[watch.loading + cpu] === 1) return { activity: 'load', where };
    if (watch.panicked !== null && state[watch.panicked] === 1) return { activity: 'panic', where };
    if (known.name === 'machine check') return { activity: 'machine check', where };
    if (known.name === 'smm') return { activity: 'smm', where };
    if (context > 0) return { activity: spins ? 'nmi wait' : 'nmi', where };
    if (known.final.includes(label)) {
      const absent = model.roles['offline']?.[cpu] === true || model.roles['dormant']?.[cpu] === true;
      return { activity: absent ? 'away' : 'work', where };
    }
    return { activity: spins ? 'wait' : 'busy', where };
  }
  return { activity: 'work', where: IDLE };
}

/** Cuts the stalls out of the segments of their CPU. */
function withStalls(
  segments: readonly Segment[],
  stalls: readonly { readonly from: number; readonly to: number }[],
): Segment[] {
  return stalls.reduce<Segment[]>(
    (all, stall) =>
      all.flatMap((segment) => {
        const [from, to] = [Math.max(segment.from, stall.from), Math.min(segment.to, stall.to)];
        if (from >= to) return [segment];
        const parts: Segment[] = [
          { ...segment, to: from },
          { from, to, activity: 'stalled', where: 'SMM or hypervisor' },
          { ...segment, from: to },
        ];
        return parts.filter((part) => part.from < part.to);
      }),
    [...segments],
  );
}

export function timelineOf(run: Run): Timeline {
  const { model, trace, stalls } = run;
  const machine = interpreter(model);
  const state = machine.initial();
  const n = cpuCount(model.topology);
  const watch: Watch = {
    counters: model.contexts.map(({ name }) => machine.slots.counter.get(name) ?? 0),
    loading: machine.slots.field.get('loading')?.base ?? null,
    panicked: machine.slots.field.get('panicked')?.base ?? null,
  };
  const end = Math.max(run.ns, ...stalls.map(({ ns, lasts }) => ns + lasts));
  const lanes = Array.from({ length: n }, (): Segment[] => []);
  const now = Array.from({ length: n }, (_, cpu): Omit<Segment, 'to'> => {
    const { activity, where } = standing(model, state, watch, cpu);
    // Nothing has happened to it yet.
    return { from: 0, activity: activity === 'busy' ? 'work' : activity, where };
  });
  const look = (cpu: number, ns: number): void => {
    const before = now[cpu];
    const { activity, where } = standing(model, state, watch, cpu);
    if (before === undefined || (before.activity === activity && before.where === where)) return;
    if (ns > before.from)
      lanes[cpu]?.push({ from: before.from, to: ns, activity: before.activity, where: before.where });
    now[cpu] = { from: ns, activity, where };
  };
  const marks: Mark[] = [];
  for (const { ns, cpu, step } of trace) {
    const taken = model.steps[step];
    const what = WHAT[taken?.budget ?? ''];
    if (what !== undefined) marks.push({ ns, cpu, what, text: taken?.note ?? taken?.id ?? '' });
    machine.applyTo(state, { step, cpu });
    const stopsAll = watch.panicked !== null && state[watch.panicked] === 1;
    if (stopsAll) for (let other = 0; other < n; other++) look(other, ns);
    else look(cpu, ns);
  }
  for (const { property, ns, after } of run.broken) {
    marks.push({ ns, cpu: trace[after]?.cpu ?? 0, what: 'violated', text: property });
  }
  for (const [cpu, last] of now.entries()) {
    lanes[cpu]?.push({ from: last.from, to: Math.max(end, last.from + 1), activity: last.activity, where: last.where });
  }
  const loads = lanes.flatMap((segments) => segments.filter(({ activity }) => activity === 'load'));
  return {
    packages: model.topology.packages ?? 1,
    lanes: lanes.map((segments, cpu) => ({
      cpu,
      package: packageOf(model.topology, cpu),
      segments: withStalls(
        segments,
        stalls.filter((stall) => stall.cpu === cpu).map(({ ns, lasts }) => ({ from: ns, to: ns + lasts })),
      ),
    })),
    marks,
    window:
      loads.length === 0
        ? null
        : { from: Math.min(...loads.map(({ from }) => from)), to: Math.max(...loads.map(({ to }) => to)) },
    end,
  };
}
