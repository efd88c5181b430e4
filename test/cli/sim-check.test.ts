import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scenarioOf } from '../sim/support/scenarios.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { RUN, ucodekit } from '../support/ucodekit.ts';

const DEADLOCK = [
  '--protocol',
  'xen-no-nmi',
  '--topology',
  '1x2',
  '--faults',
  'nmi=1',
  '--choice',
  'callback=holds everyone',
];

const check = (...args: readonly string[]): ReturnType<typeof ucodekit> => ucodekit(['sim', 'check', ...args]);

describe('sim check', () => {
  test('succeeds when everything holds', () => {
    const { exit, stdout, stderr } = check('--protocol', 'xen', '--topology', '2x2');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('every reachable state was seen');
    expect(stdout).not.toContain('VIOLATED');
  });

  test('shows the deadlock of a handler that parks everyone, and who waits for what', () => {
    const { exit, stdout } = check(...DEADLOCK);
    expect(exit).toBe(1);
    expect(stdout).toContain('the shortest way, 9 steps');
    expect(stdout).toContain(
      'CPU 0 is at nmi: parked, interrupting task: await call-in, waits for phase == EXIT (phase is CALLIN)',
    );
  });

  test('ends with 5 when a limit stops it, and says that nothing holds', () => {
    for (const limit of [
      ['--max-states', '50'],
      ['--max-memory', '1k'],
    ]) {
      const { exit, stdout } = check('--protocol', 'xen', '--topology', '2x2', ...limit);
      expect(exit).toBe(5);
      expect(stdout).toContain('UNFINISHED: the limit of');
      expect(stdout).not.toMatch(/^ {2}P\w+ +holds/m);
    }
  });

  const LARGE = ['--protocol', 'linux-6.7-nmi', '--topology', '6x2', '--faults', 'nmi=2', '--no-partial-order'];
  test.for([
    ['check', ...LARGE, '--max-time', '60s'],
    ['check', ...LARGE, '--max-time', '60s', '--workers', '2'],
    ['run', '--protocol', 'linux-6.7-nmi', '--topology', '64x2', '--runs', '5000'],
  ])('can be interrupted in the middle: sim %j', async (args) => {
    const child = spawn(process.execPath, [RUN, 'sim', ...args], { stdio: 'ignore' });
    const ended = new Promise((resolve) => {
      child.on('exit', (code, signal) => resolve(signal ?? code));
    });
    // Repeated, because the first ones may come before the search has begun.
    const again = setInterval(() => child.kill('SIGINT'), 500);
    expect(['SIGINT', 130]).toContain(await ended);
    clearInterval(again);
  });

  test('looks only for the properties that are asked for', () => {
    const { stdout } = check(...DEADLOCK, '--property', 'P1,P7', '--json');
    const { schema, cases } = JSON.parse(stdout) as {
      schema: string;
      cases: { properties: { id: string; verdict: string }[] }[];
    };
    expect(schema).toBe('ucodekit/sim-check@2');
    expect(cases[0]?.properties.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['P1', 'holds'],
      ['P7', 'violated'],
    ]);
  });

  test('does not fail for a deadlock that it was not asked to look for', () => {
    const { exit, stdout } = check(...DEADLOCK, '--property', 'P1');
    expect(exit).toBe(0);
    expect(stdout).not.toContain('P7');
  });

  test('gives the same verdicts without reductions, over more states', () => {
    const seen = (...args: readonly string[]): { properties: string[]; states: number } => {
      const document = JSON.parse(
        check('--protocol', 'linux-6.7-nmi', '--faults', 'reject=1', ...args, '--json').stdout,
      ) as {
        cases: { states: number; properties: { id: string; verdict: string }[] }[];
      };
      const [row] = document.cases;
      return {
        properties: (row?.properties ?? []).map(({ id, verdict }) => `${id} ${verdict}`),
        states: row?.states ?? 0,
      };
    };
    const reduced = seen();
    const whole = seen('--no-symmetry', '--no-partial-order');
    expect(reduced.properties).toEqual(whole.properties);
    expect(reduced.states).toBeLessThan(whole.states);
  });

  test('refuses what it cannot simulate, with the reason', () => {
    for (const [args, reason] of [
      [['--protocol', 'nonesuch'], 'no protocol is called "nonesuch"; there are: linux-4.15'],
      [[], 'no scenario file and no --protocol is given'],
      [['--protocol', 'xen', '--topology', '2'], '"2" is not CORESxTHREADS'],
      [['--protocol', 'xen', '--topology', '40x2'], '80 CPUs cannot be explored'],
      [['--protocol', 'xen', '--offline', '99'], 'machine.offline[0]: CPU 99 of 4'],
      [['--protocol', 'xen', '--property', 'P99'], 'it has no property P99'],
      [['--protocol', 'xen', '--choice', 'mode=fast'], 'choices.mode: must be one of: nmi, no-nmi'],
      [['--protocol', 'xen', '--max-time', 'soon'], '"soon" is not a positive quantity'],
    ] as const) {
      const { exit, stdout, stderr } = check(...args);
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
      expect(stderr).toContain(reason);
    }
  });
});

describe('sim check of what cannot happen', () => {
  test.each([
    [
      ['--protocol', 'linux-6.7-nmi', '--faults', 'mce=1'],
      'ucodekit: linux-6.7-nmi: faults.mce: no step of this protocol can meet mce; it knows nmi, timeout, reject',
    ],
    [
      ['--protocol', 'stop-machine-nmi', '--offline', '3'],
      'ucodekit: stop-machine-nmi: machine.offline: no step of this protocol can meet a CPU that is offline',
    ],
    [
      ['--protocol', 'nested-nmi', '--topology', '2x2'],
      'ucodekit: nested-nmi: machine: this protocol has a machine of its own, 1x1',
    ],
  ] as const)('is refused in a line: %j', (args, line) => {
    const { exit, stdout, stderr } = check(...args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr.startsWith(line)).toBe(true);
  });

  test('in a scenario as well', () => {
    const file = join(temporaryFolder(), 'scenario.json');
    writeFileSync(file, scenarioOf({ protocol: 'hot-add', faults: { nmi: 1 } }));
    for (const command of ['check', 'run']) {
      const { exit, stderr } = ucodekit(['sim', command, file]);
      expect(exit).toBe(2);
      expect(stderr).toContain('faults.nmi: no step of this protocol can meet nmi; it knows none');
    }
  });

  test('a budget of timeouts is warned of, beside the verdicts and in the document', () => {
    const args = ['--protocol', 'linux-6.7-nmi', '--topology', '1x2', '--faults', 'timeout=1', '--property', 'P7'];
    expect(check(...args).stdout).toContain('note: timeout=1 is a budget');
    const { cases } = JSON.parse(check(...args, '--json').stdout) as { cases: { remarks: string[] }[] };
    expect(cases[0]?.remarks).toEqual([expect.stringContaining('Use timeout=unlimited.')]);
    expect(ucodekit(['sim', 'show', 'xen', '--faults', 'timeout=1']).stderr).toContain('Use timeout=unlimited.');
  });

  test('no help asks for a budget of timeouts', () => {
    for (const command of ['check', 'run', 'show', 'export', 'replay', 'list']) {
      const { stdout } = ucodekit(['sim', command, '--help']);
      expect(stdout).not.toMatch(/timeout=\d/);
    }
  });
});

describe('sim replay', () => {
  const token = (): string => /replay: (\S+)/.exec(check(...DEADLOCK, '--property', 'P7').stdout)?.[1] ?? '';

  test('tells the run of a token again, as far as it is asked', () => {
    const { exit, stdout } = ucodekit(['sim', 'replay', token(), '--to', '2', '--state']);
    expect(exit).toBe(0);
    expect(stdout).toContain('steps 1 to 2 of 9');
    expect(stdout).toMatch(/called in +1 0/);
  });

  test('reads the traces that sim check saves', () => {
    const folder = join(temporaryFolder(), 'made', 'for it');
    check(...DEADLOCK, '--property', 'P7', '--trace', folder);
    const files = readdirSync(folder);
    expect(files).toEqual(['xen-no-nmi-P7.json']);
    const file = join(folder, files[0] ?? '');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      schema: 'ucodekit/sim-trace@2',
      property: 'P7',
      evidence: { protocol: 'xen-no-nmi', topology: '1x2', faults: { nmi: 1 } },
      search: { symmetry: true, partialOrder: true, approximate: false },
    });
    expect(ucodekit(['sim', 'replay', file]).stdout).toBe(ucodekit(['sim', 'replay', token()]).stdout);
  });

  test('is called what was checked, also where protocols share a model', () => {
    const folder = temporaryFolder();
    check('--protocol', 'linux-5.5', '--topology', '1x2', '--property', 'P1', '--trace', folder);
    const replay = ['sim', 'replay', join(folder, 'linux-5.5-P1.json')];
    expect(ucodekit(replay).stdout).toMatch(/^linux-5\.5: /);
    expect(ucodekit([...replay, '--timeline', 'svg']).stdout).toContain('linux-5.5, one step');
  });

  test('draws the run, one step in each microsecond', () => {
    const { exit, stdout } = ucodekit(['sim', 'replay', token(), '--timeline', 'text']);
    expect(exit).toBe(0);
    expect(stdout).toContain('one step in each microsecond');
    expect(stdout).toMatch(/^CPU +0 .*n/m);
    const file = join(temporaryFolder(), 'run.svg');
    expect(ucodekit(['sim', 'replay', token(), '--timeline', 'svg', '-o', file]).stdout).toBe(`wrote ${file}\n`);
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg/);
  });

  test('refuses a token of another model, and what is no trace', () => {
    expect(ucodekit(['sim', 'replay', token().replace('1x2', '2x2')]).stderr).toContain(
      'another version of this model',
    );
    expect(ucodekit(['sim', 'replay', 'xen@1x2~']).exit).toBe(2);
    const file = join(temporaryFolder(), 'trace.json');
    writeFileSync(file, '{}');
    const { exit, stderr } = ucodekit(['sim', 'replay', file]);
    expect({ exit, stderr: stderr.split('\n')[0] }).toEqual({
      exit: 3,
      stderr: `ucodekit: ${file}: is not a ucodekit/sim-trace@2 document`,
    });
  });
});

describe('sim export', () => {
  test('is called what was asked for, also where protocols share a description', () => {
    const args = ['sim', 'export', '--protocol', 'linux-5.5', '--topology', '1x2'];
    const { stdout } = ucodekit(args);
    expect(stdout).toMatch(
      /^\/\*\n \* linux-5\.5, 1 cores of 2 threads\.\n \* by: ucodekit \d+\.\d+\.\d+, model [0-9a-f]{16}\n/,
    );
    expect(stdout).not.toContain('linux-4.16');
    const file = join(temporaryFolder(), 'linux.pml');
    expect(ucodekit([...args, '-o', file]).stdout).toBe(`wrote linux-5.5 to ${file}\n`);
    expect(JSON.parse(ucodekit([...args, '--json']).stdout)).toMatchObject({
      schema: 'ucodekit/sim-export@2',
      protocol: 'linux-5.5',
      evidence: { source: expect.stringContaining('93946a33b569') },
    });
  });

  test('writes Promela to a file or to standard output', () => {
    const file = join(temporaryFolder(), 'xen.pml');
    const args = ['sim', 'export', '--protocol', 'xen', '--topology', '1x2'];
    expect(ucodekit([...args, '-o', file])).toEqual({ exit: 0, stdout: `wrote xen to ${file}\n`, stderr: '' });
    expect(ucodekit(args).stdout).toBe(readFileSync(file, 'utf8'));
  });
});
