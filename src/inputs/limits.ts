import { type Finding, finding } from '../findings/finding.ts';

/** How much one input may cost. Reaching a limit ends that input with one finding; the rest of the inputs go on. */
export interface Limits {
  /** Bytes of a file or of standard input. */
  readonly fileBytes: number;
  /** Bytes that decompression of one input may give, over all its levels. */
  readonly expandedBytes: number;
  /** Bytes of expanded members of one input that are in memory at a time. */
  readonly heldBytes: number;
  /** Archive members of one input, over all levels. */
  readonly members: number;
  /** Archives and compressions inside each other. */
  readonly depth: number;
}

const MIB = 1024 * 1024;

/**
 * Ample for a distribution's linux-firmware package, while an input that is made to use up memory stays below 512 MB:
 * held members, room to grow the largest of them, and the program itself.
 */
export const DEFAULT_LIMITS: Limits = {
  fileBytes: 1024 * MIB,
  expandedBytes: 2048 * MIB,
  heldBytes: 192 * MIB,
  members: 100_000,
  depth: 8,
};

/** Thrown inside this folder only, to leave all levels of an input at once; expand.ts turns it into its finding. */
export class LimitReached extends Error {
  readonly finding: Finding;

  constructor(limit: number, unit: string) {
    super(`limit of ${limit} ${unit} reached`);
    this.finding = finding('input/limit', { offset: 0 }, { limit, unit });
  }
}

/** What one input has cost so far. */
export class Budget {
  readonly limits: Limits;
  #expanded = 0;
  #members = 0;
  #held = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Bytes that have come out of decompression. */
  get expanded(): number {
    return this.#expanded;
  }

  /** @throws LimitReached */
  expand(bytes: number): void {
    this.#expanded += bytes;
    if (this.#expanded > this.limits.expandedBytes) {
      throw new LimitReached(this.limits.expandedBytes, 'expanded bytes');
    }
  }

  /** @throws LimitReached */
  member(): void {
    this.#members += 1;
    if (this.#members > this.limits.members) throw new LimitReached(this.limits.members, 'archive members');
  }

  /** @throws LimitReached */
  hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held > this.limits.heldBytes) throw new LimitReached(this.limits.heldBytes, 'expanded bytes in memory');
  }

  /** Bytes that nobody refers to any more. */
  release(bytes: number): void {
    this.#held -= bytes;
  }
}
