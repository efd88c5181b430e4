import { describe, expect, test } from 'vitest';
import { checkModel } from '../../../src/sim/engine/check.ts';
import { isMet, meetings } from '../../../src/sim/engine/meeting.ts';
import { cpuCount, type Model, type Topology } from '../../../src/sim/language/model.ts';
import { NO_FAULTS } from '../../../src/sim/machine/faults.ts';
import { model } from '../../../src/sim/protocols/protocol.ts';
import { SETTING, type Setting } from '../../../src/sim/protocols/setting.ts';
import { type Entry, protocolOf, PROTOCOLS } from '../../../src/sim/protocols/registry.ts';
import { parseScenario } from '../../../src/sim/scenario/parse.ts';
import { ownMachine } from '../../../src/sim/scenario/fits.ts';
import { scenarioOf } from '../support/scenarios.ts';

interface Machine {
  readonly name: string;
  readonly topology: Topology;
  readonly offline: readonly number[];
}

const MACHINES: readonly Machine[] = [
  { name: '1x2', topology: { cores: 1, threads: 2 }, offline: [] },
  { name: '1x2 with CPU 1 offline', topology: { cores: 1, threads: 2 }, offline: [1] },
  { name: '2x1', topology: { cores: 2, threads: 1 }, offline: [] },
];

const BUDGETS: readonly (readonly [string, number | 'unlimited'])[] = [
  ...Object.keys(NO_FAULTS).flatMap((fault) => [1, 2].map((units) => [fault, units] as const)),
  ['timeout', 'unlimited'],
];

/** The description itself, without what refuses anything. */
function described({ protocol, setting, chosen }: Entry, { topology, offline }: Machine, some: object): Model {
  const given: Setting = { ...SETTING, ...setting, topology, offline, faults: { ...NO_FAULTS, ...some } };
  return model(protocol, given, chosen);
}

/** What a check comes to. */
const verdicts = (of: Model): string => {
  const { properties, states } = checkModel(of);
  return [states, ...properties.map(({ id, verdict }) => `${id} ${verdict}`)].join();
};

/** What is wrong with the answer to a fault on a machine; null when it is right. */
function mistakeIn(entry: Entry, machine: Machine, fault: string, units: number | 'unlimited'): string | null {
  const finite = units === 'unlimited' ? 1 : units;
  const disturbed = described(entry, machine, { [fault]: finite });
  const { problems } = parseScenario(
    scenarioOf({ protocol: entry.id, machine: sizeOf(entry, machine), faults: { [fault]: units } }),
  );
  const [problem] = problems;
  if (problem !== undefined) {
    const says = `no step of this protocol can meet ${fault}`;
    if (problem.path !== `cases[0].faults.${fault}` || !problem.reason.startsWith(says)) return problem.reason;
    const same = verdicts(disturbed) === verdicts(described(entry, machine, {}));
    return same ? null : 'was refused, and makes a difference';
  }
  const meeting = meetings(disturbed, [fault]).get(fault);
  if (meeting !== (fault === 'hotplug' ? 'withheld' : 'possible')) return `was accepted, and is ${meeting}`;
  const met = units === 1 ? isMet(disturbed, fault) : meeting === 'possible';
  // Where one CPU alone is online, nobody waits for anybody: only a search finds that out.
  const lonely = cpuCount(machine.topology) - machine.offline.length === 1;
  if (fault === 'timeout' && lonely && met === false) return null;
  return met === (meeting === 'possible') ? null : `is ${meeting}, and met: ${met}`;
}

/** A protocol that has a machine of its own is left with it. */
const sizeOf = (entry: Entry, { topology, offline }: Machine): object =>
  ownMachine(entry) === null ? { ...topology, offline } : {};

describe('every protocol, every fault, every budget', () => {
  const knowsOffline = (entry: Entry, machine: Machine): boolean =>
    parseScenario(scenarioOf({ protocol: entry.id, machine: sizeOf(entry, machine) })).scenario !== undefined;

  test.each(PROTOCOLS.map((entry) => [entry.id, entry] as const))('%s: is met by some run, or refused', (_, entry) => {
    const mistakes = MACHINES.filter((machine) => knowsOffline(entry, machine)).flatMap((machine) =>
      BUDGETS.flatMap(([fault, units]) => {
        const mistake = mistakeIn(entry, machine, fault, units);
        return mistake === null ? [] : [`${machine.name}, ${fault}=${units}: ${mistake}`];
      }),
    );
    expect(mistakes).toEqual([]);
  });
});

describe('what a protocol does not know', () => {
  const reasons = (one: object): readonly string[] =>
    parseScenario(scenarioOf(one)).problems.map(({ path, reason }) => `${path.replace('cases[0].', '')}: ${reason}`);

  test('a fault: the refusal says which it knows', () => {
    expect(reasons({ protocol: 'linux-6.7-nmi', faults: { mce: 1 } })).toEqual([
      'faults.mce: no step of this protocol can meet mce; it knows nmi, timeout, reject, hang, breakpoint, hotplug, and store with a CPU offline',
    ]);
    expect(reasons({ protocol: 'hot-add', faults: { nmi: 1 } })).toEqual([
      'faults.nmi: no step of this protocol can meet nmi; it knows none',
    ]);
    expect(reasons({ protocol: 'nested-nmi', faults: { breakpoint: 1 } })).toEqual([
      'faults.breakpoint: no step of this protocol can meet breakpoint without another fault; it knows nmi, breakpoint',
    ]);
    expect(reasons({ protocol: 'nested-nmi', faults: { breakpoint: 1, nmi: 1 } })).toEqual([]);
    expect(reasons({ protocol: 'xen', faults: { mce: 0 } })).toEqual([]);
  });

  test('a CPU that is away', () => {
    for (const protocol of ['stop-machine-nmi', 'stop-machine-nmi-rfc', 'smm-rendezvous', 'hot-add']) {
      const size = protocol === 'hot-add' ? {} : { cores: 2, threads: 2 };
      expect(reasons({ protocol, machine: { ...size, offline: [1] } })).toEqual([
        'machine.offline: no step of this protocol can meet a CPU that is offline',
      ]);
      expect(reasons({ protocol, machine: { ...size, dormant: [1] } })).toEqual([
        'machine.dormant: no step of this protocol can meet a CPU that was never started',
      ]);
    }
    expect(reasons({ protocol: 'xen', machine: { offline: [3] } })).toEqual([]);
    expect(reasons({ protocol: 'linux-6.7-nmi', machine: { dormant: [3] } })).toEqual([]);
  });

  test('a machine of another size', () => {
    expect(reasons({ protocol: 'hot-add', machine: { cores: 2, threads: 2 } })).toEqual([
      'machine: this protocol has a machine of its own, 2x1: 2x2 would change nothing',
    ]);
    expect(reasons({ protocol: 'nested-nmi', machine: { packages: 2, cores: 1, threads: 1 } })).toEqual([
      'machine: this protocol has a machine of its own, 1x1: 2x1x1 would change nothing',
    ]);
    expect(reasons({ protocol: 'nested-nmi', machine: { cores: 1, threads: 1 } })).toEqual([]);
    expect(reasons({ protocol: 'hot-add' })).toEqual([]);
    const { scenario } = parseScenario(scenarioOf({ protocol: 'hot-add' }));
    expect(scenario?.cases[0]?.setting.topology).toEqual({ cores: 2, threads: 1 });
  });

  test('a refusal where nobody is answered', () => {
    expect(reasons({ protocol: 'smm-rendezvous', refused: 'ENOENT' })).toEqual([
      'refused: nobody loads anything in this protocol that could be refused',
    ]);
    expect(reasons({ protocol: 'xen', refused: 'ENOENT' })).toEqual([]);
  });

  test('an event of a script', () => {
    const event = (what: string, cpu = 1) =>
      ['reject', 'hang'].includes(what)
        ? { what, cpu }
        : { what, cpu, at: { us: 1 }, ...(what === 'stall' ? { us: 1 } : {}) };
    const on = (protocol: string, ...events: readonly object[]) => reasons({ protocol, events });
    expect(on('linux-6.7-nmi', event('mce'))).toEqual(['events[0]: no step of this protocol on CPU 1 can meet mce']);
    expect(on('linux-6.7-nmi', event('stall'), event('store'))).toEqual([
      'events[1]: no step of this protocol on CPU 1 can meet store',
    ]);
    // Its core's load is CPU 0's.
    expect(on('linux-6.7-nmi', event('reject'))).toEqual([
      'events[0]: no step of this protocol on CPU 1 can meet reject',
    ]);
    expect(on('linux-6.7-nmi', event('reject', 0), event('nmi'), event('breakpoint'))).toEqual([]);
    expect(on('smm-rendezvous', { what: 'slow load', cpu: 0, us: 1 })).toEqual([
      'events[0]: no step of this protocol on CPU 0 can meet slow load',
    ]);
    expect(on('xen', { what: 'slow load', cpu: 0, us: 1 })).toEqual([]);
  });
});

test('what is withheld is known to be, and known not to be when it is not', () => {
  const entry = protocolOf('xen');
  if (entry === undefined) throw new Error('xen is gone');
  const plug = (hotplugLock: string) =>
    model(entry.protocol, { faults: { ...NO_FAULTS, hotplug: 1 } }, { hotplugLock });
  expect([...meetings(plug('held'), ['hotplug', 'nmi'])]).toEqual([
    ['hotplug', 'withheld'],
    ['nmi', 'none'],
  ]);
  expect(meetings(plug('missing'), ['hotplug']).get('hotplug')).toBe('possible');
});
