/** Checking a model: one search with the reductions for the verdicts, a second one without for the shortest counterexamples. */
import type { Move } from '../language/interpret.ts';
import type { Model, Polarity } from '../language/model.ts';
import { compile, type Compiled, type Reductions } from './compile/compile.ts';
import { exploreTogether, type StartPartner } from './search/two-threads.ts';
import {
  type Ending,
  explore,
  type Progress,
  type SearchLimits,
  type SearchResult,
  type Verdict,
} from './search/explore.ts';
import { findLivelock } from './search/livelock.ts';
import { modelChecksum } from '../language/checksum.ts';
import { MEMORY } from '../language/memory.ts';
import { pathTo } from './path.ts';
import type { Symmetry } from './ground/symmetry.ts';

/** How a model is searched. The simulator has no clock, threads or console of its own: what it needs of them is given. */
export interface CheckOptions {
  /** States, bytes and milliseconds after which the search ends; without limits when left out. */
  readonly limits?: SearchLimits;
  /** Milliseconds from any origin; needed for a time limit and for the time in the report. */
  readonly now?: () => number;
  /** Called about every 2^17 expanded states. */
  readonly progress?: (progress: Progress) => void;
  /** Search on two threads; without it on this one alone. */
  readonly partner?: StartPartner;
  /** Both are on unless switched off. */
  readonly reductions?: Reductions;
  /** Keep 64-bit hashes instead of states: less memory, and a stated chance of missing something. */
  readonly approximate?: boolean;
  /** Look for deadlocks and report on them: yes unless switched off. */
  readonly deadlocks?: boolean;
  /** Look for livelocks too, in a further search without partial-order reduction. */
  readonly livelocks?: boolean;
}

/** The verdict on one property. */
export interface PropertyReport {
  /** `P1`; the absence of deadlocks is `P7`, that of livelocks `P7l`. */
  readonly id: string;
  /** What it says. */
  readonly title: string;
  /** Why a person should care when it is violated. */
  readonly matters: string;
  /** Whether it has to hold always, sometimes or eventually. */
  readonly polarity: Polarity;
  /** `not reached` is for what has to hold sometimes; `unfinished`: the search ended before it could tell. */
  readonly verdict: Verdict;
  /** A run to the violation; null when there is none. */
  readonly counterexample: readonly Move[] | null;
  /** Known to be as short as possible. */
  readonly shortest: boolean;
}

/** What a check came to. */
export interface CheckReport {
  /** Its name. */
  readonly model: string;
  /** SHA-256 of the model in hexadecimal, see docs/checker.md: of two checks with the same one the verdicts are about the same. */
  readonly checksum: string;
  /** How its CPUs see each other's stores: at once and in program order. Store buffers are not modelled. */
  readonly memory: typeof MEMORY.model;
  /** Why the search ended; only `complete` has seen every state. */
  readonly ending: Ending;
  /** Those of the model in its order, then the absence of deadlocks and of livelocks. */
  readonly properties: readonly PropertyReport[];
  /** Found; of those that a reduction takes for one, one. */
  readonly states: number;
  /** Steps from one of them to another. */
  readonly transitions: number;
  /** Steps on the longest of all shortest paths. */
  readonly depth: number;
  /** Of the search's tables. */
  readonly bytes: number;
  /** Null without a clock. */
  readonly milliseconds: number | null;
  /** Which of them were on. */
  readonly reductions: Required<Reductions>;
  /** The interchangeable cores and threads that were found. */
  readonly symmetry: Symmetry;
  /** Expected number of states missed by an approximate search; 0 for an exact one. */
  readonly expectedOmissions: number;
}

/** The absence of deadlocks, reported like a property. */
export const NO_DEADLOCK = {
  id: 'P7',
  title: 'no deadlock',
  polarity: 'always',
  matters: 'CPUs that wait for each other for ever hang the machine.',
} as const;

/** The absence of livelocks, reported like a property when asked for. */
export const NO_LIVELOCK = {
  id: 'P7l',
  title: 'no livelock',
  polarity: 'always',
  matters: 'CPUs that go round for ever without ever coming to an end hang the machine as well.',
} as const;

/** The second search looks no further than this: violations are found early or not at all. */
const MOST_FOR_SHORTEST = 2_000_000;

interface Found {
  readonly compiled: Compiled;
  readonly result: SearchResult;
}

/** State that violates the property with that id in a search. */
function violation({ result }: Found, id: string): number | null {
  if (id === NO_DEADLOCK.id) return result.deadlock.state;
  const claim = result.claims.find((claim) => claim.id === id && claim.verdict === 'violated');
  return claim?.state ?? null;
}

/** What a first search has left of the limits. */
function remaining({ limits = {}, now }: CheckOptions, used: SearchResult, started: number | undefined): SearchLimits {
  const { maxBytes, maxMilliseconds, maxStates } = limits;
  return {
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(maxBytes === undefined ? {} : { maxBytes: maxBytes - used.bytes }),
    ...(maxMilliseconds === undefined || now === undefined || started === undefined
      ? {}
      : { maxMilliseconds: maxMilliseconds - (now() - started) }),
  };
}

/** Searches again without partial-order reduction for the nearest violations of what is known to be violated. */
function nearest(model: Model, violated: readonly string[], options: CheckOptions, left: SearchLimits): Found {
  const limits = { ...left, maxStates: Math.min(left.maxStates ?? MOST_FOR_SHORTEST, MOST_FOR_SHORTEST) };
  const symmetry = options.reductions?.symmetry !== false;
  const properties = model.properties.filter(({ id }) => violated.includes(id));
  const compiled = compile({ ...model, properties }, { symmetry });
  return {
    compiled,
    result: explore(compiled, { ...options, approximate: false, deadlocks: violated.includes(NO_DEADLOCK.id), limits }),
  };
}

/** Searches all states for one from which the program can never come to an end. */
function livelock(model: Model, options: CheckOptions, limits: SearchLimits): PropertyReport {
  const compiled = compile({ ...model, properties: [] }, { symmetry: options.reductions?.symmetry !== false });
  const { visited, ending } = explore(compiled, { ...options, approximate: false, exhaustive: true, limits });
  if (ending !== 'complete') return { ...NO_LIVELOCK, verdict: 'unfinished', counterexample: null, shortest: false };
  const state = findLivelock(compiled, visited);
  return {
    ...NO_LIVELOCK,
    verdict: state === null ? 'holds' : 'violated',
    counterexample: state === null ? null : pathTo(compiled, visited, state),
    shortest: state !== null,
  };
}

/**
 * Checks every property of the model and the absence of deadlocks in all reachable states, breadth first, then searches again for the
 * shortest counterexample of what is violated. Without limits it runs to the end, however long that takes.
 * @throws ModelError when the model is wrong in itself, with every mistake; RangeError when it has more than 30 properties or 65,535 moves (a step
 * is one for each CPU that may take it)
 */
export function checkModel(model: Model, options: CheckOptions = {}): CheckReport {
  const started = options.now?.();
  const reductions = { symmetry: true, partialOrder: true, ...options.reductions };
  const compiled = compile(model, reductions);
  const { partner, ...alone } = options;
  const found: Found = {
    compiled,
    result: partner === undefined ? explore(compiled, alone) : exploreTogether(compiled, reductions, alone, partner),
  };
  const { result } = found;
  const violated = [...model.properties.map(({ id }) => id), NO_DEADLOCK.id].filter(
    (id) => violation(found, id) !== null,
  );
  const exact =
    violated.length === 0 || !reductions.partialOrder
      ? found
      : nearest(model, violated, options, remaining(options, result, started));

  const report = (
    property: Pick<PropertyReport, 'id' | 'title' | 'matters' | 'polarity'>,
    verdict: Verdict,
  ): PropertyReport => {
    const { id, title, matters, polarity } = property;
    const near = violation(exact, id);
    const far = violation(found, id);
    const counterexample =
      near !== null
        ? pathTo(exact.compiled, exact.result.trail, near)
        : far !== null
          ? pathTo(compiled, result.trail, far)
          : null;
    return { id, title, matters, polarity, verdict, counterexample, shortest: near !== null };
  };
  const ended = options.now?.();
  return {
    model: model.name,
    checksum: modelChecksum(model),
    memory: MEMORY.model,
    ending: result.ending,
    properties: [
      ...model.properties.map((property, index) => report(property, result.claims[index]?.verdict ?? 'unfinished')),
      ...(options.deadlocks === false ? [] : [report(NO_DEADLOCK, result.deadlock.verdict)]),
      ...(options.livelocks === true ? [livelock(model, options, remaining(options, result, started))] : []),
    ],
    states: result.states,
    transitions: result.transitions,
    depth: result.depth,
    bytes: result.bytes,
    milliseconds: started === undefined || ended === undefined ? null : ended - started,
    reductions,
    symmetry: compiled.symmetry,
    expectedOmissions: result.expectedOmissions,
  };
}

/** Nothing violated, nothing unreached, everything seen. */
export const succeeded = ({ properties }: CheckReport): boolean =>
  properties.every(({ verdict }) => verdict === 'holds');

/** A property is violated, or a witness that must exist does not. */
export const failed = ({ properties }: CheckReport): boolean =>
  properties.some(({ verdict }) => verdict === 'violated' || verdict === 'not reached');
