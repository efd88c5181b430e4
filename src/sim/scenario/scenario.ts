/** A scenario: a machine, a protocol, what goes wrong, and what a correct simulator must then say. */
import type { Faults } from '../machine/faults.ts';
import type { Setting } from '../protocols/setting.ts';

/** When a scripted event happens in a timed run. */
export type Moment =
  /** Microseconds after the start. */
  | { readonly us: number }
  /** When the event's CPU arrives at a label, in whichever context. */
  | { readonly label: string };

/** An event of a timed run. */
export type ScriptedEvent =
  | { readonly what: 'nmi' | 'mce'; readonly cpu: number; readonly at: Moment }
  /** A breakpoint is hit in the wait loop of a handler, if the CPU is in one. */
  | { readonly what: 'breakpoint'; readonly cpu: number; readonly at: Moment }
  /** Somebody writes to the line that an offline CPU monitors. */
  | { readonly what: 'store'; readonly cpu: number; readonly at: Moment }
  /** The CPU executes nothing for a while: an SMI, a long exit to the hypervisor. */
  | { readonly what: 'stall'; readonly cpu: number; readonly at: Moment; readonly us: number }
  /** The CPU's next load is refused. */
  | { readonly what: 'reject'; readonly cpu: number }
  /** The CPU's next load never retires. */
  | { readonly what: 'hang'; readonly cpu: number }
  /** The CPU's next load takes so long. */
  | { readonly what: 'slow load'; readonly cpu: number; readonly us: number };

/** What exploring every interleaving must find: exactly these properties violated, `P7` (no deadlock) among them. */
export interface CheckExpectation {
  readonly violated: readonly string[];
}

/** What one timed run must show; what is left out may be anything. */
export interface RunExpectation {
  /** What the caller gets, by its name (`ok`, `EIO` ...) or number. */
  readonly answer?: string | number;
  /** CPU ids that end with the new revision; all others must end with the old one. */
  readonly updated?: readonly number[];
  readonly panics?: boolean;
  /** Properties violated on the way, exactly. */
  readonly violated?: readonly string[];
  /** Longest time that any CPU spends away from its work, microseconds. */
  readonly blackoutUs?: { readonly min?: number; readonly max?: number };
  /** Simulated time until nothing moves any more, microseconds. */
  readonly endsByUs?: number;
}

/** What is loaded, as far as it takes time. */
export interface LoadOptions {
  /** Bytes. */
  readonly size: number;
  /** Caches are written back and invalidated before the load. */
  readonly wbinvd: boolean;
  /** Microseconds that every load takes; null: drawn, by size. */
  readonly us: number | null;
}

export interface Case {
  readonly name: string;
  /** Id in the catalogue of protocols. */
  readonly protocol: string;
  /** Choices that differ from the protocol's. */
  readonly choices: Readonly<Record<string, string>>;
  readonly setting: Setting;
  readonly events: readonly ScriptedEvent[];
  readonly load: LoadOptions;
  readonly seed: number;
  readonly check: CheckExpectation | null;
  readonly run: RunExpectation | null;
}

export interface Scenario {
  /** `LL-01` ... */
  readonly id: string;
  readonly title: string;
  readonly teaches: string;
  readonly source: string;
  /** The first one is the scenario; the others are its siblings: what mends it, or what breaks it. */
  readonly cases: readonly Case[];
}

export interface Problem {
  /** Where in the document: `cases[0].events[1].cpu`. Empty for the whole. */
  readonly path: string;
  readonly reason: string;
}

export type FaultName = keyof Faults;
