import { createHash } from 'node:crypto';
import type { LoaderCpu } from '../../../src/loaders/explanation.ts';
import type { KernelName } from '../harness/guests.ts';
import type { ModelledCpu } from '../harness/modelled-cpu.ts';

/** The update that must reach the CPU, or nothing. */
export type Outcome = Uint8Array | 'nothing';

/** One boot of Linux. The table is the expectation of people: both the models of src/loaders and the real kernels are held against it. */
export interface LinuxCase {
  readonly name: string;
  readonly cpu: ModelledCpu;
  readonly image: Uint8Array;
  /** Nothing is put behind the image. */
  readonly alone?: boolean;
  /** The same on every kernel, or by kernel where the eras differ. */
  readonly loads: Outcome | Readonly<Record<KernelName, Outcome>>;
  /** Belongs to the part that runs on every push. */
  readonly quick?: boolean;
}

export const outcomeOn = ({ loads }: LinuxCase, kernel: KernelName): Outcome =>
  loads instanceof Uint8Array || typeof loads === 'string' ? loads : loads[kernel];

/** The same CPU as src/loaders wants it. */
export const loaderCpu = ({ vendor, signature, platformId, revision }: ModelledCpu): LoaderCpu => ({
  vendor,
  signature,
  platformMask: vendor === 'intel' ? 1 << platformId : 0,
  revision,
});

export const digestOf = (outcome: Uint8Array | 'nothing' | undefined): string =>
  outcome === undefined || typeof outcome === 'string' ? 'nothing' : createHash('sha256').update(outcome).digest('hex');
