import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { interpreter } from '../../../src/sim/language/interpret.ts';
import { BARE_METAL, cpuModel, type CpuParameters } from '../../../src/sim/machine/cpu.ts';
import {
  CPU_EVENTS,
  CPU_STATES,
  EVENT_TABLE,
  eventTableMarkdown,
  type CpuEvent,
  type CpuState,
  type EventEffect,
} from '../../../src/sim/machine/event-table.ts';

type Happening = CpuEvent | 'IRET' | 'IRET of the NMI' | 'RSM' | 'load retires' | 'VMXOFF or STGI';
type Seen = Readonly<Record<string, number | string>>;

/** The CPU after each event has arrived and the boundary has taken what it can; `after[0]` is the start. */
function after(
  state: CpuState,
  events: readonly Happening[],
  parameters: Partial<CpuParameters> = {},
): readonly Seen[] {
  const model = cpuModel(state, events.length, { ...BARE_METAL, ...parameters });
  const machine = interpreter(model);
  const now = machine.initial();
  const look = (): Seen =>
    Object.fromEntries(
      model.fields.map(({ name, names }) => {
        const value = now[machine.slots.field.get(name)?.base ?? -1] ?? -1;
        return [name, names?.[value] ?? value];
      }),
    );
  const seen = [look()];
  for (const event of events) {
    const step = model.steps.findIndex(({ id }) => id === `environment/${event}`);
    machine.applyTo(now, { step, cpu: 0 });
    for (;;) {
      const moves = machine.enabled(now).filter((move) => model.steps[move.step]?.kind === 'program');
      const [move] = moves;
      if (move === undefined) break;
      // Priorities leave no choice.
      expect(moves).toHaveLength(1);
      machine.applyTo(now, move);
    }
    seen.push(look());
  }
  return seen;
}

const LATCHES = ['nmi latch', 'smi latch', 'init latch', '#MC pending', 'INTR pending', 'exception pending'];

function effectOf(event: CpuEvent, [before, now]: readonly Seen[]): EventEffect {
  if (before === undefined || now === undefined) throw new Error('nothing happened');
  const woke = before['run'] === 'HLT' || before['run'] === 'MWAIT';
  if (now['took'] === 'SMI') return 'enters SMM';
  if (now['took'] === 'INIT') return 'waits for SIPI';
  if (now['took'] === 'SIPI') return 'starts';
  if (now['took'] === 'store') return woke ? 'wakes' : 'disarms';
  if (now['took'] === event) return woke ? 'wakes, delivered' : 'delivered';
  return LATCHES.some((latch) => now[latch] !== before[latch]) ? 'latched' : 'dropped';
}

const CELLS = CPU_EVENTS.flatMap((event) =>
  CPU_STATES.map((state, column) => ({ event, state, effect: EVENT_TABLE[event][column] })),
);

describe('each cell of the event table', () => {
  test.each(CELLS.filter(({ effect }) => effect !== '-'))('$event in $state: $effect', ({ event, state, effect }) => {
    expect(effectOf(event, after(state, [event]))).toBe(effect);
  });

  test('is what the documentation shows', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/simulator-machine.md'), 'utf8');
    expect(page).toContain(eventTableMarkdown());
  });
});

const last = (...args: Parameters<typeof after>): Seen => after(...args).at(-1) ?? {};

describe('NMI blocking', () => {
  test('one NMI is remembered, further ones merge', () => {
    expect(last('RUN', ['NMI', 'NMI', 'NMI'])).toMatchObject({ 'nmi latch': 1, 'nmi blocked': 1 });
    expect(last('RUN', ['NMI', 'NMI', 'NMI'], { nmiLatchDepth: 2 })).toMatchObject({ 'nmi latch': 2 });
  });

  test('any IRET unblocks, and the latched NMI is taken', () => {
    expect(last('RUN', ['NMI', 'NMI', 'IRET'])).toMatchObject({ 'nmi latch': 0, 'nmi blocked': 1, took: 'NMI' });
    expect(last('RUN, NMIs blocked', ['IRET'])).toMatchObject({ 'nmi blocked': 0 });
  });

  test('with FRED only the return from the NMI does', () => {
    expect(last('RUN, NMIs blocked', ['IRET'], { fred: true })).toMatchObject({ 'nmi blocked': 1 });
    expect(last('RUN, NMIs blocked', ['IRET of the NMI'], { fred: true })).toMatchObject({ 'nmi blocked': 0 });
  });

  test('SMM inside an NMI handler gives the blocking back, unless an IRET ran in SMM', () => {
    expect(last('RUN', ['NMI', 'SMI', 'RSM'])).toMatchObject({ smm: 0, 'nmi blocked': 1 });
    expect(last('RUN', ['NMI', 'SMI', 'IRET', 'RSM'])).toMatchObject({ smm: 0, 'nmi blocked': 0 });
    expect(last('RUN', ['SMI', 'RSM'])).toMatchObject({ smm: 0, 'nmi blocked': 0 });
  });

  test('an NMI in SMM waits for RSM, or for an IRET in SMM', () => {
    expect(last('RUN', ['SMI', 'NMI'])).toMatchObject({ 'nmi latch': 1, took: 'SMI' });
    expect(last('RUN', ['SMI', 'NMI', 'RSM'])).toMatchObject({ 'nmi latch': 0, took: 'NMI' });
    expect(last('RUN', ['SMI', 'NMI', 'IRET'])).toMatchObject({ 'nmi latch': 0, took: 'NMI', smm: 1 });
  });

  test('the load WRMSR holds everything until it retires', () => {
    expect(last('LOADING', ['NMI', 'SMI'])).toMatchObject({ 'nmi latch': 1, 'smi latch': 1, took: 'nothing' });
    expect(last('LOADING', ['NMI', 'SMI', 'load retires'])).toMatchObject({ took: 'SMI', 'nmi latch': 1 });
  });
});

describe('INIT and SIPI', () => {
  test('an INIT clears what is latched', () => {
    expect(last('RUN, NMIs blocked', ['NMI', 'INIT'])).toMatchObject({ run: 'WFS', 'nmi latch': 0, 'nmi blocked': 0 });
  });

  test('an INIT in SMM is taken after RSM; a SIPI in SMM is lost', () => {
    expect(last('RUN', ['SMI', 'INIT', 'SIPI', 'SIPI', 'RSM'])).toMatchObject({ run: 'WFS', smm: 0 });
    expect(last('RUN', ['SMI', 'INIT', 'RSM', 'SIPI'])).toMatchObject({ run: 'RUN', took: 'SIPI' });
  });

  test('an SMI latched in wait-for-SIPI is taken right after start-up', () => {
    expect(last('WFS', ['SMI', 'SIPI'])).toMatchObject({ run: 'RUN', smm: 1, took: 'SMI' });
  });

  test('a pending SMI goes before an INIT; after RSM the order is a parameter', () => {
    expect(last('LOADING', ['INIT', 'SMI', 'load retires'])).toMatchObject({ smm: 1, 'init latch': 1 });
    expect(last('RUN', ['SMI', 'INIT', 'SMI', 'RSM'])).toMatchObject({ run: 'WFS', smm: 0, 'smi latch': 0 });
    expect(last('RUN', ['SMI', 'INIT', 'SMI', 'RSM'], { afterRsm: 'SMI' })).toMatchObject({ smm: 1, 'init latch': 1 });
  });

  test('an NMI in wait-for-SIPI is latched or dropped', () => {
    expect(last('WFS', ['NMI'])).toMatchObject({ 'nmi latch': 1 });
    expect(last('WFS', ['NMI'], { nmiInWfs: 'dropped' })).toMatchObject({ 'nmi latch': 0 });
  });
});

describe('in a hypervisor', () => {
  test('VMX root operation blocks INIT and nothing else', () => {
    const inRoot = { hypervisor: 'VMX root' } as const;
    expect(last('RUN', ['INIT'], inRoot)).toMatchObject({ run: 'RUN', 'init latch': 1 });
    expect(last('RUN', ['INIT', 'VMXOFF or STGI'], inRoot)).toMatchObject({ run: 'WFS', 'init latch': 0 });
    expect(last('RUN', ['NMI'], inRoot)).toMatchObject({ took: 'NMI' });
    expect(last('RUN', ['SMI'], inRoot)).toMatchObject({ took: 'SMI' });
  });

  test.each(['INIT', 'NMI', 'SMI'] as const)('GIF = 0 holds %s until STGI', (event) => {
    const closed = { hypervisor: 'GIF clear' } as const;
    expect(last('RUN', [event], closed)).toMatchObject({ took: 'nothing' });
    expect(last('RUN', [event, 'VMXOFF or STGI'], closed)).toMatchObject({ took: event });
    expect(last('RUN', ['#MC'], closed)).toMatchObject({ took: '#MC' });
  });
});

describe('machine checks and shutdown', () => {
  test('a second #MC while MCIP is set shuts the CPU down', () => {
    expect(last('RUN', ['#MC'])).toMatchObject({ mcip: 1, took: '#MC', run: 'RUN' });
    expect(last('RUN', ['#MC', '#MC'])).toMatchObject({ run: 'SHUTDOWN' });
  });

  test('an NMI leads out of a shutdown, but not of one entered inside an NMI handler', () => {
    expect(last('RUN', ['#MC', '#MC', 'NMI'])).toMatchObject({ run: 'RUN', took: 'NMI' });
    expect(last('RUN', ['NMI', '#MC', '#MC', 'IRET', 'NMI'])).toMatchObject({ run: 'SHUTDOWN' });
    expect(last('RUN', ['NMI', '#MC', '#MC', 'INIT'])).toMatchObject({ run: 'WFS' });
  });

  test('HLT is restarted after SMM, MWAIT is not', () => {
    expect(last('HLT', ['SMI', 'RSM'])).toMatchObject({ run: 'HLT' });
    expect(last('MWAIT', ['SMI', 'RSM'])).toMatchObject({ run: 'RUN' });
  });
});
