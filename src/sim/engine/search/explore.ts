/**
 * Breadth-first search of every reachable state, so that the first sighting of anything is on a shortest path to it.
 * The order of states depends on the model only: same model, same numbers, same counterexamples.
 */
import { createCompacted } from '../states/compacted.ts';
import { estimate } from './estimate.ts';
import type { Exchange, Standing } from './exchange.ts';
import { type Claim, type CompiledModel, DEADLOCK_BIT, MAX_CLAIMS } from '../states/model.ts';
import { createVisited, makeBatch, type Trail, type VisitedSet } from '../states/visited.ts';

export interface SearchLimits {
  readonly maxStates?: number;
  /** Bytes of the search's tables. */
  readonly maxBytes?: number;
  /** Measured with `now`; without a clock there is no time limit. */
  readonly maxMilliseconds?: number;
}

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  /** States discovered but not yet expanded. */
  readonly waiting: number;
  readonly depth: number;
  readonly bytes: number;
  /** A guess at the number of states in the end; null when there is nothing to guess from yet. */
  readonly expected: number | null;
}

export interface SearchOptions {
  readonly limits?: SearchLimits;
  /** Milliseconds from any origin. The simulator has no clock of its own. */
  readonly now?: () => number;
  /** Called about every 2^17 expanded states. */
  readonly progress?: (progress: Progress) => void;
  /** End as soon as one `always` or `eventually` claim is violated or a deadlock is found. */
  readonly stopAtViolation?: boolean;
  /** Look for deadlocks: yes unless switched off. */
  readonly deadlocks?: boolean;
  /** Go on when every verdict is known, so that the counts are those of the whole state space. */
  readonly exhaustive?: boolean;
  /** Keep 64-bit hashes instead of states: less memory, and a stated chance of missing something. */
  readonly approximate?: boolean;
}

/** Why the search ended. Only `complete` has seen everything; `decided` stopped because no verdict was open any more. */
export type Ending = 'complete' | 'decided' | 'violation' | 'states' | 'memory' | 'time';

/** `unfinished`: the search ended before it could tell. */
export type Verdict = 'holds' | 'violated' | 'not reached' | 'unfinished';

export interface ClaimResult extends Claim {
  readonly verdict: Verdict;
  /** Number of the state that decided: violates the claim, or is the witness of a `sometimes`. */
  readonly state: number | null;
}

export interface SearchResult {
  readonly ending: Ending;
  readonly claims: readonly ClaimResult[];
  /** `holds` when no reachable state is a deadlock. */
  readonly deadlock: { readonly verdict: Verdict; readonly state: number | null };
  readonly states: number;
  readonly transitions: number;
  /** Steps on the longest of all shortest paths. */
  readonly depth: number;
  readonly bytes: number;
  /** Expected number of pairs of states that were taken for one; 0 for an exact search. */
  readonly expectedOmissions: number;
  readonly trail: Trail;
}

/** The result of a search whose states are all here. */
export interface Explored extends SearchResult {
  readonly visited: VisitedSet;
}

export interface Sighting {
  /** Number of the state. */
  readonly state: number;
  readonly depth: number;
}

/** What a search has found, alone or as one half of two. */
export interface Found {
  /** Why it ended early; null: everything has been seen. */
  readonly ending: Ending | null;
  /** First sighting of each bit. */
  readonly sightings: ReadonlyMap<number, Sighting>;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly bytes: number;
}

/** Successors are looked up in groups of at least this many. */
const GROUP = 64;
const CHECK_EVERY = 4096;
const REPORT_EVERY = 1 << 17;
/** Two states are confused when both of their 32-bit hashes are equal: each pair with a chance of 2^-64. */
const PAIRS_PER_COLLISION = 2 ** 65;

const DEADLOCK = 30;

function claimResult(claim: Claim, state: number | undefined, complete: boolean): ClaimResult {
  const { id, polarity } = claim;
  if (polarity === 'sometimes') {
    const verdict = state !== undefined ? 'holds' : complete ? 'not reached' : 'unfinished';
    return { id, polarity, verdict, state: state ?? null };
  }
  const verdict = state !== undefined ? 'violated' : complete ? 'holds' : 'unfinished';
  return { id, polarity, verdict, state: state ?? null };
}

const ENDINGS: readonly Ending[] = ['violation', 'decided', 'states', 'memory', 'time'];

/**
 * Searches all states of `model`, or the half of them that `exchange` says.
 * @throws RangeError when the model has more claims than a 32-bit mask has room for.
 */
export function search(
  model: CompiledModel,
  options: SearchOptions,
  exchange: Exchange | null,
): Found & { readonly visited: VisitedSet } {
  if (model.claims.length > MAX_CLAIMS) throw new RangeError(`more than ${MAX_CLAIMS} properties in one search`);
  const {
    maxStates = Number.POSITIVE_INFINITY,
    maxBytes,
    maxMilliseconds = Number.POSITIVE_INFINITY,
  } = options.limits ?? {};
  const { words } = model;
  const visited = options.approximate === true ? createCompacted(words, maxBytes) : createVisited(words, maxBytes);
  const started = options.now?.() ?? 0;

  const capacity = GROUP + Math.max(model.maxSuccessors, model.initial.length / words);
  const batch = makeBatch(words, capacity);
  const places = new Int32Array(capacity);

  const sightings = new Map<number, Sighting>();
  const violations = model.claims.reduce(
    (mask, { polarity }, bit) => (polarity === 'sometimes' ? mask : mask | (1 << bit)),
    DEADLOCK_BIT,
  );
  let open = model.claims.reduce((mask, _, bit) => mask | (1 << bit), options.deadlocks === false ? 0 : DEADLOCK_BIT);
  let sighted = 0;
  let ending: Ending | null = null;
  let waiting = 0;
  let next = 0;
  let transitions = 0;
  let depth = 0;
  const levels: number[] = [];
  let levelStart = 0;
  let levelEnd = 0;
  let other = null as Standing | null;
  /** Both halves know that the search ends. */
  let agreed = false;
  /** A state's number among those of both halves. */
  const numbered = (id: number): number => (exchange === null ? id : id * 2 + exchange.half);

  const ended = (): boolean => ending !== null;
  const close = (bits: number): void => {
    open &= ~bits;
    if (options.stopAtViolation === true && (bits & violations) !== 0) ending ??= 'violation';
    else if (open === 0 && options.exhaustive !== true) ending ??= 'decided';
  };
  const sight = (bits: number, id: number, steps: number): void => {
    for (let bit = 0; bit <= DEADLOCK; bit++) {
      if ((bits & (1 << bit)) !== 0) sightings.set(bit, { state: numbered(id), depth: steps });
    }
    sighted |= bits;
    close(bits);
  };

  /** Looks up the waiting successors and examines those that are new. */
  const flush = (): void => {
    const done = visited.insert(batch, waiting, places);
    for (let entry = 0; entry < done; entry++) {
      const id = places[entry] ?? -1;
      if (id < 0) continue;
      const seen = model.observe(batch.states, entry * words) & open;
      if (seen !== 0) sight(seen, id, depth + 1);
    }
    if (done < waiting) ending ??= 'memory';
    else if (visited.size() + (other?.states ?? 0) > maxStates) ending ??= 'states';
    waiting = 0;
  };

  /** Meets the other half and takes what it has found for this one. */
  const meet = (shared: Exchange, levelDone: boolean): Standing => {
    flush();
    const standing = {
      levelDone,
      expanded: next - levelStart,
      sighted,
      ending: ending === null ? 0 : 1 + ENDINGS.indexOf(ending),
      states: visited.size(),
      transitions,
      bytes: visited.bytes(),
    };
    const said = shared.meet(standing);
    other = said;
    agreed = standing.ending !== 0 || said.ending !== 0;
    close(said.sighted & open);
    // Both see both endings, and both take the half's that comes first.
    if (ending === null || shared.half === 1) ending = ENDINGS[said.ending - 1] ?? ending;
    while (!ended() && (waiting = shared.take(batch, GROUP)) > 0) flush();
    waiting = 0;
    return said;
  };

  depth = -1;
  batch.states.set(model.initial);
  waiting = model.initial.length / words;
  batch.parents.fill(-1, 0, waiting);
  if (exchange !== null) waiting = exchange.divert(batch, 0, waiting);
  flush();
  if (exchange !== null) meet(exchange, true);
  depth = 0;
  levelEnd = visited.size();

  while (ending === null) {
    if (next === levelEnd) {
      if (exchange === null) {
        flush();
      } else {
        let said: Standing;
        do said = meet(exchange, true);
        while (!said.levelDone && !ended());
        if (next === levelStart && said.expanded === 0) {
          depth--;
          break;
        }
      }
      if (ending !== null || (exchange === null && next === visited.size())) break;
      levels.push(next - levelStart);
      levelStart = next;
      levelEnd = visited.size();
      depth++;
      if (next === levelEnd) continue;
    }
    const segment = visited.segment(next);
    const at = visited.offset(next);
    const count = model.successors(segment, at, batch, waiting);
    if (count === 0 || (batch.moves[waiting] ?? 0) >= model.programMoves) {
      const seen = model.observeEnd(segment, at) & open;
      if (seen !== 0) sight(seen, next, depth);
    }
    const parent = numbered(next);
    for (let entry = waiting; entry < waiting + count; entry++) batch.parents[entry] = parent;
    transitions += count;
    waiting += exchange === null ? count : exchange.divert(batch, waiting, count);
    next++;
    if (waiting >= GROUP) flush();
    if (exchange?.full() === true) meet(exchange, false);
    if (next % CHECK_EVERY === 0) {
      if (options.now !== undefined && options.now() - started > maxMilliseconds) ending ??= 'time';
      if (next % REPORT_EVERY === 0) {
        const expected = estimate(levels);
        options.progress?.({
          states: visited.size() + (other?.states ?? 0),
          transitions: transitions + (other?.transitions ?? 0),
          waiting: visited.size() - next,
          depth,
          bytes: visited.bytes() + (other?.bytes ?? 0),
          // The halves are about as large as each other.
          expected: exchange === null ? expected : expected === null ? null : 2 * expected,
        });
      }
    }
  }
  if (exchange !== null && ending !== null && !agreed) meet(exchange, true);
  return { ending, sightings, states: visited.size(), transitions, depth, bytes: visited.bytes(), visited };
}

/** The verdicts that follow from what a whole search has found. */
export function resultOf(model: CompiledModel, options: SearchOptions, found: Found, trail: Trail): SearchResult {
  const { ending, sightings, states, transitions, depth, bytes } = found;
  // What was generated but not looked up when a limit struck does not count: the search says `unfinished` anyway.
  const complete = ending === null;
  const stuck = sightings.get(DEADLOCK)?.state;
  return {
    ending: ending ?? 'complete',
    claims: model.claims.map((claim, bit) => claimResult(claim, sightings.get(bit)?.state, complete)),
    deadlock: {
      verdict: stuck !== undefined ? 'violated' : complete && options.deadlocks !== false ? 'holds' : 'unfinished',
      state: stuck ?? null,
    },
    states,
    transitions,
    depth,
    bytes,
    expectedOmissions: options.approximate === true ? (states * states) / PAIRS_PER_COLLISION : 0,
    trail,
  };
}

/**
 * Searches all states of `model`.
 * @throws RangeError when the model has more claims than a 32-bit mask has room for.
 */
export function explore(model: CompiledModel, options: SearchOptions = {}): Explored {
  const found = search(model, options, null);
  return { ...resultOf(model, options, found, found.visited), visited: found.visited };
}
