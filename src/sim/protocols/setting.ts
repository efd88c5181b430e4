import type { Topology } from '../language/model.ts';
import { type Faults, NO_FAULTS } from '../machine/faults.ts';
import type { Vendor } from '../machine/load.ts';

/** The machine and its misfortunes: the same for every protocol. */
export interface Setting {
  /** 2 cores of 2 threads unless set. */
  readonly topology: Topology;
  /** `intel`, unless set: a load is the core's. `amd`: it is each thread's. */
  readonly vendor: Vendor;
  /** How often the environment may misbehave; not at all unless set. */
  readonly faults: Faults;
  /** CPU ids that the OS has taken offline; they sit in a play-dead loop and still react to NMIs. */
  readonly offline: readonly number[];
  /** CPU ids that were never started: waiting for a SIPI, deaf to NMIs. */
  readonly dormant: readonly number[];
  /** What the OS says of the update before any rendezvous: a code to refuse it with, or null to go ahead. */
  readonly refused: Refusal | null;
}

export const SETTING: Setting = {
  topology: { cores: 2, threads: 2 },
  vendor: 'intel',
  faults: NO_FAULTS,
  offline: [],
  dormant: [],
  refused: null,
};

/** Not found, does not parse (Linux, Xen), not newer, below the minimum, not now, not on this CPU. */
export const REFUSALS = ['ENOENT', 'EBADFD', 'EINVAL', 'EEXIST', 'ENXIO', 'EBUSY', 'EPERM'] as const;

export type Refusal = (typeof REFUSALS)[number];
