/** The value of a term when its slots have given values: for questions about a few slots, asked before a search. */
import type { Term } from './term.ts';

/** @throws RangeError when `values` lacks a slot of the term. */
export function evaluate(term: Term, values: ReadonlyMap<number, number>): number {
  const of = (part: Term): number => evaluate(part, values);
  const slot = (index: number): number => {
    const value = values.get(index);
    if (value === undefined) throw new RangeError(`slot ${index} has no value here`);
    return value;
  };
  switch (term.op) {
    case 'const':
      return term.lo;
    case 'read':
      return slot(term.slot);
    case 'among':
      return term.values.includes(slot(term.slot)) ? 1 : 0;
    case 'not':
      return 1 - of(term.of);
    case 'and':
      return term.of.every((part) => of(part) === 1) ? 1 : 0;
    case 'or':
      return term.of.some((part) => of(part) === 1) ? 1 : 0;
    case 'sum':
      return term.of.reduce((sum, part) => sum + of(part), 0);
    case 'if':
      return of(of(term.test) === 1 ? term.yes : term.no);
    case 'eq':
      return of(term.left) === of(term.right) ? 1 : 0;
    case 'ne':
      return of(term.left) === of(term.right) ? 0 : 1;
    case 'lt':
      return of(term.left) < of(term.right) ? 1 : 0;
    case 'le':
      return of(term.left) <= of(term.right) ? 1 : 0;
    case 'add':
      return of(term.left) + of(term.right);
    case 'sub':
      return of(term.left) - of(term.right);
    case 'bitor':
      return of(term.left) | of(term.right);
  }
}
