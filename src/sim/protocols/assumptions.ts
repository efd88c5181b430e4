/** What a verdict rests on and no step shows. Who reads "holds" must know it; who doubts it finds the choice that drops it. */
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
