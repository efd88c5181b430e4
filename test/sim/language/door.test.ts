import { describe, expect, test } from 'vitest';
import { checkModel } from '../../../src/sim/engine/check.ts';
import { runSteps } from '../../../src/sim/engine/story.ts';
import { readToken, tokenOf } from '../../../src/sim/engine/token.ts';
import { exportPromela } from '../../../src/sim/export/promela.ts';
import type { Model } from '../../../src/sim/language/model.ts';
import { ModelError } from '../../../src/sim/language/validate.ts';
import { model } from '../../../src/sim/protocols/protocol.ts';
import { protocolOf } from '../../../src/sim/protocols/registry.ts';
import { prepare } from '../../../src/sim/timed/run.ts';
import { stateAfter, steadyRun } from '../../../src/sim/trace.ts';
import { lockModel } from '../engine/toys.ts';

/** Everything that gives a model a meaning. */
const DOORS: Readonly<Record<string, (model: Model) => unknown>> = {
  'is checked': (model) => checkModel(model),
  'is run in time': (model) => prepare(model),
  'is exported': (model) => exportPromela(model),
  'is told': (model) => runSteps(model, []),
  'gets a token': (model) => tokenOf(model, []),
  'is replayed': (model) => readToken(model, '0000.0.0'),
  'is drawn': (model) => steadyRun({ model, moves: [] }),
  'is looked into': (model) => stateAfter({ model, moves: [] }, 0),
};

type Loose = { [key: string]: Loose } & Loose[];

/** A copy of a good model in plain JSON, changed. */
function changed(change: (model: Loose) => void, from: Model = lockModel(2, 1)): Model {
  const copy = JSON.parse(JSON.stringify(from)) as Loose;
  change(copy);
  return copy as unknown as Model;
}

const named = (list: Loose | undefined, name: string): Loose => {
  const found = list?.find((one) => (one['id'] ?? one['name']) === (name as unknown));
  if (found === undefined) throw new Error(`${name} is gone`);
  return found;
};
const take = (model: Loose): Loose => named(model['steps'], 'task/every/take');
const put = (node: Loose, member: string, value: unknown): void => {
  node[member] = value as Loose;
};
const inside = (node: Loose, ...path: readonly string[]): Loose =>
  path.reduce((at, part) => at[part] ?? ({} as Loose), node);

/** What can be wrong in a model that `define` has not made. */
const BROKEN: readonly (readonly [string, (model: Loose) => void, string])[] = [
  ['a step to a label that does not exist', (m) => put(take(m), 'next', 'nowhere'), 'unknown label nowhere'],
  ['a step from a label that does not exist', (m) => put(take(m), 'label', 'nowhere'), 'unknown label nowhere'],
  ['a step in a context that does not exist', (m) => put(take(m), 'context', 'smm'), 'unknown context smm'],
  ['a step of a role that does not exist', (m) => put(take(m), 'who', 'boss'), 'unknown role boss'],
  [
    'a guard about a field that does not exist',
    (m) => put(inside(take(m), 'guard', 'left'), 'field', 'ghost'),
    'unknown field ghost',
  ],
  [
    'an effect on a field that does not exist',
    (m) => put(inside(take(m), 'effects', '0'), 'field', 'ghost'),
    'unknown field ghost',
  ],
  [
    'an operator that does not exist',
    (m) => put(inside(take(m), 'guard'), 'op', 'xor'),
    'step task/every/take: guard: "op" must be one of const',
  ],
  [
    'an effect that does not exist',
    (m) => put(inside(take(m), 'effects', '0'), 'do', 'toggle'),
    'effects.0: "do" must be one of set',
  ],
  [
    'a number for a truth',
    (m) => put(take(m), 'guard', { op: 'count', over: { over: 'cpus' }, as: 'c0', body: { op: 'const', value: 1 } }),
    'its guard is not a truth',
  ],
  [
    'a property without an expression',
    (m) => put(named(m['properties'], 'exclusion'), 'holds', undefined),
    'property exclusion: holds: "op" must be one of',
  ],
  [
    'a property of an unknown kind',
    (m) => put(named(m['properties'], 'exclusion'), 'polarity', 'never'),
    'polarity: must be one of always',
  ],
  [
    'a property about a label that does not exist',
    (m) => put(inside(named(m['properties'], 'somebody waits'), 'holds', 'body'), 'labels', ['nowhere']),
    'unknown label nowhere in context task',
  ],
  [
    'a first label that is not idle',
    (m) => put(inside(m, 'contexts', '0', 'labels'), '0', 'outside 2'),
    'its first label must be idle',
  ],
  [
    'a CPU that starts nowhere',
    (m) => put(inside(m, 'contexts', '0', 'start'), '1', 9),
    'a CPU starts at label number 9 of 5',
  ],
  ['a start for other CPUs', (m) => put(inside(m, 'contexts', '0'), 'start', [1]), '1 CPUs start in it, not 2'],
  [
    'a rest that is no label',
    (m) => put(inside(m, 'contexts', '0'), 'final', ['idle', 'nowhere']),
    'unknown label nowhere',
  ],
  [
    'a context in which nobody may be idle',
    (m) => put(inside(m, 'contexts', '0'), 'final', ['outside']),
    'idle must be final',
  ],
  [
    'a role for another machine',
    (m) => put(inside(m, 'roles'), 'every', [true]),
    'role every is given for 1 of 2 CPUs',
  ],
  ['nobody who is everybody', (m) => put(m, 'roles', {}), 'role every is not everybody'],
  [
    'a budget that nothing counts',
    (m) => put(m, 'budgets', { nmi: 1 }),
    'no shared field budget nmi counts down from 1',
  ],
  ['no steps at all', (m) => put(m, 'steps', undefined), 'steps: must be a list'],
  [
    'a field without a scope',
    (m) => put(named(m['fields'], 'lock'), 'scope', undefined),
    'field lock: scope: must be one of shared',
  ],
];

/** @throws what is thrown otherwise */
function problemsBy(enter: () => unknown): readonly string[] {
  try {
    enter();
  } catch (error) {
    if (error instanceof ModelError) return error.problems;
    throw error;
  }
  return [];
}

describe('a model that is wrong in itself', () => {
  test.each(BROKEN)('%s: is refused by whatever gives it a meaning', (_, change, problem) => {
    for (const [door, enter] of Object.entries(DOORS)) {
      const broken = changed(change);
      expect({ door, problems: problemsBy(() => enter(broken)).join('\n') }).toEqual({
        door,
        problems: expect.stringContaining(problem),
      });
    }
  });

  test('the same without the mistake is let in', () => {
    const verdicts = checkModel(changed(() => undefined)).properties.map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['holds', 'holds', 'holds', 'holds']);
    for (const enter of Object.values(DOORS)) expect(() => enter(changed(() => undefined))).not.toThrow();
  });

  test('a step that names a budget has to ask for it and to spend it', () => {
    const entry = protocolOf('linux-4.15');
    if (entry === undefined) throw new Error('linux-4.15 is gone');
    const faults = { nmi: 1, timeout: 0, reject: 0, hang: 0, breakpoint: 0, mce: 0, store: 0, hotplug: 0 };
    const sound = model(entry.protocol, { faults });
    const nmi = (m: Loose): Loose => named(m['steps'], 'environment/nmi');
    expect(() => checkModel(changed((m) => put(nmi(m), 'guard', { op: 'const', value: 1 }), sound))).toThrow(
      'step environment/nmi: its guard does not ask whether budget nmi is spent',
    );
    expect(() => checkModel(changed((m) => put(nmi(m), 'effects', []), sound))).toThrow(
      'step environment/nmi: its effects do not spend budget nmi',
    );
  });

  test('what is no model at all is told from one', () => {
    for (const nothing of [null, undefined, 7, 'xen', [], {}]) {
      expect(() => checkModel(nothing as Model)).toThrow(ModelError);
    }
  });
});

test('a model that was let in cannot be changed behind the door', () => {
  const accepted = changed(() => undefined);
  checkModel(accepted);
  expect(() => put(take(accepted as unknown as Loose), 'next', 'nowhere')).toThrow(TypeError);
  // Nor one of which some part was frozen before.
  const shallow = changed((m) => Object.freeze(m));
  checkModel(shallow);
  expect(() => put(take(shallow as unknown as Loose), 'next', 'nowhere')).toThrow(TypeError);
});
