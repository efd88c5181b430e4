/** How often the environment may misbehave. null: without limit. */
export interface Faults {
  /** Unrelated NMIs that reach any CPU. */
  readonly nmi: number;
  /** Waits that give up although what they wait for may still come. */
  readonly timeout: number | null;
  /** Loads that the CPU refuses. */
  readonly reject: number;
  /** Loads that never retire. */
  readonly hang: number;
  /** #BP, #DB or #PF inside an NMI handler's wait loop: its IRET unblocks NMIs (SDM vol. 3, 6.7.1). */
  readonly breakpoint: number;
  /** Machine checks that reach any CPU; stated for the releases that wait in stop_machine and their proposals. */
  readonly mce: number;
  /** Stores to the line that a CPU in `mwait_play_dead()` monitors. */
  readonly store: number;
  /** CPUs that the OS takes offline meanwhile, if nothing keeps it from doing so. */
  readonly hotplug: number;
}

export const NO_FAULTS: Faults = {
  nmi: 0,
  timeout: 0,
  reject: 0,
  hang: 0,
  breakpoint: 0,
  mce: 0,
  store: 0,
  hotplug: 0,
};

/** A budget of nothing is no budget: its moves are left out of the model altogether. */
export function budgetsOf(faults: Faults): Readonly<Record<string, number | null>> {
  return Object.fromEntries(Object.entries(faults).filter(([, units]) => units !== 0));
}
