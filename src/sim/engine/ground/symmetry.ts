/**
 * Which CPUs are interchangeable. Nothing is declared: a swap of two cores, or of two threads of a core, is tried on the grounded
 * model, and counts only if it maps the initial state, the set of steps and every claim onto themselves. A role, a number of a
 * CPU or an initial value that tells two CPUs apart therefore keeps them apart.
 */
import { instances } from '../../language/slots.ts';
import type { Change, Ground, GroundStep } from './ground.ts';
import { slotsRead, type Term } from './term.ts';

/** Sets of at least two interchangeable members, ascending. */
export interface Symmetry {
  readonly cores: readonly (readonly number[])[];
  /** CPU ids; the members of a set are threads of one core. */
  readonly threads: readonly (readonly number[])[];
}

export const NO_SYMMETRY: Symmetry = { cores: [], threads: [] };

type Permutation = (index: number) => number;
/** Where each slot goes. */
type SlotMap = readonly number[];

function slotMap({ model, slots }: Ground, cpu: Permutation, core: Permutation): SlotMap {
  const map: number[] = Array.from({ length: slots.size }, (_, slot) => slot);
  const cpus = model.topology.cores * model.topology.threads;
  for (const { base, field } of slots.field.values()) {
    if (field.scope === 'shared') continue;
    const move = field.scope === 'core' ? core : cpu;
    for (let i = 0; i < instances(field, model); i++) map[base + i] = base + move(i);
  }
  for (const base of slots.counter.values()) for (let i = 0; i < cpus; i++) map[base + i] = base + cpu(i);
  return map;
}

const sorted = (texts: readonly string[]): string => [...texts].sort().join();

/** Text of a term with its slots mapped; equal for terms that differ in the order of commuting operands only. */
function termKey(term: Term, map: SlotMap): string {
  const key = (part: Term): string => termKey(part, map);
  switch (term.op) {
    case 'const':
      return String(term.lo);
    case 'read':
      return `s${map[term.slot]}`;
    case 'among':
      return `s${map[term.slot]}{${term.values.join()}}`;
    case 'not':
      return `!${key(term.of)}`;
    case 'and':
    case 'or':
    case 'sum':
      return `${term.op}(${sorted(term.of.map(key))})`;
    case 'if':
      return `if(${key(term.test)},${key(term.yes)},${key(term.no)})`;
    case 'eq':
    case 'ne':
    case 'add':
    case 'bitor':
      return `${term.op}(${sorted([key(term.left), key(term.right)])})`;
    case 'lt':
    case 'le':
    case 'sub':
      return `${term.op}(${key(term.left)},${key(term.right)})`;
  }
}

export interface Touched {
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

/** Slots that a change reads and writes. */
export function touchedBy(changes: readonly Change[]): Touched {
  const reads = new Set<number>();
  const writes = new Set<number>();
  const visit = (change: Change): void => {
    if (change.do === 'set') {
      writes.add(change.slot);
      slotsRead(change.value, (slot) => reads.add(slot));
      return;
    }
    slotsRead(change.test, (slot) => reads.add(slot));
    for (const inner of [...change.yes, ...change.no]) visit(inner);
  };
  for (const change of changes) visit(change);
  return { reads, writes };
}

const meets = (left: ReadonlySet<number>, right: ReadonlySet<number>): boolean => {
  for (const slot of left) if (right.has(slot)) return true;
  return false;
};

/** Whether two accesses may not be made in the other order. */
export const conflict = (left: Touched, right: Touched): boolean =>
  meets(left.writes, right.reads) || meets(left.writes, right.writes) || meets(left.reads, right.writes);

/** Text of a list of changes, equal for lists that differ in the order of changes that do not touch the same slots only. */
function changesKey(changes: readonly Change[], map: SlotMap): string {
  const items = changes.map((change) => ({ key: changeKey(change, map), touched: touchedBy([change]) }));
  const texts: string[] = [];
  while (items.length > 0) {
    // Of those that nothing left stands in front of, the first by text.
    const free = items.filter(
      (item, index) => !items.slice(0, index).some((earlier) => conflict(earlier.touched, item.touched)),
    );
    const first = free.reduce((least, item) => (item.key < least.key ? item : least));
    texts.push(first.key);
    items.splice(items.indexOf(first), 1);
  }
  return texts.join(';');
}

function changeKey(change: Change, map: SlotMap): string {
  if (change.do === 'set') return `s${map[change.slot]}=${termKey(change.value, map)}[${change.min},${change.max}]`;
  return `when(${termKey(change.test, map)},${changesKey(change.yes, map)},${changesKey(change.no, map)})`;
}

function stepKey(step: GroundStep, map: SlotMap, cpu: Permutation): string {
  const placing = sorted(step.placing.map(({ slot, label }) => `s${map[slot]}=${label}`));
  return [step.step, cpu(step.cpu), placing, termKey(step.guard, map), changesKey(step.changes, map)].join('|');
}

/** Everything a permutation must leave as it is, as one list of texts. */
function portrait(ground: Ground, map: SlotMap, cpu: Permutation): string[] {
  const steps = ground.steps.map((step) => stepKey(step, map, cpu)).sort();
  const claims = ground.claims.map(({ holds }) => termKey(holds, map));
  const values = [...map.keys()].map((slot) => {
    const { lo, hi, labels } = ground.values[slot] ?? { lo: 0, hi: 0, labels: null };
    return `s${map[slot]}: ${ground.initial[slot]} ${lo} ${hi} ${labels?.join()}`;
  });
  return [...steps, ...claims, ...values.sort(), termKey(ground.resting, map)];
}

const swap =
  (left: number, right: number): Permutation =>
  (index) =>
    index === left ? right : index === right ? left : index;

/** Groups members that can be swapped; swaps of a with b and of b with c give that of a with c. */
function classes(members: readonly number[], alike: (left: number, right: number) => boolean): number[][] {
  const groups: number[][] = [];
  for (const member of members) {
    const home = groups.find(([first]) => first !== undefined && alike(first, member));
    if (home === undefined) groups.push([member]);
    else home.push(member);
  }
  return groups.filter((group) => group.length > 1);
}

const identity: Permutation = (index) => index;
const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);

export function symmetryOf(ground: Ground): Symmetry {
  const { cores, threads } = ground.model.topology;
  const original = portrait(ground, slotMap(ground, identity, identity), identity);
  const unchanged = (cpu: Permutation, core: Permutation): boolean =>
    portrait(ground, slotMap(ground, cpu, core), cpu).every((text, index) => text === original[index]);
  const coresAlike = (left: number, right: number): boolean => {
    const core = swap(left, right);
    return unchanged((cpu) => core(Math.floor(cpu / threads)) * threads + (cpu % threads), core);
  };
  const threadsAlike = (left: number, right: number): boolean => unchanged(swap(left, right), identity);
  return {
    cores: classes(range(cores), coresAlike),
    threads: range(cores).flatMap((core) => classes(range(threads, core * threads), threadsAlike)),
  };
}
