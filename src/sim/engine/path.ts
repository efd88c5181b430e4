/**
 * The moves that lead to a state the search has numbered. The search keeps one parent and one move per state; reductions
 * leave out steps (taken at once) and rename interchangeable CPUs, so the path is walked again from the beginning.
 */
import { interpreter, type Move } from '../language/interpret.ts';
import type { State } from '../language/slots.ts';
import type { Compiled } from './compile/compile.ts';
import { pack } from './ground/layout.ts';
import { makeBatch, type Trail } from './states/visited.ts';

/** Numbers of the moves along the parents, first to last. */
function movesTo(trail: Trail, state: number): number[] {
  const moves: number[] = [];
  for (let id = state; trail.parent(id) >= 0; id = trail.parent(id)) moves.push(trail.move(id));
  return moves.reverse();
}

/** Every state on the way, as the search saw it: after each move and each step taken at once, made canonical. */
function* waypoints(
  compiled: Compiled,
  moves: readonly number[],
): Generator<{ readonly move: number; readonly state: Int32Array }> {
  const { words } = compiled;
  const batch = makeBatch(words, compiled.maxSuccessors);
  let here = compiled.initial.slice();
  for (const move of moves) {
    const trail = [move];
    const count = compiled.everySuccessor(here, 0, batch, 0);
    const entry = batch.moves.subarray(0, count).indexOf(move);
    if (entry < 0) throw new RangeError(`move ${move} is not possible here`);
    const settled = batch.states.slice(entry * words, (entry + 1) * words);
    compiled.settle(settled, 0, trail);
    // The same chain again, one step at a time.
    let step = here;
    for (const taken of trail) {
      const options = compiled.everySuccessor(step, 0, batch, 0);
      const at = batch.moves.subarray(0, options).indexOf(taken);
      step = batch.states.slice(at * words, (at + 1) * words);
      const canonical = step.slice();
      compiled.canonical(canonical, 0);
      yield { move: taken, state: canonical };
    }
    here = settled;
    compiled.canonical(here, 0);
  }
}

const equal = (left: Int32Array, right: Int32Array): boolean => left.every((word, index) => word === right[index]);

/**
 * A run of the model itself, without reductions, to the state numbered `state` or to one that differs from it by a swap of
 * interchangeable CPUs only.
 */
export function pathTo(compiled: Compiled, trail: Trail, state: number): Move[] {
  const meaning = interpreter(compiled.ground.model);
  const path: Move[] = [];
  let here: State = meaning.initial();
  for (const { move, state: goal } of waypoints(compiled, movesTo(trail, state))) {
    const wanted = compiled.ground.steps[move]?.step;
    const found = meaning.enabled(here).find((candidate) => {
      if (candidate.step !== wanted) return false;
      const after = pack(meaning.apply(here, candidate), compiled.layout);
      compiled.canonical(after, 0);
      return equal(after, goal);
    });
    if (found === undefined) throw new RangeError(`no move leads along the path found by the search`);
    path.push(found);
    here = meaning.apply(here, found);
  }
  return path;
}
