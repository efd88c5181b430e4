import { readBlob, type Reading } from '../bundle/collect.ts';
import { type Origin } from '../inputs/origin.ts';
import type { InitrdInspection } from './inspect.ts';

/** The updates in the vendor files that Linux finds in an initrd; `origin` is that of the initrd. */
export function updatesInside(origin: Origin, bytes: Uint8Array, inspection: InitrdInspection): Reading[] {
  return inspection.vendorMembers
    .filter(({ foundBy }) => foundBy.includes('linux'))
    .map(({ vendor, name, offset, size }) =>
      readBlob({
        kind: vendor === 'intel' ? 'intel' : 'amd-container',
        origin: { ...origin, members: [...origin.members, name] },
        bytes: bytes.subarray(offset, offset + size),
      }),
    );
}
