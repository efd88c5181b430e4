/** How much one input may cost. Reaching a limit ends that input with one finding; the rest of the inputs go on. */
export interface Limits {
  /** Bytes of a file or of standard input. */
  readonly fileBytes: number;
  /** Bytes that one file may grow to, over all its members and levels of compression. */
  readonly expandedBytes: number;
  /** Archive members of one file, over all levels. */
  readonly members: number;
  /** Archives and compressions inside each other. */
  readonly depth: number;
}

const MIB = 1024 * 1024;

/** Ample for a distribution's linux-firmware package or an initrd with every driver in it. */
export const DEFAULT_LIMITS: Limits = {
  fileBytes: 1024 * MIB,
  expandedBytes: 2048 * MIB,
  members: 100_000,
  depth: 8,
};
