/** One search on two threads: this one and a partner, each with half of the states (exchange.ts). */
import type { Model } from '../../language/model.ts';
import { compile, type Compiled, type Reductions } from '../compile/compile.ts';
import { exchangeOf, leave, sharedMemory, type SharedMemory } from './exchange.ts';
import { resultOf, search, type Found, type SearchOptions, type SearchResult, type Sighting } from './explore.ts';
import { trailOf, type Trail, type TrailSegments } from '../states/visited.ts';

/** What the partner is to do; can be posted to another thread. */
export interface PartnerTask {
  readonly model: Model;
  readonly reductions: Reductions;
  readonly options: Omit<SearchOptions, 'now' | 'progress'>;
  readonly memory: SharedMemory;
}

/** What the partner has found; can be posted back. */
export interface PartnerReport extends Found {
  readonly trail: TrailSegments;
}

export interface Partner {
  /** Waits for the end of the partner's half. @throws Error when it has failed */
  report(): PartnerReport;
}

/** Starts a thread that calls `assist`. */
export type StartPartner = (task: PartnerTask) => Partner;

/** Successors that a box holds. */
const ROOM = 1 << 17;

/** The partner's half, on the partner's thread. */
export function assist({ model, reductions, options, memory }: PartnerTask): PartnerReport {
  try {
    const compiled = compile(model, reductions);
    const { visited, ...found } = search(compiled, options, exchangeOf(memory, 1, compiled.maxSuccessors));
    return { ...found, trail: visited.trail() };
  } catch (error) {
    leave(memory, 1);
    throw error;
  }
}

/** The sighting nearer to the beginning; of two as near the first half's, so that the choice is the same every time. */
const nearer = (own: Sighting | undefined, theirs: Sighting): Sighting =>
  own !== undefined && own.depth <= theirs.depth ? own : theirs;

/** States are numbered twice their place in their half, and one more in the second. */
function joined(first: Trail, second: Trail): Trail {
  const of = (id: number): Trail => (id % 2 === 0 ? first : second);
  return { parent: (id) => of(id).parent(id >>> 1), move: (id) => of(id).move(id >>> 1) };
}

/**
 * Like `explore`, on two threads: the same verdicts, counts and lengths of counterexamples. `compiled` is the model compiled with the
 * reductions.
 */
export function exploreTogether(
  compiled: Compiled,
  reductions: Reductions,
  { now, progress, ...options }: SearchOptions,
  start: StartPartner,
): SearchResult {
  const { maxBytes, maxMilliseconds, ...limits } = options.limits ?? {};
  const memory = sharedMemory(compiled.words, ROOM + compiled.maxSuccessors);
  const boxes = memory.boxes.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const half = {
    ...options,
    limits: { ...limits, ...(maxBytes === undefined ? {} : { maxBytes: Math.max(0, maxBytes - boxes) / 2 }) },
  };
  const partner = start({ model: compiled.ground.model, reductions, options: half, memory });
  // Only this half looks at the clock; the other hears of it.
  const timed = {
    ...half,
    limits: { ...half.limits, ...(maxMilliseconds === undefined ? {} : { maxMilliseconds }) },
    ...(now === undefined ? {} : { now }),
    ...(progress === undefined ? {} : { progress }),
  };
  let own;
  try {
    own = search(compiled, timed, exchangeOf(memory, 0, compiled.maxSuccessors));
  } catch (error) {
    leave(memory, 0);
    throw error;
  }
  const theirs = partner.report();
  const sightings = new Map(own.sightings);
  for (const [bit, sighting] of theirs.sightings) sightings.set(bit, nearer(sightings.get(bit), sighting));
  const found: Found = {
    ending: own.ending,
    sightings,
    states: own.states + theirs.states,
    transitions: own.transitions + theirs.transitions,
    depth: own.depth,
    bytes: own.bytes + theirs.bytes + boxes,
  };
  return resultOf(compiled, options, found, joined(own.visited, trailOf(theirs.trail)));
}
