import { describe, expect, test } from 'vitest';
import { checkCases } from '../../src/sim/check-cases.ts';
import { caseOf, type SubjectText } from '../../src/sim/subject.ts';

/**
 * What the sources lead one to expect of each protocol on 2 x 2 CPUs, all interleavings: the properties named are violated, the
 * others of P1, P1w, P4, P5, P6, P7, P9, P10, P11 and P17 hold or are not stated.
 */
const EXPECTED: readonly (readonly [string, SubjectText, string])[] = [
  ['Linux 4.16, undisturbed: not inside an NMI', { protocol: 'linux-4.16' }, 'P1'],
  ['Linux 5.5, undisturbed: not inside an NMI', { protocol: 'linux-5.5' }, 'P1'],
  ['Linux 5.5 with an offline sibling in MWAIT', { protocol: 'linux-5.5', offline: '3' }, 'P1 P1w P17'],
  ['Linux 4.16 and an NMI', { protocol: 'linux-4.16', faults: 'nmi=1' }, 'P1 P1w'],
  ['Linux 5.5 and an NMI', { protocol: 'linux-5.5', faults: 'nmi=1' }, 'P1 P1w'],
  ['Linux 4.16 with an offline sibling in MWAIT', { protocol: 'linux-4.16', offline: '3' }, 'P1 P1w P17'],
  ['the same and an NMI', { protocol: 'linux-4.16', offline: '3', faults: 'nmi=1' }, 'P1 P1w P17'],
  ['Linux 5.5, the same', { protocol: 'linux-5.5', offline: '3', faults: 'nmi=1' }, 'P1 P1w P17'],
  // Who gave up stays in stop_machine with interrupts off until all have returned, so P1w holds.
  ['Linux 4.16 and late arrivals', { protocol: 'linux-4.16', faults: 'timeout=4' }, 'P1 P4'],
  ['Linux 5.5 and late arrivals', { protocol: 'linux-5.5', faults: 'timeout=4' }, 'P1 P4'],
  ['holding as posted and an NMI', { protocol: 'hold-aug-2022-posted', faults: 'nmi=1' }, 'P1 P1w'],
  ['holding, corrected, and an NMI', { protocol: 'hold-aug-2022', faults: 'nmi=1' }, 'P1 P1w'],
  ['siblings in their NMI, and an NMI', { protocol: 'hold-nov-2022', faults: 'nmi=1' }, ''],
  ['holding as posted and late arrivals', { protocol: 'hold-aug-2022-posted', faults: 'timeout=unlimited' }, 'P1 P4'],
  ['holding, corrected, and late arrivals', { protocol: 'hold-aug-2022', faults: 'timeout=unlimited' }, 'P1 P4'],
  ['holding as posted, an offline sibling', { protocol: 'hold-aug-2022-posted', offline: '3' }, 'P1 P1w P17'],
  ['holding, corrected, an offline sibling', { protocol: 'hold-aug-2022', offline: '3' }, 'P1 P1w P17'],
  ['siblings in their NMI, undisturbed: no deadlock, all new', { protocol: 'hold-nov-2022' }, ''],
  ['the same and late arrivals', { protocol: 'hold-nov-2022', faults: 'timeout=unlimited' }, 'P1 P1w P4'],
  [
    'the same and an offline sibling, which never comes',
    { protocol: 'hold-nov-2022', offline: '3', faults: 'timeout=unlimited' },
    'P1 P1w P4 P17',
  ],
  ['the same if nobody may give up', { protocol: 'hold-nov-2022', offline: '3' }, 'P5 P6 P7'],
  ['Linux 6.7, undisturbed', { protocol: 'linux-6.7-nmi' }, ''],
  ['Linux 6.7 and an NMI', { protocol: 'linux-6.7-nmi', faults: 'nmi=1' }, ''],
  ['Linux 6.7 and a refused load', { protocol: 'linux-6.7-nmi', faults: 'reject=1' }, ''],
  [
    'Linux 6.7 with an offline sibling on another core than CPU 0',
    { protocol: 'linux-6.7-nmi', offline: '3' },
    'P1 P1w P17',
  ],
  [
    'the same, released by its own core',
    { protocol: 'linux-6.7-nmi', offline: '3', choices: ['offlineRelease=per core'] },
    '',
  ],
  [
    'Linux 6.7 with an offline sibling and late arrivals',
    { protocol: 'linux-6.7-nmi', offline: '3', faults: 'timeout=unlimited', choices: ['undo=with the test'] },
    'P1 P1w P11 P17',
  ],
  ['Linux 6.7 and late arrivals', { protocol: 'linux-6.7-nmi', faults: 'timeout=unlimited' }, 'P1 P1w P4'],
  [
    'the same if the arrival is taken back in the access of the last look',
    { protocol: 'linux-6.7-nmi', faults: 'timeout=unlimited', choices: ['undo=with the test'] },
    '',
  ],
  // Nothing in the source waits for the self-NMI: stop_machine ends, the key goes off, and who comes later loads nothing.
  ['Linux 6.7, self-NMIs late', { protocol: 'linux-6.7-late-nmi' }, 'P6 P7 P11'],
  ['stop_machine_nmi() version 2 as the loader', { protocol: 'stop-machine-nmi-loader' }, ''],
  [
    'the same with an offline sibling, which the flag alone gates',
    { protocol: 'stop-machine-nmi-loader', offline: '3' },
    'P1 P1w P17',
  ],
  [
    'the same and an NMI before CPUs are stopped',
    { protocol: 'stop-machine-nmi-loader', faults: 'nmi=1' },
    'P6 P7 P11',
  ],
  [
    'the same with a mask that each fills for itself',
    { protocol: 'stop-machine-nmi-loader', faults: 'nmi=1', choices: ['mask=as each sends its NMI'] },
    '',
  ],
  ['the same and late arrivals', { protocol: 'stop-machine-nmi-loader', faults: 'timeout=unlimited' }, 'P1 P1w P4'],
  ['Linux 6.7 on AMD and a refused load', { protocol: 'linux-6.7-amd', faults: 'reject=1' }, ''],
  // setup_cpus() lets AMD pass, but the handler of an offline thread looks at a key that is on for Intel only.
  ['Linux 6.7 on AMD and an offline sibling', { protocol: 'linux-6.7-amd', offline: '3' }, 'P6 P7 P11'],
  [
    'the same with limits, the flag alone as the gate',
    {
      protocol: 'linux-6.7-amd',
      offline: '3',
      faults: 'timeout=unlimited',
      choices: ['offlineGate=flag', 'undo=with the test'],
    },
    '',
  ],
  ['stop_machine_nmi() RFC, undisturbed', { protocol: 'stop-machine-nmi-rfc' }, 'P6 P9'],
  ['stop_machine_nmi() RFC and an error', { protocol: 'stop-machine-nmi-rfc', faults: 'reject=1' }, 'P6 P9 P10'],
  ['stop_machine_nmi() version 2 and two errors', { protocol: 'stop-machine-nmi', faults: 'reject=2' }, ''],
  ['Xen and an NMI', { protocol: 'xen', faults: 'nmi=1' }, ''],
  ['Xen, undisturbed', { protocol: 'xen' }, ''],
  ['Xen no-nmi, undisturbed', { protocol: 'xen-no-nmi' }, ''],
  ['Xen no-nmi and an NMI', { protocol: 'xen-no-nmi', faults: 'nmi=1' }, ''],
  ['Xen no-nmi with an offline sibling', { protocol: 'xen-no-nmi', offline: '3' }, 'P1 P1w P17'],
  ['Xen and a refused load', { protocol: 'xen', faults: 'reject=1' }, ''],
  ['Xen and late arrivals', { protocol: 'xen', faults: 'timeout=2' }, ''],
  ['Xen with an offline sibling, which nobody holds', { protocol: 'xen', offline: '3' }, 'P1 P1w P17'],
  ['the same and an NMI, which a parked CPU ignores', { protocol: 'xen', offline: '3', faults: 'nmi=1' }, 'P1 P1w P17'],
  [
    'the same under FRED, where a parked CPU calls in',
    { protocol: 'xen', offline: '3', faults: 'nmi=1', choices: ['parkedNmi=do_nmi'] },
    'P1 P1w P5 P6 P7 P11 P17',
  ],
  ['Xen, two loads, one refused', { protocol: 'xen', faults: 'reject=1', choices: ['loads=two'] }, ''],
  ['Xen before the common tail', { protocol: 'xen', faults: 'reject=1', choices: ['cleanup=on success'] }, 'P11'],
  // A primary whose load is refused inside an unrelated NMI, before its own loop saw CALLIN, later sees EXIT and returns 0.
  ['Xen, an NMI and a refused load together', { protocol: 'xen', faults: 'nmi=1,reject=1' }, 'P5 P10'],
  ['Xen no-nmi, an NMI and a refused load', { protocol: 'xen-no-nmi', faults: 'nmi=1,reject=1' }, ''],
  [
    'Xen no-nmi whose callback parks everyone, and an NMI',
    { protocol: 'xen-no-nmi', faults: 'nmi=1', choices: ['callback=holds everyone'] },
    'P5 P6 P7 P11',
  ],
  [
    'stop_machine, then everything inside self-NMIs, and an NMI',
    { protocol: 'stop-machine-self-nmi', faults: 'nmi=1' },
    '',
  ],
  [
    'the same with an offline sibling, which nobody holds',
    { protocol: 'stop-machine-self-nmi', offline: '3' },
    'P1 P1w P17',
  ],
  ['everything inside NMI handlers, and an NMI', { protocol: 'all-nmi', faults: 'nmi=1' }, 'P6 P7'],
  ['everything inside NMI handlers, an offline sibling', { protocol: 'all-nmi', offline: '3' }, 'P1 P1w P17'],
];

const LOOKED_AT = new Set('P1 P1w P4 P5 P6 P7 P9 P10 P11 P17'.split(' '));

describe('what is violated', () => {
  test.each(EXPECTED)('%s', (_, text, violated) => {
    const [checked] = checkCases([caseOf({ topology: '2x2', ...text })], null, {});
    const found = (checked?.report.properties ?? []).filter(
      ({ id, verdict }) => LOOKED_AT.has(id) && verdict === 'violated',
    );
    const order = new Intl.Collator('en', { numeric: true });
    expect(
      found
        .map(({ id }) => id)
        .sort(order.compare)
        .join(' '),
    ).toBe(violated);
    expect(checked?.report.properties.some(({ verdict }) => verdict === 'unfinished')).toBe(false);
  });
});

test('packages make no difference to what can happen', () => {
  const [one, two] = ['2x2', '2x1x2'].map(
    (topology) => checkCases([caseOf({ protocol: 'xen', topology })], null, {})[0],
  );
  expect(two?.report.states).toBe(one?.report.states);
  expect(two?.report.properties).toEqual(one?.report.properties);
});
