/** `sim replay`: the steps of a run, and the state at its end. */
import { type RunSteps, runSteps } from '../../sim/engine/story.ts';
import { type Evidence, evidenceOf } from '../../sim/evidence.ts';
import { type NamedRun, originIn, stateAfter, steadyRun } from '../../sim/trace.ts';
import { drawRun, type TimelineFormat } from './run.ts';
import { evidenceLines } from '../evidence-text.ts';
import { renderSteps } from './steps.ts';

export interface Replay {
  readonly schema: 'ucodekit/sim-replay@2';
  readonly protocol: string;
  /** Steps of the whole run, and the last one shown. */
  readonly steps: number;
  readonly shown: number;
  readonly evidence: Evidence;
  readonly story: RunSteps;
  /** Every variable after the last step shown: one value, or one for each core or CPU. */
  readonly state: Readonly<Record<string, readonly number[]>>;
}

/** `to`: the last step to show; null for all of them. `program`: name and version of what tells it. */
export function replayOf(run: NamedRun, to: number | null, program: string): Replay {
  const shown = Math.min(to ?? run.moves.length, run.moves.length);
  return {
    schema: 'ucodekit/sim-replay@2',
    protocol: run.case.protocol,
    steps: run.moves.length,
    shown,
    evidence: evidenceOf(run.case, run.model, program),
    story: runSteps(run.model, run.moves.slice(0, shown), originIn(run.case)),
    state: stateAfter(run, shown),
  };
}

export function renderReplay(replay: Replay, withState: boolean): string {
  const head = `${replay.protocol}: steps 1 to ${replay.shown} of ${replay.steps}\n`;
  const width = Math.max(...Object.keys(replay.state).map((name) => name.length));
  const variables = Object.entries(replay.state).map(
    ([name, values]) => `    ${name.padEnd(width)}  ${values.join(' ')}\n`,
  );
  const evidence = evidenceLines(replay.evidence).map((line) => `  ${line}\n`);
  return `${head}${evidence.join('')}${renderSteps(replay.story)}${withState ? `  state:\n${variables.join('')}` : ''}`;
}

/** The run as a picture, one step in each microsecond. */
export const drawReplay = (run: NamedRun, to: number | null, format: TimelineFormat): string =>
  drawRun(
    steadyRun({ ...run, moves: run.moves.slice(0, to ?? run.moves.length) }),
    `${run.case.protocol}, one step in each microsecond`,
    format,
  );
