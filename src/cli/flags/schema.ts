import { Failure } from '../../findings/failure.ts';
import { SCHEMAS } from '../../schemas/all.ts';
import type { NamedSchema } from '../../schemas/schema.ts';

/** @throws Failure when no schema has that name */
export function knownSchema(name: string): NamedSchema {
  const schema = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
  if (schema !== undefined) return schema;
  const advice = `There are ${Object.keys(SCHEMAS).join(', ')}.`;
  throw new Failure({ kind: 'usage', code: 'usage/schema', message: `there is no schema "${name}"`, advice });
}
