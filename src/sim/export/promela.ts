/**
 * A model in Promela, for Spin: an independent checker that must come to the same verdicts. Every step of every CPU is
 * one option of one loop and one indivisible `d_step`, so without its reductions Spin counts the same states as we do.
 */
import { type Change, type Ground, groundModel, type GroundStep } from '../engine/ground/ground.ts';
import { isConst, type Term } from '../engine/ground/term.ts';
import type { Model } from '../language/model.ts';
import { type PromelaNames, promelaNames } from './promela-names.ts';

const OPERATORS = { eq: '==', ne: '!=', lt: '<', le: '<=', add: '+', sub: '-', bitor: '|' } as const;

const joined = (parts: readonly string[], operator: string): string =>
  parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(` ${operator} `)})`;

class PromelaWriter {
  private readonly names: PromelaNames;

  constructor(names: PromelaNames) {
    this.names = names;
  }

  expression(term: Term): string {
    const write = (part: Term): string => this.expression(part);
    switch (term.op) {
      case 'const':
        return term.lo < 0 ? `(${term.lo})` : String(term.lo);
      case 'read':
        return this.names.slot[term.slot] ?? '';
      case 'among':
        return joined(
          term.values.map((value) => this.equals(term.slot, value)),
          '||',
        );
      case 'not':
        return `!(${write(term.of)})`;
      case 'and':
        return joined(term.of.map(write), '&&');
      case 'or':
        return joined(term.of.map(write), '||');
      case 'sum':
        return joined(term.of.map(write), '+');
      case 'if':
        return `(${write(term.test)} -> ${write(term.yes)} : ${write(term.no)})`;
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'add':
      case 'sub':
      case 'bitor':
        return `(${write(term.left)} ${OPERATORS[term.op]} ${write(term.right)})`;
    }
  }

  private equals(slot: number, value: number): string {
    return `${this.names.slot[slot] ?? ''} == ${this.names.value(slot, value)}`;
  }

  private change(change: Change): string {
    if (change.do === 'when') {
      const no = change.no.length === 0 ? 'skip' : this.changes(change.no);
      const yes = change.yes.length === 0 ? 'skip' : this.changes(change.yes);
      return `if :: ${this.expression(change.test)} -> ${yes} :: else -> ${no} fi`;
    }
    const { slot, value, min, max } = change;
    const target = this.names.slot[slot] ?? '';
    if (value.op === 'const') return `${target} = ${this.names.value(slot, Math.min(max, Math.max(min, value.lo)))}`;
    const text = this.expression(value);
    const low = value.lo < min ? `(${text} < ${min} -> ${min} : ${text})` : text;
    return `${target} = ${value.hi > max ? `(${text} > ${max} -> ${max} : ${low})` : low}`;
  }

  changes(changes: readonly Change[]): string {
    return changes.map((change) => this.change(change)).join('; ');
  }

  /** `:: d_step { guard -> effects }`. */
  option(step: GroundStep, name: string): string {
    const placing = step.placing.map(({ slot, label }) => this.equals(slot, label));
    const guard = step.guard.op === 'const' ? [] : [this.expression(step.guard)];
    const condition = joined([...placing, ...guard], '&&');
    return `  :: d_step { /* CPU ${step.cpu} ${name} */ ${condition === '' ? 'true' : condition} -> ${this.changes(step.changes) || 'skip'} }`;
  }
}

const comment = (text: string): string => text.replaceAll('*/', '* /');

/** The narrowest type that holds a field's range. */
const typeOf = (lo: number, hi: number): string => {
  if (lo < 0 || hi > 255) return 'short';
  return hi <= 1 ? 'bit' : 'byte';
};

function declarations({ values, initial }: Ground, names: PromelaNames): string[] {
  return names.variables.map(({ name, base, size }) => {
    const count = Math.max(1, size);
    const range = values.slice(base, base + count);
    const type = typeOf(Math.min(...range.map(({ lo }) => lo)), Math.max(...range.map(({ hi }) => hi)));
    const first = Array.from(initial.subarray(base, base + count), (value, i) => names.value(base + i, value)).join(
      ', ',
    );
    return size === 0 ? `${type} ${name} = ${first};` : `${type} ${name}[${size}] = {${first}};`;
  });
}

/** What the assertion of a deadlock is called. */
export const DEADLOCK_CLAIM = 'deadlock';

/**
 * The names of the claims: claim i+1 of the exported text is the i-th here. The model's properties, then the absence of
 * deadlocks.
 */
export const promelaClaims = (model: Model): string[] => [...model.properties.map(({ id }) => id), DEADLOCK_CLAIM];

function header({ name, topology, properties }: Model, about: readonly string[]): string {
  const claims = [...properties.map(({ id, polarity, title }) => `${polarity}: ${id}, ${title}`), 'no deadlock'];
  return `/*
 * ${comment(name)}, ${topology.cores} cores of ${topology.threads} threads.
${about.map((line) => ` * ${comment(line)}\n`).join('')} * To check it:
 *   spin -o2 -a FILE && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000 -c0
 * An assertion "claim != N" that is violated means that N of these does not hold. What has to hold sometimes has no assertion: it was seen,
 * unless pan lists "claim = 0" under "unreached in proctype witness_N".
${claims.map((claim, index) => ` *   ${index + 1} ${comment(claim)}`).join('\n')}
 */`;
}

/** The process that waits for a property that has to hold sometimes; `index` is its place among the claims. */
export const witnessName = (index: number): string => `witness_${index + 1}`;

/** Raises the assertion of a claim; the state is left as it was. */
const raise = (claim: number): string => `claim = ${claim}; assert(claim != ${claim}); claim = 0`;

/** A process that is one loop, always at an acceptable end, so that the only deadlock is the one that we define. */
const loop = (name: string, options: readonly string[]): string =>
  options.length === 0 ? '' : `active proctype ${name}() {\nend: do\n${options.join('\n')}\n  od\n}`;

/**
 * The model in Promela, the language of the checker Spin, which comes to the same verdicts and without reductions counts the same states.
 * @param about lines for the comment at its head: what the model is of
 * @throws ModelError when the model is wrong in itself
 */
export function exportPromela(model: Model, about: readonly string[] = []): string {
  const ground = groundModel(model);
  const names = promelaNames(model, ground.slots);
  const writer = new PromelaWriter(names);
  const options = (environment: boolean): string[] =>
    ground.steps
      .filter((step) => step.environment === environment)
      .map((step) => writer.option(step, comment(model.steps[step.step]?.id ?? '')));
  const test = (condition: string, claim: number): string => `if :: ${condition} -> ${raise(claim)} :: else -> skip fi`;

  const ends = [
    ...ground.claims.flatMap(({ polarity, holds }, index) =>
      polarity === 'eventually' ? [test(`!(${writer.expression(holds)})`, index + 1)] : [],
    ),
    test(`!(${writer.expression(ground.resting)})`, ground.claims.length + 1),
  ];
  const observed = ground.claims.flatMap(({ polarity, holds }, index) =>
    polarity === 'always' ? [`  :: d_step { !(${writer.expression(holds)}) -> ${raise(index + 1)} }`] : [],
  );
  // A process each, because pan tells which of their statements were never reached. Inside d_step it does not look, and nothing is stored
  // inside atomic. A condition that is always true would be a loop without one, which Spin refuses.
  const witnesses = ground.claims.flatMap(({ polarity, holds }, index) =>
    polarity === 'sometimes'
      ? [
          loop(witnessName(index), [
            `  :: atomic { ${isConst(holds, 1) ? 'claim == 0' : writer.expression(holds)} -> claim = ${index + 1}; claim = 0 }`,
          ]),
        ]
      : [],
  );
  return `${[
    header(model, about),
    ...names.defines,
    ...declarations(ground, names),
    'hidden byte claim;',
    // \`else\`: nothing but the environment can move.
    loop('program', [...options(false), `  :: d_step { else -> ${ends.join('; ')} }`]),
    loop('environment', options(true)),
    loop('observer', observed),
    ...witnesses,
  ]
    .filter((part) => part !== '')
    .join('\n')}\n`;
}
