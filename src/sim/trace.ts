/** A run as a JSON document: which case it belongs to, its moves by name, and the token that stands for the same. */
import { Failure } from '../findings/failure.ts';
import { type Origin, type RunSteps, runSteps } from './engine/story.ts';
import { readToken, tokenOf } from './engine/token.ts';
import type { Evidence, SearchRecord } from './evidence.ts';
import { interpreter, type Move } from './language/interpret.ts';
import type { Model } from './language/model.ts';
import { originOf } from './protocols/sources/origins.ts';
import { describe, entryOf } from './scenario/parse.ts';
import type { Case } from './scenario/scenario.ts';
import { caseText, readCaseText } from './subject.ts';
import type { Run as TimedRun } from './timed/run.ts';

export const TRACE_SCHEMA = 'ucodekit/sim-trace@2';
/** The first form had less beside the token, which alone is read. */
const READABLE: ReadonlySet<unknown> = new Set([TRACE_SCHEMA, 'ucodekit/sim-trace@1']);

export interface Trace {
  readonly schema: typeof TRACE_SCHEMA;
  /** Case and moves in one word: `ucodekit sim replay TOKEN` shows the same run anywhere. */
  readonly token: string;
  /** The property it is a counterexample of; null for any other run. */
  readonly property: string | null;
  readonly evidence: Evidence;
  /** The search that found it; null for any other run. */
  readonly search: SearchRecord | null;
  readonly story: RunSteps;
}

/** A run of a model: its moves in order. */
export interface Run {
  readonly model: Model;
  readonly moves: readonly Move[];
}

/** The run of a token, and what it is a run of: several protocols may be one model with other choices. */
export interface NamedRun extends Run {
  readonly case: Case;
}

/** The whole token of a run: what is simulated, `~`, the moves. */
const wholeToken = (of: Case, { model, moves }: Run): string => `${caseText(of)}~${tokenOf(model, moves)}`;

/** Whose code the steps of a case follow. */
export const originIn = (of: Case): Origin => {
  const { id } = entryOf(of).protocol;
  return (context, who) => originOf(id, context, who);
};

/** `evidence` and `search` say what the run was found in. */
export const traceOf = (
  of: Case,
  run: Run,
  property: string | null,
  evidence: Evidence,
  search: SearchRecord | null,
): Trace => ({
  schema: TRACE_SCHEMA,
  token: wholeToken(of, run),
  property,
  evidence,
  search,
  story: runSteps(run.model, run.moves, originIn(of)),
});

const wrong = (message: string, advice: string): Failure =>
  new Failure({ kind: 'usage', code: 'usage/trace', where: 'token', message, advice });

/**
 * The run that a token stands for.
 * @throws Failure (usage) when it is none, or one of another version of the model
 */
export function runOf(token: string): NamedRun {
  const at = token.lastIndexOf('~');
  if (at < 1) throw wrong('is not a token of a run', 'A token is CASE~MOVES, as `sim check` prints it.');
  const one = readCaseText(token.slice(0, at));
  const model = describe(one);
  const reading = readToken(model, token.slice(at + 1));
  if ('moves' in reading) return { case: one, model, moves: reading.moves };
  if (reading.wrong === 'model') {
    throw wrong('belongs to another version of this model', 'Run `sim check` again for a token of this version.');
  }
  throw wrong('does not describe a run of this model', 'Copy the token again, or use the JSON trace.');
}

/**
 * The token in a JSON trace, `where` being its path.
 * @throws Failure (input) when the text is no trace
 */
export function tokenInTrace(json: string, where: string): string {
  const failure = (message: string): Failure =>
    new Failure({
      kind: 'input',
      code: 'input/trace',
      where,
      message,
      advice: 'Save one with `sim check --trace DIR`.',
    });
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw failure('is not JSON');
  }
  if (typeof document !== 'object' || document === null || !('schema' in document) || !READABLE.has(document.schema)) {
    throw failure(`is not a ${TRACE_SCHEMA} document`);
  }
  if (!('token' in document) || typeof document.token !== 'string') throw failure('has no token');
  return document.token;
}

/** Nanoseconds from one step to the next where nothing is known of time. */
const BEAT = 1000;

/** A run as `drawRun` wants it: one step in each microsecond, because exploring knows no time. */
export function steadyRun({ model, moves }: Run): TimedRun {
  const meaning = interpreter(model);
  const final = meaning.initial();
  for (const move of moves) meaning.applyTo(final, move);
  return {
    model,
    trace: moves.map(({ step, cpu }, index) => ({ ns: (index + 1) * BEAT, cpu, step })),
    stalls: [],
    final,
    ns: (moves.length + 1) * BEAT,
    broken: [],
    stuck: meaning.stuck(final),
    endless: false,
  };
}

/** Every variable after the first `steps` moves of a run. */
export function stateAfter({ model, moves }: Run, steps: number): Readonly<Record<string, readonly number[]>> {
  const meaning = interpreter(model);
  const state = meaning.initial();
  for (const move of moves.slice(0, steps)) meaning.applyTo(state, move);
  const { slots } = meaning;
  const cpus = model.topology.cores * model.topology.threads;
  const fields = [...slots.field.values()].map(({ base, field }): [string, readonly number[]] => {
    const size = { shared: 1, core: model.topology.cores, cpu: cpus }[field.scope];
    return [field.name, [...state.subarray(base, base + size)]];
  });
  return Object.fromEntries(fields);
}
