import { defineRules } from '../../rule.ts';

const MEASURED = '81 published updates of VIA and Centaur CPUs, measured';

/** Updates of VIA CPUs. */
export const VIA_RULES = defineRules({
  'via/magic': {
    severity: 'error',
    title: 'bytes are not an update of VIA',
    says: '{field} is {found}, expected {expected}',
    advice: 'Leave the bytes out.',
    consumers: {},
    source: MEASURED,
  },
  'via/truncated': {
    severity: 'error',
    title: 'update is cut off',
    says: '{what} needs {expected} bytes, {found} are left',
    advice: 'Get the whole file again.',
    consumers: {},
    source: MEASURED,
  },
  'via/size': {
    severity: 'error',
    title: 'sizes contradict each other',
    says: '{field} is {found}, expected {expected}',
    advice: 'The update is damaged; get a genuine copy.',
    consumers: {},
    source: MEASURED,
  },
  'via/checksum': {
    severity: 'error',
    title: 'checksum is wrong',
    says: 'the update sums to {found}, expected {expected}',
    advice: 'The update is damaged; get a genuine copy.',
    consumers: { cpu: 'refuses the update' },
    source: MEASURED,
  },
  'via/loader-revision': {
    severity: 'warning',
    title: 'unknown loader revision',
    says: '{field} is {found}, expected {expected}',
    advice: 'Every published update has 1; treat the file with suspicion.',
    consumers: {},
    source: MEASURED,
  },
  'via/date': {
    severity: 'warning',
    title: 'date is not a calendar date',
    says: 'the date is {found}, which is not a calendar date',
    advice: 'Treat the file with suspicion.',
    consumers: {},
    source: MEASURED,
  },
});
