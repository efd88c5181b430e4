import { describe, expect, test } from 'vitest';
import { remarksOn } from '../../src/sim/remarks.ts';
import { describe as modelOf } from '../../src/sim/scenario/parse.ts';
import { caseOf, everyCase, type SubjectText } from '../../src/sim/subject.ts';

function remarks(text: SubjectText): readonly string[] {
  const one = caseOf({ topology: '1x2', ...text });
  return remarksOn(one, modelOf(one));
}

describe('beside a verdict it is said', () => {
  test('that a budget of timeouts invents deadlocks, and unlimited ones do not', () => {
    expect(remarks({ protocol: 'linux-6.7-nmi', faults: 'timeout=1' })).toEqual([
      expect.stringMatching(
        /^timeout=1 is a budget: .* a deadlock \(P7\) .* may be invented\. Use timeout=unlimited\.$/,
      ),
    ]);
    expect(remarks({ protocol: 'linux-6.7-nmi', faults: 'timeout=unlimited' })).toEqual([]);
  });

  test('that a load that hangs wants timeouts, where the protocol has them', () => {
    expect(remarks({ protocol: 'linux-5.5', faults: 'hang=1' })).toEqual([
      expect.stringMatching(/^hang=1 without timeouts: .* Use timeout=unlimited\.$/),
    ]);
    expect(remarks({ protocol: 'linux-5.5', faults: 'hang=1,timeout=unlimited' })).toEqual([]);
    expect(remarks({ protocol: 'linux-4.15', faults: 'hang=1' })).toEqual([]);
  });

  test('that a variant is none where a choice makes no difference', () => {
    const perCore = { protocol: 'linux-6.7-nmi', topology: '2x2', choices: ['offlineRelease=per core'] };
    expect(remarks(perCore)).toEqual([
      'offlineRelease=per core makes no difference on this machine, with these faults and choices.',
    ]);
    expect(remarks({ ...perCore, offline: '3' })).toEqual([]);
    expect(remarks({ ...perCore, choices: ['offlineRelease=by CPU 0'] })).toEqual([]);
  });

  test('that no run meets a fault, as far as the search can tell', () => {
    expect(remarks({ protocol: 'xen', faults: 'hotplug=1,nmi=1' })).toEqual([
      'no run meets hotplug: what it needs never holds in this protocol.',
    ]);
    expect(remarks({ protocol: 'xen', faults: 'hotplug=1', choices: ['hotplugLock=missing'] })).toEqual([]);
    // One CPU alone waits for nobody.
    expect(remarks({ protocol: 'xen', offline: '1', faults: 'timeout=unlimited' })).toEqual([
      'no run meets timeout: it never comes to that on this machine.',
    ]);
    expect(remarks({ protocol: 'xen' })).toEqual([]);
    expect(remarks({ protocol: 'nested-nmi', topology: undefined })).toEqual([]);
  });
});

test('a protocol about which the machine says nothing is left out of a row of all, and that is said', () => {
  const { cases, leftOut } = everyCase({ topology: '2x2', offline: '3' });
  expect(leftOut).toContain('stop-machine-nmi is left out: no step of this protocol can meet a CPU that is offline');
  expect(cases.map(({ protocol }) => protocol)).not.toContain('stop-machine-nmi');
  expect(cases.map(({ name }) => name)).toEqual(expect.arrayContaining(['xen', 'xen store=1']));
  expect(everyCase({ topology: '2x2' }).leftOut).toEqual([]);
});
