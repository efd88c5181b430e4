import { defineRules } from '../rule.ts';

const POLICY = 'the policy file given with --policy';

/** What the user's own policy demands of a collection. */
export const POLICY_RULES = defineRules({
  'policy/missing-cpu': {
    severity: 'error',
    title: 'required CPU has no update',
    says: 'nothing here is for {cpu}, which line {line} of the policy requires{reason}',
    advice: 'Add the update for that CPU, or take the requirement out of the policy.',
    consumers: {},
    source: POLICY,
  },
  'policy/old-revision': {
    severity: 'error',
    title: 'required CPU has an update that is too old',
    says: 'the newest revision for {cpu} is {found}, line {line} of the policy requires {expected}{reason}',
    advice: 'Add the newer update.',
    consumers: {},
    source: POLICY,
  },
  'policy/forbidden-revision': {
    severity: 'error',
    title: 'forbidden revision',
    says: 'revision {found} is forbidden by line {line} of the policy: {reason}',
    advice: 'Leave this update out.',
    consumers: {},
    source: POLICY,
  },
  'policy/vendor': {
    severity: 'error',
    title: 'vendor is not allowed',
    says: 'the update is of {found}, the policy allows {expected}',
    advice: 'Leave this update out, or allow its vendor.',
    consumers: {},
    source: POLICY,
  },
  'policy/signature': {
    severity: 'error',
    title: 'signature is weaker than the policy demands',
    says: 'the signature is {found}, the policy asks for {expected}',
    advice: 'Leave the patch out, or lower the demand to "intact" for patches whose digest AMD has not published.',
    consumers: {},
    source: `${POLICY}; only AMD patches from family 17h on carry a signature that can be checked`,
  },
  'policy/size': {
    severity: 'error',
    title: 'updates are too large together',
    says: 'the updates take {found} bytes, the policy allows {expected}',
    advice: 'Select the updates for the CPUs that are in use.',
    consumers: {},
    source: POLICY,
  },
  'policy/no-licence': {
    severity: 'error',
    title: 'licence file is missing',
    says: 'no licence file is next to the updates',
    advice: 'Ship the licence of each vendor with its updates.',
    consumers: {},
    source: `${POLICY}; the licences of Intel and AMD ask to be passed on with the microcode`,
  },
  'policy/suppression-expired': {
    severity: 'warning',
    title: 'suppression has expired',
    says: 'the suppression of {rule} in line {line} of the policy ended on {found} ({reason})',
    advice: 'Solve what it suppressed, or renew it with a new date.',
    consumers: {},
    source: POLICY,
  },
  'policy/suppression-unused': {
    severity: 'note',
    title: 'suppression without effect',
    says: 'the suppression of {rule} in line {line} of the policy suppresses nothing',
    advice: 'Take it out.',
    consumers: {},
    source: POLICY,
  },
});
