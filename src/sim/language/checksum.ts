/** What tells one model from another, and stays the same on every machine and in every version of the program: docs/checker.md says how it is made. */
import { sha256 } from '../../bytes/digest.ts';
import type { Model } from './model.ts';
import { requireSound } from './validate.ts';

/** JSON without spaces, members in the order of their names; of a constant, its number alone. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const constant = 'op' in value && value.op === 'const';
  const members = Object.entries(value)
    .filter(([name, member]) => member !== undefined && !(constant && name === 'text'))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}

/**
 * SHA-256, in hexadecimal, of everything that verdicts depend on: machine, roles, variables, contexts, steps, budgets, and what each property
 * claims. The name, wording (titles, notes, names of constants), packages and costs do not matter: they change no verdict.
 * @throws ModelError when the model is wrong in itself
 */
export function modelChecksum(model: Model): string {
  requireSound(model);
  const { topology, roles, fields, contexts, steps, budgets, properties } = model;
  return sha256(
    canonical({
      topology: { cores: topology.cores, threads: topology.threads },
      roles,
      fields,
      contexts,
      steps: steps.map((step) => ({ ...step, cost: null, note: null })),
      budgets,
      properties: properties.map(({ id, polarity, holds }) => ({ id, polarity, holds })),
    }),
  );
}
