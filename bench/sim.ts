/**
 * `tsx bench/sim.ts`: the checker beside Spin on the same exported models, in the same run, one after the other. Times are CPU
 * times, because other work on the machine would disturb the clock. Exit 1 when a promise is broken: at least twice Spin's states per second without reductions over 5 million states, at most 64 bytes
 * for each; a whole verdict with reductions in at most a fifth of Spin's time with its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, type Reductions } from '../src/sim/engine/compile/compile.ts';
import { explore } from '../src/sim/engine/search/explore.ts';
import { exportPromela } from '../src/sim/export/promela.ts';
import type { Model } from '../src/sim/language/model.ts';
import { describe } from '../src/sim/scenario/parse.ts';
import { caseOf } from '../src/sim/subject.ts';

interface Measured {
  readonly states: number;
  /** Of the search. */
  readonly seconds: number;
  /** From the description of the model: ours compiles it, Spin writes a program and gcc compiles that. */
  readonly whole: number;
  readonly bytesPerState: number;
  readonly complete: boolean;
}

function ours(model: Model, reductions: Reductions): Measured {
  const begun = process.cpuUsage();
  const compiled = compile(model, reductions);
  const started = process.cpuUsage();
  const { states, bytes, ending } = explore(compiled, { exhaustive: true, limits: { maxBytes: 8 * 2 ** 30 } });
  const since = (from: NodeJS.CpuUsage): number => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1e6;
  };
  const [seconds, whole] = [since(started), since(begun)];
  return { states, seconds, whole, bytesPerState: bytes / states, complete: ending === 'complete' };
}

/** Seconds of `1m2.34s`, as the shell's `times` writes them. */
const cpuSeconds = (text: string): number =>
  [...text.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );

/** Spin, built as its manual says for a safety check. Memory is what pan itself reports. */
function spin(model: Model, reduced: boolean): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'ucodekit-bench-'));
  try {
    // The observer raises every claim it is told of; what is measured is the search, so nothing is claimed.
    writeFileSync(join(folder, 'model.pml'), exportPromela({ ...model, properties: [] }));
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const build = `spin -o2 -a model.pml && gcc -O2 -w -DSAFETY -DMEMLIM=12000 ${reduced ? '' : '-DNOREDUCE'} -o pan pan.c`;
    const built = run('sh', '-c', `${build} >/dev/null && times`);
    const report = run('sh', '-c', './pan -m1000000 -w24 -A; times');
    const value = (pattern: RegExp): number => Number(pattern.exec(report)?.[1] ?? Number.NaN);
    const states = value(/([\d.e+]+) states, stored/);
    // The second line of `times` is that of the children.
    const last = (text: string): number => cpuSeconds(text.trimEnd().split('\n').at(-1) ?? '');
    const seconds = last(report);
    const whole = last(built) + seconds;
    const bytesPerState = (value(/([\d.]+)\s+total actual memory usage/) * 2 ** 20) / states;
    return { states, seconds, whole, bytesPerState, complete: !report.includes('search was not completed') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const modelOf = (protocol: string, topology: string, faults: string): Model =>
  describe(caseOf({ protocol, topology, faults }));

const line = (cells: readonly (string | number)[]): void => {
  const [name = '', ...rest] = cells.map(String);
  process.stdout.write(`${name.padEnd(44)}${rest.map((cell) => cell.padStart(13)).join('')}\n`);
};

const show = (name: string, { states, seconds, whole, bytesPerState, complete }: Measured): void => {
  const rate = (states / seconds / 1e6).toFixed(2);
  const times = [seconds.toFixed(2), whole.toFixed(2)];
  line([name, states, ...times, rate, bytesPerState.toFixed(1), complete ? 'complete' : 'unfinished']);
};

const broken: string[] = [];
const promise = (name: string, kept: boolean): void => {
  if (!kept) broken.push(name);
};

line(['', 'states', 'CPU s', 'with build', 'M states/s', 'bytes/state', '']);
for (const [protocol, topology, faults] of [
  ['stop-machine-nmi', '3x2', 'nmi=1'],
  ['linux-6.7-nmi', '4x2', 'nmi=1'],
] as const) {
  const model = modelOf(protocol, topology, faults);
  const name = `${protocol} ${topology} ${faults}`;
  const mine = ours(model, {});
  show(`${name}, no reductions`, mine);
  const peer = spin(model, false);
  show(`${name}, Spin -DNOREDUCE`, peer);
  promise(`${name}: as many states as Spin`, mine.states === peer.states);
  promise(`${name}: twice Spin's states per second`, mine.states / mine.seconds >= (2 * peer.states) / peer.seconds);
  promise(`${name}: 64 bytes per state`, mine.bytesPerState <= 64);
}
// A budget of timeouts, whose verdicts may be invented: what is measured is the search. Unlimited ones have 8.7 million states.
for (const faults of ['nmi=1', 'nmi=1,timeout=1']) {
  const model = modelOf('linux-6.7-nmi', '3x2', faults);
  const name = `linux-6.7-nmi 3x2 ${faults}`;
  const mine = ours(model, { symmetry: true, partialOrder: true });
  show(`${name}, reductions`, mine);
  const peer = spin(model, true);
  show(`${name}, Spin POR`, peer);
  promise(`${name}: a whole verdict in a fifth of Spin's time`, mine.whole <= peer.whole / 5);
  // The smaller search is over before V8 has warmed up.
  if (faults !== 'nmi=1') promise(`${name}: a fifth of the time of Spin's search`, mine.seconds <= peer.seconds / 5);
}
for (const [protocol, topology, faults] of [
  ['linux-6.7-nmi', '4x2', 'nmi=1'],
  ['xen', '4x2', 'nmi=1'],
  ['linux-6.7-nmi', '5x2', 'nmi=1'],
  ['xen', '5x2', 'nmi=1'],
  ['linux-6.7-nmi', '6x2', 'nmi=1'],
  ['xen', '6x2', 'nmi=1'],
] as const) {
  const mine = ours(modelOf(protocol, topology, faults), { symmetry: true, partialOrder: true });
  show(`${protocol} ${topology} ${faults}, reductions`, mine);
  promise(`${protocol} ${topology} complete`, mine.complete);
}
for (const name of broken) process.stdout.write(`BROKEN: ${name}\n`);
process.exitCode = broken.length === 0 ? 0 : 1;
