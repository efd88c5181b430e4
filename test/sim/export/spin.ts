/** Runs Spin on an exported model. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promelaClaims, witnessName } from '../../../src/sim/export/promela.ts';
import type { Model } from '../../../src/sim/language/model.ts';

export interface SpinReport {
  readonly states: number;
  /** Assertions that were violated, deadlocks and ends that are none. */
  readonly errors: number;
  /** Names of the claims that do not hold (of a `sometimes` property: that are reached). */
  readonly raised: ReadonlySet<string>;
}

/** Checks `text`, exported from `model`, without reductions, every claim to the end of the search. */
export function spin(
  programs: { readonly spin: string; readonly gcc: string },
  model: Model,
  text: string,
): SpinReport {
  const folder = mkdtempSync(join(tmpdir(), 'ucodekit-spin-'));
  try {
    writeFileSync(join(folder, 'model.pml'), text);
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        maxBuffer: 1 << 28,
      });
    // Without -o2 Spin leaves variables that are never read out of its states and counts fewer of them.
    run(programs.spin, '-o2', '-a', 'model.pml');
    run(programs.gcc, '-O0', '-w', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c');
    const report = run(join(folder, 'pan'), '-m1000000', '-w18', '-c0');
    const states = /^\s*(\d+) states, stored/m.exec(report)?.[1];
    if (states === undefined || /error: max search depth too small/.test(report)) throw new Error(report);
    const claims = promelaClaims(model);
    const raised = [...report.matchAll(/assertion violated \(?\(?claim\s*!=\s*(\d+)\)/g)].map(
      (match) => claims[Number(match[1]) - 1] ?? `claim ${match[1]}`,
    );
    const witnessed = model.properties.flatMap(({ id, polarity }, index) => {
      const name = witnessName(index);
      const unreached = new RegExp(`^unreached in proctype ${name}\\n((?:\\t.*\\n)*)`, 'm').exec(report)?.[1];
      if (polarity !== 'sometimes') return [];
      if (unreached === undefined) throw new Error(`pan says nothing of ${name}:\n${report}`);
      return unreached.includes('"claim = 0"') ? [] : [id];
    });
    const errors = Number(/errors: (\d+)/.exec(report)?.[1]);
    return { states: Number(states), errors, raised: new Set([...raised, ...witnessed]) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Has Spin read `text` and write its verifier. @throws when it does not, with what it says */
export function acceptedBySpin(program: string, text: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'ucodekit-spin-'));
  try {
    writeFileSync(join(folder, 'model.pml'), text);
    const { status, stdout, stderr } = spawnSync(program, ['-o2', '-a', 'model.pml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status !== 0 || /error/i.test(stdout + stderr)) throw new Error(stdout + stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
