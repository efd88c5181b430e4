/** What a verdict rests on and no step shows. A reader of "holds" must know it, and finds here the choice that drops it, where there is one. */
export interface Assumption {
  /** Stable; unique among those of one protocol. */
  readonly id: string;
  /** One sentence, with the choice that drops it where there is one. */
  readonly sentence: string;
}

/** An ICR write returns before delivery. Nothing in Linux 6.7 waits for the NMI, so what its stoppers do rests on this. */
export const PROMPT_SELF_NMI: Assumption = {
  id: 'prompt-self-nmi',
  sentence:
    'A CPU takes the NMI that it sends itself before its stopper returns; nothing in the source waits for it. The choice selfNmi=late drops this.',
};

export const LATE_SELF_NMI: Assumption = {
  id: 'late-self-nmi',
  sentence: 'A CPU takes the NMI that it sends itself at any time after it was sent, however late.',
};

/** `play_dead()` points the NMI gate at `trap_nop` since 73cb1383bf (2019), before there was a rendezvous; FRED looks at no gate. */
export const PARKED_NMI_GATE: Assumption = {
  id: 'parked-nmi-gate',
  sentence:
    'NMIs come through the IDT, where play_dead() has pointed the gate of a parked CPU at trap_nop. The choice parkedNmi=do_nmi drops this.',
};

export const PARKED_DO_NMI: Assumption = {
  id: 'parked-do-nmi',
  sentence: 'An NMI on a parked CPU runs do_nmi(), as under FRED, which looks at no gate.',
};

export const MASK_FIRST: Assumption = {
  id: 'nmi-mask-first',
  sentence:
    "The mask of CPUs that owe a run is filled before they are stopped; the posted text was not at hand in full. The choice mask='as each sends its NMI' drops this.",
};

export const NMIS_TAKEN_BETWEEN: Assumption = {
  id: 'nmis-taken-between-loads',
  sentence: 'Every NMI that was sent during the first load has been taken when the second one begins.',
};
