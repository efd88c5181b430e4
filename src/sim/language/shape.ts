/**
 * Whether a value has the parts of a model at all. Models come from JSON and from programs without types, too: what is missing or of the wrong
 * kind has to be reported with its place, before anything is looked up in it.
 */

/** Problems told at most. */
const MOST = 20;

/** The way to the part that is being looked at, and what is wrong so far. The place is put into words only when something is. */
class Walk {
  readonly problems: string[] = [];
  readonly path: string[] = [];

  say(text: string): void {
    if (this.problems.length < MOST) this.problems.push(`${this.place()}${text}`);
  }

  /** `step task/every/go: guard.left: `: what has a name is found by it. */
  private place(): string {
    const named = this.path.findLastIndex((part) => part.includes(' '));
    const inside = this.path.slice(named + 1).join('.');
    return [...this.path.slice(Math.max(named, 0), named + 1), ...(inside === '' ? [] : [inside])]
      .map((part) => `${part}: `)
      .join('');
  }

  inside(part: string, check: Check, value: unknown): void {
    this.path.push(part);
    check(value, this);
    this.path.pop();
  }
}

type Check = (value: unknown, walk: Walk) => void;
type Parts = Readonly<Record<string, Check>>;
type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const plain =
  (type: 'string' | 'number' | 'boolean'): Check =>
  (value, walk) => {
    if (typeof value !== type) walk.say(`must be a ${type}`);
  };

const text = plain('string');
const number = plain('number');

const orNull =
  (check: Check): Check =>
  (value, walk) => {
    if (value !== null) check(value, walk);
  };

const orAbsent =
  (check: Check): Check =>
  (value, walk) => {
    if (value !== undefined) check(value, walk);
  };

const oneOf =
  (...words: readonly string[]): Check =>
  (value, walk) => {
    if (!words.some((word) => word === value)) walk.say(`must be one of ${words.join(', ')}`);
  };

/** `what`: the members have names of their own, and are found by them. */
const listOf =
  (check: Check, what?: string): Check =>
  (value, walk) => {
    if (!Array.isArray(value)) {
      walk.say('must be a list');
      return;
    }
    for (const [index, one] of value.entries()) {
      const name: unknown = what !== undefined && isObject(one) ? (one['id'] ?? one['name']) : undefined;
      walk.inside(typeof name === 'string' ? `${what ?? ''} ${name}` : String(index), check, one);
    }
  };

const mapOf =
  (check: Check): Check =>
  (value, walk) => {
    if (isObject(value)) for (const [name, one] of Object.entries(value)) walk.inside(name, check, one);
    else walk.say('must be an object');
  };

function record(parts: Parts): Check {
  const entries = Object.entries(parts);
  return (value, walk) => {
    if (isObject(value)) for (const [name, check] of entries) walk.inside(name, check, value[name]);
    else walk.say('must be an object');
  };
}

/** A node of a tree: its member `tag` says which parts it has. */
function tagged(tag: string, kinds: Readonly<Record<string, Parts>>): Check {
  const checks = new Map<unknown, Check>(Object.entries(kinds).map(([kind, parts]) => [kind, record(parts)]));
  return (value, walk) => {
    const check = isObject(value) ? checks.get(value[tag]) : undefined;
    if (check === undefined) walk.say(`"${tag}" must be one of ${Object.keys(kinds).join(', ')}`);
    else check(value, walk);
  };
}

const ref: Check = (value, walk) => refNode(value, walk);
const refNode = tagged('ref', { me: {}, bound: { name: text }, cpu: { id: number }, first: { of: ref } });
const domain = tagged('over', { cpus: {}, cores: {}, core: { of: ref }, siblings: { of: ref } });

const expr: Check = (value, walk) => {
  // What TypeScript refuses and plain JavaScript lets through: an effect where a condition belongs.
  if (isObject(value) && 'do' in value) walk.say('an effect stands where an expression belongs: only effects write');
  else exprNode(value, walk);
};
const exprs = listOf(expr);
const two: Parts = { left: expr, right: expr };
const over: Parts = { over: domain, as: text, body: expr };
const exprNode = tagged('op', {
  const: { value: number },
  read: { field: text, at: orNull(ref) },
  stands: { context: text, labels: listOf(text), cpu: ref },
  role: { role: text, cpu: ref },
  same: { left: ref, right: ref },
  not: { of: expr },
  and: { of: exprs },
  or: { of: exprs },
  if: { test: expr, yes: expr, no: expr },
  all: over,
  any: over,
  count: over,
  eq: two,
  ne: two,
  lt: two,
  le: two,
  add: two,
  sub: two,
  bitor: two,
});

const effects: Check = (value, walk) => effectNodes(value, walk);
const effectNodes = listOf(
  tagged('do', {
    set: { field: text, at: orNull(ref), value: expr },
    jump: { context: text, cpu: ref, label: text },
    each: { over: domain, as: text, body: effects },
    when: { test: expr, yes: effects, no: effects },
  }),
);

const step: Parts = {
  id: text,
  who: text,
  guard: expr,
  effects,
  budget: orNull(text),
  cost: orNull(text),
  note: orNull(text),
};

const model = record({
  name: text,
  topology: record({ packages: orAbsent(number), cores: number, threads: number }),
  roles: mapOf(listOf(plain('boolean'))),
  fields: listOf(
    record({
      name: text,
      scope: oneOf('shared', 'core', 'cpu'),
      min: number,
      max: number,
      names: orNull(listOf(text)),
      initial: (value, walk) => (Array.isArray(value) ? listOf(number) : number)(value, walk),
    }),
    'field',
  ),
  contexts: listOf(
    record({ name: text, labels: listOf(text), start: listOf(number), final: listOf(text), spin: listOf(text) }),
    'context',
  ),
  steps: listOf(
    tagged('kind', { program: { ...step, context: text, label: text, next: text }, environment: step }),
    'step',
  ),
  budgets: mapOf(orNull(number)),
  properties: listOf(
    record({
      id: text,
      title: text,
      polarity: oneOf('always', 'sometimes', 'eventually'),
      holds: expr,
      matters: text,
    }),
    'property',
  ),
});

/** What keeps a value from being a model at all; none when every part is there and of its kind. */
export function shapeProblems(value: unknown): readonly string[] {
  const walk = new Walk();
  model(value, walk);
  return walk.problems;
}
