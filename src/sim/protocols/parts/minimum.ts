/**
 * The minimum revision that an update declares (`min_req_ver`; AMD: in the old checksum field). The OS looks at it once, on CPU 0,
 * before it disturbs anybody (cf5ab01c8703; Xen: -ENXIO), so CPUs that ran different revisions before are not all looked at.
 */
import { hasRole, not, TRUE } from '../../language/expressions.ts';
import type { Property } from '../../language/model.ts';
import { minimumKept } from '../../properties.ts';
import type { Cast } from './cast.ts';
import { choice, type Chosen } from '../protocol.ts';

export const MINIMUM_CHOICES = {
  minimum: choice(
    "who runs the update's minimum revision or a newer one; CPU 0 only: revisions differ before the load",
    'everyone',
    'nobody',
    'CPU 0 only',
  ),
  minimumCheck: choice(
    'whether the OS holds CPU 0 against it; the administrator says not to; mutant: forgotten',
    'made',
    'overridden',
    'forgotten',
  ),
} as const;

type Options = Chosen<typeof MINIMUM_CHOICES>;

const BELOW = 'below minimum';

export const refusedByMinimum = ({ minimum, minimumCheck }: Options): boolean =>
  minimum === 'nobody' && minimumCheck === 'made';

/** The CPUs that run less than the minimum, as a role. */
export const minimumRole = ({ minimum }: Options, { roles }: Cast): Readonly<Record<string, readonly boolean[]>> => ({
  [BELOW]: roles.control.map((control) => minimum === 'nobody' || (minimum === 'CPU 0 only' && !control)),
});

export const minimumProperty = ({ minimumCheck }: Options): Property =>
  minimumKept((one) => (minimumCheck === 'overridden' ? TRUE : not(hasRole(one, BELOW))));
