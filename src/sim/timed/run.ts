/**
 * One run in time: each step happens when it has been possible for as long as its latency says. Discrete events, one seed, no clock:
 * the same inputs give the same trace everywhere.
 */
import { interpreter, type Interpreter, type Move } from '../language/interpret.ts';
import { cpuCount, packageOf, type Model } from '../language/model.ts';
import type { State } from '../language/slots.ts';
import type { ScriptedEvent } from '../scenario/scenario.ts';
import { ACROSS_PACKAGES, draw, LATENCIES, loadTime, STEP, type LoadTime } from './latencies.ts';
import { placesOf, type Alternative, type Place, type Places } from './places.ts';
import { Queue } from './queue.ts';
import { random, type Random } from './random.ts';

/** How a model is run in time. */
export interface RunOptions {
  /** The same one gives the same run. */
  readonly seed: number;
  readonly events: readonly ScriptedEvent[];
  readonly load: LoadTime;
  /** Whether `always` properties are looked at after every step. */
  readonly watch: boolean;
}

export interface TracedStep {
  readonly ns: number;
  readonly cpu: number;
  /** Index in `model.steps`. */
  readonly step: number;
}

export interface Stall {
  readonly ns: number;
  readonly cpu: number;
  /** Nanoseconds. */
  readonly lasts: number;
}

export interface Broken {
  readonly property: string;
  readonly ns: number;
  /** Index of the step in the trace after which it was seen; -1 for the first state. */
  readonly after: number;
}

/** One run in time: when which CPU took which step, and the state at its end. */
export interface Run {
  readonly model: Model;
  readonly trace: readonly TracedStep[];
  readonly stalls: readonly Stall[];
  readonly final: State;
  /** When the last step happened. */
  readonly ns: number;
  readonly broken: readonly Broken[];
  readonly stuck: boolean;
  /** The run was cut off: it had made so many steps. */
  readonly endless: boolean;
}

/** Steps per CPU at most; the longest protocol takes some forty. */
const MOST_STEPS = 2000;
const NS_PER_US = 1000;
/** What only happens to a CPU when the script says so. */
const SCRIPTED_BUDGETS: ReadonlySet<string> = new Set(['reject', 'hang', 'breakpoint']);

interface Entry {
  readonly ns: number;
  readonly order: number;
  readonly cpu: number;
  /** A step of the model, or an event of the script. */
  readonly what: { readonly step: number; readonly token: number } | { readonly event: ScriptedEvent };
}

interface Pending {
  readonly token: number;
  readonly due: number;
}

/** What many runs of a model share. */
export interface Prepared {
  readonly model: Model;
  readonly machine: Interpreter;
  readonly places: Places;
}

/**
 * Makes a model ready for many runs in time.
 * @throws ModelError when the model is wrong in itself
 */
export const prepare = (model: Model): Prepared => ({ model, machine: interpreter(model), places: placesOf(model) });

class Timed {
  private readonly machine: Interpreter;
  private readonly model: Model;
  private readonly places: Places;
  private readonly chance: Random;
  private readonly options: RunOptions;
  private readonly state: State;
  private readonly counters: readonly number[];
  private readonly queue = new Queue<Entry>();
  /** By CPU: what is under way, by step. */
  private readonly pending: Map<number, Pending>[];
  /** By CPU: what an interruption left of a wait, by step. */
  private readonly suspended: Map<number, number>[];
  /** Who waits for a variable of his own or of his core, and who for anybody's. */
  private readonly near = new Map<string, Set<number>>();
  private readonly far = new Map<string, Set<number>>();
  private readonly standing: (Place | undefined)[];
  private readonly stalledUntil: number[];
  private readonly trace: TracedStep[] = [];
  private readonly stalls: Stall[] = [];
  private readonly broken: Broken[] = [];
  private readonly refused: Set<number>;
  private readonly hung: Set<number>;
  private readonly slow: ReadonlyMap<number, number>;
  /** The package of control, where IPIs come from. */
  private readonly home: number;
  /** Events that wait for their CPU to arrive at a label. */
  private awaited: { readonly cpu: number; readonly label: string; readonly event: ScriptedEvent }[] = [];
  private order = 0;
  private token = 0;
  private now = 0;

  constructor({ model, machine, places }: Prepared, options: RunOptions) {
    this.machine = machine;
    this.model = model;
    this.options = options;
    this.places = places;
    this.chance = random(options.seed);
    this.state = this.machine.initial();
    this.counters = model.contexts.map(({ name }) => this.machine.slots.counter.get(name) ?? 0);
    const control = Math.max(0, model.roles['control']?.indexOf(true) ?? 0);
    this.home = packageOf(model.topology, control);
    const n = cpuCount(model.topology);
    const perCpu = <T>(make: () => T): T[] => Array.from({ length: n }, make);
    this.pending = perCpu(() => new Map());
    this.suspended = perCpu(() => new Map());
    this.standing = perCpu(() => undefined);
    this.stalledUntil = perCpu(() => 0);
    const who = (what: ScriptedEvent['what']) =>
      options.events.filter((event) => event.what === what).map(({ cpu }) => cpu);
    this.refused = new Set(who('reject'));
    this.hung = new Set(who('hang'));
    this.slow = new Map(
      options.events.flatMap((event) => (event.what === 'slow load' ? [[event.cpu, event.us * NS_PER_US]] : [])),
    );
    for (const event of options.events) {
      if (!('at' in event)) continue;
      if ('us' in event.at) this.push(event.at.us * NS_PER_US, event.cpu, { event });
      else this.awaited.push({ cpu: event.cpu, label: event.at.label, event });
    }
  }

  run(): Run {
    const n = this.pending.length;
    for (let cpu = 0; cpu < n; cpu++) this.refresh(cpu);
    this.look();
    const most = MOST_STEPS * n;
    while (this.trace.length < most) {
      const entry = this.queue.pop();
      if (entry === undefined || entry.ns === Infinity) break;
      this.happen(entry);
    }
    const last = this.trace.at(-1);
    this.lookBack();
    return {
      model: this.model,
      trace: this.trace,
      stalls: this.stalls,
      final: this.state,
      ns: last?.ns ?? 0,
      broken: this.broken,
      stuck: this.machine.stuck(this.state),
      endless: this.trace.length >= most,
    };
  }

  private push(ns: number, cpu: number, what: Entry['what']): void {
    this.queue.push({ ns, order: this.order++, cpu, what });
  }

  private happen(entry: Entry): void {
    const { cpu, what } = entry;
    if ('event' in what) {
      this.now = entry.ns;
      this.suffer(what.event);
      return;
    }
    const due = this.pending[cpu]?.get(what.step);
    // Disabled meanwhile, or begun anew.
    if (due === undefined || due.token !== what.token) return;
    const until = this.stalledUntil[cpu] ?? 0;
    if (until > entry.ns) {
      this.push(until + this.afterStall(what.step), cpu, what);
      return;
    }
    this.now = entry.ns;
    this.take({ step: what.step, cpu });
  }

  /** Order in which a CPU that comes back does what is due: interrupts first, then its program, looking at the clock last. */
  private afterStall(step: number): number {
    const due = this.model.steps[step];
    if (due?.budget === 'timeout') return NS_PER_US;
    return due?.kind === 'program' && due.context === this.model.contexts[0]?.name ? NS_PER_US / 2 : 0;
  }

  private suffer(event: ScriptedEvent): void {
    if (event.what === 'stall') {
      const lasts = event.us * NS_PER_US;
      this.stalledUntil[event.cpu] = Math.max(this.stalledUntil[event.cpu] ?? 0, this.now + lasts);
      this.stalls.push({ ns: this.now, cpu: event.cpu, lasts });
    } else {
      const move = { step: this.stepOf(event), cpu: event.cpu };
      if (move.step >= 0 && this.machine.isEnabled(this.state, move)) this.take(move);
    }
  }

  /** The step that an event is; -1 when there is none where the CPU is now. */
  private stepOf({ what, cpu }: ScriptedEvent): number {
    if (what !== 'breakpoint') return this.model.steps.findIndex(({ id }) => id === `environment/${what}`);
    return this.place(cpu).alternatives.find(({ step }) => step.budget === what)?.index ?? -1;
  }

  private take(move: Move): void {
    const { cpu, step } = move;
    const before = this.counters.map((base) => this.state[base + cpu]);
    const taken = this.model.steps[step];
    this.machine.applyTo(this.state, move);
    this.trace.push({ ns: this.now, cpu, step });
    if (taken?.budget === 'reject') this.refused.delete(cpu);
    if (taken?.budget === 'hang') this.hung.delete(cpu);
    if (taken?.kind === 'program') this.forget(cpu, taken.context);
    const touched = new Set([cpu]);
    for (const { variable, whose } of this.places.writes[step] ?? []) {
      for (const other of this.far.get(variable) ?? []) touched.add(other);
      for (const other of this.near.get(variable) ?? [])
        if (whose === 'any' || this.core(other) === this.core(cpu)) touched.add(other);
    }
    // A jump moves others: whoever is no longer where its pending steps begin notices when it is looked at.
    if (this.places.jumps[step] === true) {
      for (let other = 0; other < this.pending.length; other++) touched.add(other);
    }
    for (const other of [...touched].sort((a, b) => a - b)) this.refresh(other);
    this.look();
    this.arrive(cpu, before);
  }

  /** A step of a context begins all its waits anew. */
  private forget(cpu: number, context: string): void {
    for (const waits of [this.pending[cpu], this.suspended[cpu]]) {
      for (const step of waits?.keys() ?? []) {
        const other = this.model.steps[step];
        if (other?.kind === 'program' && other.context === context) waits?.delete(step);
      }
    }
  }

  private core(cpu: number): number {
    return Math.floor(cpu / this.model.topology.threads);
  }

  private place(cpu: number): Place {
    for (let context = this.counters.length - 1; context > 0; context--) {
      const label = this.state[(this.counters[context] ?? 0) + cpu] ?? 0;
      // Label 0 is idle.
      if (label !== 0) return this.places.at(context, label, cpu);
    }
    return this.places.at(0, this.state[(this.counters[0] ?? 0) + cpu] ?? 0, cpu);
  }

  private refresh(cpu: number): void {
    const place = this.place(cpu);
    this.stand(cpu, place);
    const pending = this.pending[cpu];
    const suspended = this.suspended[cpu];
    if (pending === undefined || suspended === undefined) return;
    if (suspended.size === 0 && this.unchanged(cpu, place, pending)) return;
    const possible = place.alternatives.filter(({ index }) => this.machine.isEnabled(this.state, { step: index, cpu }));
    const enabled = this.chosen(cpu, possible);
    for (const [step, { due }] of pending) {
      if (enabled.some(({ index }) => index === step)) continue;
      pending.delete(step);
      suspended.set(step, Math.max(due - this.now, 0));
    }
    // A wait that is here but not possible now starts afresh when it is; one that is interrupted goes on where it was.
    for (const { index } of place.alternatives) {
      if (!enabled.some((other) => other.index === index)) suspended.delete(index);
    }
    for (const { index, step } of enabled) {
      if (pending.has(index)) continue;
      const due = this.now + (suspended.get(index) ?? this.latency(step.cost, cpu));
      suspended.delete(index);
      this.token += 1;
      pending.set(index, { token: this.token, due });
      if (due !== Infinity) this.push(due, cpu, { step: index, token: this.token });
    }
  }

  /** What is under way is just what is possible: most looks at a waiting CPU end here. */
  private unchanged(cpu: number, { alternatives }: Place, pending: ReadonlyMap<number, Pending>): boolean {
    let found = 0;
    for (const { index, step } of alternatives) {
      const possible = this.machine.isEnabled(this.state, { step: index, cpu });
      if (possible !== pending.has(index) || (possible && step.budget !== null && SCRIPTED_BUDGETS.has(step.budget))) {
        return false;
      }
      if (possible) found += 1;
    }
    return found === pending.size;
  }

  /** The script decides whose load fails; without it, none does. */
  private chosen(cpu: number, enabled: readonly Alternative[]): readonly Alternative[] {
    const scripted = (budget: string | null): boolean =>
      (budget === 'reject' && this.refused.has(cpu)) || (budget === 'hang' && this.hung.has(cpu));
    const forced = enabled.filter(({ step }) => scripted(step.budget));
    if (forced.length > 0) return forced.slice(0, 1);
    return enabled.filter(({ step }) => step.budget === null || !SCRIPTED_BUDGETS.has(step.budget));
  }

  private latency(cost: string | null, cpu: number): number {
    if (cost === 'load') return this.slow.get(cpu) ?? loadTime(this.options.load, this.chance);
    if (cost === 'linux serial exit timeout') return cpuCount(this.model.topology) * 1_000_000_000;
    if (cost === null) return draw(STEP, this.chance);
    const far = packageOf(this.model.topology, cpu) !== this.home;
    return draw((far ? ACROSS_PACKAGES[cost] : undefined) ?? LATENCIES[cost] ?? STEP, this.chance);
  }

  private stand(cpu: number, place: Place): void {
    const before = this.standing[cpu];
    if (before === place) return;
    for (const [watchers, left, entered] of [
      [this.near, before?.near, place.near],
      [this.far, before?.far, place.far],
    ] as const) {
      for (const variable of left ?? []) watchers.get(variable)?.delete(cpu);
      for (const variable of entered) {
        const waiting = watchers.get(variable) ?? new Set();
        watchers.set(variable, waiting.add(cpu));
      }
    }
    this.standing[cpu] = place;
  }

  /** Events that were waiting for the CPU to come here. */
  private arrive(cpu: number, before: readonly (number | undefined)[]): void {
    const here = (label: string): boolean =>
      this.model.contexts.some(({ labels }, context) => {
        const index = this.state[(this.counters[context] ?? 0) + cpu];
        return index !== before[context] && labels[index ?? -1] === label;
      });
    const arrived = this.awaited.filter((awaited) => awaited.cpu === cpu && here(awaited.label));
    if (arrived.length === 0) return;
    this.awaited = this.awaited.filter((awaited) => !arrived.includes(awaited));
    for (const { event } of arrived) this.suffer(event);
  }

  /** At the end: what should have come about, and whether everybody could go on. */
  private lookBack(): void {
    const after = this.trace.length - 1;
    for (const { id, polarity, holds } of this.model.properties) {
      if (polarity !== 'eventually' || this.machine.evaluate(holds, this.state) === 1) continue;
      this.broken.push({ property: id, ns: this.now, after });
    }
    if (this.machine.stuck(this.state)) this.broken.push({ property: 'P7', ns: this.now, after });
  }

  private look(): void {
    if (!this.options.watch) return;
    for (const { id, polarity, holds } of this.model.properties) {
      if (polarity !== 'always' || this.broken.some(({ property }) => property === id)) continue;
      if (this.machine.evaluate(holds, this.state) === 1) continue;
      this.broken.push({ property: id, ns: this.now, after: this.trace.length - 1 });
    }
  }
}

/** Runs a prepared model once. */
export const runOnce = (prepared: Prepared, options: RunOptions): Run => new Timed(prepared, options).run();
