import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { NO_FAULTS } from '../../../src/sim/machine/faults.ts';
import { SETTING } from '../../../src/sim/protocols/setting.ts';
import { PROTOCOLS } from '../../../src/sim/protocols/registry.ts';
import { interpreter } from '../../../src/sim/language/interpret.ts';
import { packageOf } from '../../../src/sim/language/model.ts';
import { play, prepareCase } from '../../../src/sim/scenario/play.ts';
import { USUAL_LOAD } from '../../../src/sim/scenario/parse.ts';
import type { Case } from '../../../src/sim/scenario/scenario.ts';
import { draw, LATENCIES, loadTime } from '../../../src/sim/timed/latencies.ts';
import { Queue } from '../../../src/sim/timed/queue.ts';
import { random } from '../../../src/sim/timed/random.ts';

const on = (protocol: string, cores: number, threads: number, changes: Partial<Case> = {}): Case => ({
  name: 'test',
  protocol,
  choices: {},
  setting: { ...SETTING, topology: { cores, threads }, faults: NO_FAULTS },
  events: [],
  load: USUAL_LOAD,
  seed: 1,
  check: null,
  run: null,
  ...changes,
});

const digest = (one: Case, seed: number): string =>
  createHash('sha256')
    .update(JSON.stringify(play(one, seed).run.trace))
    .digest('hex')
    .slice(0, 16);

describe('determinism', () => {
  test('a seed gives one trace, another seed another', () => {
    const one = on('linux-6.7-nmi', 4, 2);
    expect(digest(one, 7)).toBe(digest(one, 7));
    expect(digest(one, 7)).not.toBe(digest(one, 8));
  });

  test('the trace of a seed is the same on every platform', () => {
    expect(digest(on('xen', 4, 2), 1)).toBe('0aa5f23cda6175f5');
  });

  test('the first numbers of a seed are pinned', () => {
    const chance = random(1);
    expect([chance.next(), chance.next(), chance.next()].map((number) => number * 2 ** 32)).toEqual([
      2442144158, 3238099751, 3819917871,
    ]);
  });

  test('preparing once or for each run makes no difference', () => {
    const one = on('xen', 2, 2);
    const prepared = prepareCase(one);
    const [first, second] = [play(one, 3, prepared), play(one, 3, prepared)];
    expect(second.run.trace).toEqual(first.run.trace);
    expect(first.result).toEqual(play(one, 3).result);
  });
});

describe('a run is a path of the model', () => {
  test.each(PROTOCOLS.filter(({ id }) => id !== 'nested-nmi').map(({ id }) => id))(
    '%s: every step was possible when it was taken',
    (id) => {
      const { run } = play(on(id, 2, 2));
      const machine = interpreter(run.model);
      const state = machine.initial();
      let before = 0;
      for (const { ns, cpu, step } of run.trace) {
        expect(ns).toBeGreaterThanOrEqual(before);
        expect(machine.isEnabled(state, { step, cpu })).toBe(true);
        machine.applyTo(state, { step, cpu });
        before = ns;
      }
      expect(state).toEqual(run.final);
      expect(run.endless).toBe(false);
    },
  );

  test.each(PROTOCOLS.filter(({ id }) => !['nested-nmi', 'hot-add'].includes(id)).map(({ id }) => id))(
    '%s: undisturbed, everybody comes back without a timeout',
    (id) => {
      const { run, result } = play(on(id, 3, 2));
      expect(run.stuck).toBe(false);
      expect(result.timeouts).toEqual([]);
      expect(result.panicked).toBe(false);
      expect(result.cpus.every(({ blackoutUs }) => blackoutUs !== null)).toBe(true);
    },
  );
});

describe('limits bound the time that CPUs are away (P8)', () => {
  const limitUs = (name: string): number => {
    const takes = LATENCIES[name]?.takes;
    if (takes?.kind !== 'fixed') throw new Error(`${name} is no limit`);
    return takes.ns / 1000;
  };
  const own = limitUs('linux entry timeout') + limitUs('linux ctrl timeout') + limitUs('linux offline timeout');
  const late = (offlineRelease: string, us: number): Case =>
    on('linux-6.7-nmi', 2, 2, {
      choices: { offlineRelease, undo: 'with the test' },
      setting: {
        ...SETTING,
        topology: { cores: 2, threads: 2 },
        faults: { ...NO_FAULTS, timeout: null },
        offline: [3],
      },
      events: us === 0 ? [] : [{ what: 'stall', cpu: 1, at: { us: 0 }, us }],
    });

  test.each([0, 900_000, 3_000_000])(
    'one CPU comes %i us late: nobody is away for longer than that and all limits',
    (us) => {
      const { result } = play(late('per core', us));
      expect(Math.max(...result.cpus.map(({ blackoutUs }) => blackoutUs ?? Infinity))).toBeLessThan(us + own);
    },
  );

  test('a thread that nobody lets go sits out its limit, one that is let go does not', () => {
    expect(play(late('per core', 0)).result.timeouts).toEqual([]);
    const [first, ...others] = play(late('never', 0)).result.timeouts;
    expect([first?.cpu, first?.step.split('#')[0], others]).toEqual([3, 'nmi/offline/await ctrl', []]);
    expect(first?.us).toBeGreaterThan(limitUs('linux ctrl timeout'));
  });
});

describe('durations', () => {
  test('all stay in their stated bounds', () => {
    const chance = random(99);
    for (const latency of Object.values(LATENCIES)) {
      const { takes } = latency;
      const [least, most] =
        takes.kind === 'fixed'
          ? [takes.ns, takes.ns]
          : takes.kind === 'uniform'
            ? [takes.from, takes.to]
            : takes.kind === 'quantiles'
              ? [Math.min(...takes.ns), Math.max(...takes.ns)]
              : [Infinity, Infinity];
      const drawn = Array.from({ length: 200 }, () => draw(latency, chance));
      expect(drawn.every((ns) => ns >= least && ns <= most)).toBe(true);
    }
  });

  test('an Intel load of 180 KiB takes about 8 ms, an AMD one less than half a millisecond, WBINVD at least doubles', () => {
    const chance = random(5);
    for (let i = 0; i < 100; i++) {
      const usual = loadTime({ vendor: 'intel', size: 180 * 1024, wbinvd: false, us: null }, chance);
      expect(usual).toBeGreaterThan(6_900_000);
      expect(usual).toBeLessThan(8_700_000);
      expect(loadTime({ vendor: 'intel', size: 180 * 1024, wbinvd: true, us: null }, chance)).toBeGreaterThan(
        2 * 6_900_000,
      );
      expect(loadTime({ vendor: 'amd', size: 16 * 1024, wbinvd: false, us: null }, chance)).toBeLessThan(300_001);
    }
  });

  test('the latency of every step of every protocol is known', () => {
    const known = new Set([...Object.keys(LATENCIES), 'load', 'linux serial exit timeout']);
    const costs = PROTOCOLS.flatMap(({ id }) =>
      prepareCase(on(id, 2, 2, { events: [{ what: 'reject', cpu: 0 }] })).model.steps.map(({ cost }) => cost),
    );
    expect(costs.filter((cost) => cost !== null && !known.has(cost))).toEqual([]);
  });
});

describe('packages', () => {
  const sizes = (packages: number): Case =>
    on('linux-4.15', 2, 1, {
      setting: { ...SETTING, topology: { packages, cores: 2, threads: 1 }, faults: NO_FAULTS },
    });
  /** How long the IPI to CPU 1 takes once CPU 0 has loaded, by seed. */
  const ipis = (packages: number): number[] => {
    const prepared = prepareCase(sizes(packages));
    return Array.from({ length: 60 }, (_, seed) => {
      const { trace, model } = play(sizes(packages), seed, prepared).run;
      const at = (cpu: number, label: string): number =>
        trace.find((taken) => {
          const step = model.steps[taken.step];
          return taken.cpu === cpu && step?.kind === 'program' && step.label === label;
        })?.ns ?? Number.NaN;
      return at(1, 'work') < at(0, 'work') ? at(0, 'work') - at(1, 'load') : at(1, 'work') - at(0, 'load');
    });
  };

  test('an IPI to another package takes longer, one within the package does not', () => {
    const within = ipis(1);
    expect(Math.min(...within)).toBeLessThan(1000);
    expect(Math.max(...within)).toBeLessThanOrEqual(2000);
  });

  test('who is not in the package of control is told by where its core is', () => {
    const { run } = play(sizes(2));
    expect([0, 1].map((cpu) => packageOf(run.model.topology, cpu))).toEqual([0, 1]);
    // CPU 0 may be reached last: then the IPI is within its package.
    expect(Math.max(...ipis(2))).toBeGreaterThan(2000);
  });
});

describe('machines of every size', () => {
  test('one CPU alone', () => {
    expect(play(on('linux-6.7-nmi', 1, 1)).result).toMatchObject({ answer: 'ok', panicked: false });
    expect(play(on('xen', 1, 1)).result).toMatchObject({ answer: 'ok', panicked: false });
  });

  test('512 threads: all updated, in one blackout of one load and the gathering', () => {
    const { result } = play(on('linux-6.7-nmi', 256, 2));
    expect(result.answer).toBe('ok');
    expect(result.cpus.filter(({ revision }) => revision === 'new')).toHaveLength(512);
    expect(result.blackoutUs).toBeLessThan(13_000);
  });
});

test('the queue gives entries in order of time, then of arrival', () => {
  const queue = new Queue<{ ns: number; order: number }>();
  const chance = random(3);
  const entries = Array.from({ length: 500 }, (_, order) => ({ ns: Math.floor(chance.next() * 50), order }));
  for (const entry of entries) queue.push(entry);
  const out = entries.map(() => queue.pop());
  expect(out).toEqual(entries.toSorted((a, b) => a.ns - b.ns || a.order - b.order));
  expect(queue.pop()).toBeUndefined();
});

describe('what the OS logs', () => {
  const refused = (protocol: string, cpu: number): readonly string[] =>
    play(on(protocol, 2, 2, { events: [{ what: 'reject', cpu }] })).result.messages;

  test('Xen is loud when some CPUs have the new revision and some do not', () => {
    expect(refused('xen', 2)).toEqual(['CPUs run different microcode revisions now: load it on all, or reboot']);
    expect(refused('xen', 0)).toEqual([]);
    expect(play(on('xen', 2, 2)).result.messages).toEqual([]);
  });

  test('Linux tells that not all made it, that none did, that the revision changed', () => {
    expect(refused('linux-6.7-nmi', 2)).toEqual([
      'load updated the CPUs, and not all of them made it',
      'revision changed',
    ]);
    expect(play(on('linux-6.7-nmi', 1, 2, { events: [{ what: 'reject', cpu: 0 }] })).result.messages).toEqual([
      'load failed: no CPU was updated',
    ]);
    expect(play(on('linux-6.7-nmi', 2, 2)).result.messages).toEqual(['revision changed']);
  });

  test('an update that is refused beforehand logs nothing of a load', () => {
    const setting = { ...SETTING, topology: { cores: 1, threads: 2 }, faults: NO_FAULTS, refused: 'ENOENT' } as const;
    expect(play(on('xen', 1, 2, { setting })).result.messages).toEqual([]);
  });
});
