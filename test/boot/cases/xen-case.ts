import type { XenName } from '../harness/guests.ts';
import type { ModelledCpu } from '../harness/modelled-cpu.ts';
import type { Module } from '../harness/xen.ts';
import type { Outcome } from './case.ts';

/** One boot of Xen. */
export interface XenCase {
  readonly name: string;
  /** Xen's options. */
  readonly options: string;
  /** What the boot loader passes behind dom0's kernel. */
  readonly modules: readonly Module[];
  readonly cpu: ModelledCpu;
  /** The same on every release, or by release. */
  readonly loads: Outcome | Readonly<Record<XenName, Outcome>>;
  /** A console line that must be there, without `(XEN)`; on one release only when it is given by release. */
  readonly says?: RegExp | Readonly<Partial<Record<XenName, RegExp>>>;
  readonly quick?: boolean;
}

export const xenOutcome = ({ loads }: XenCase, xen: XenName): Outcome =>
  loads instanceof Uint8Array || typeof loads === 'string' ? loads : loads[xen];

const ANYTHING = /(?:)/;

export const consoleLineOf = ({ says }: XenCase, xen: XenName): RegExp =>
  (says instanceof RegExp ? says : says?.[xen]) ?? ANYTHING;
