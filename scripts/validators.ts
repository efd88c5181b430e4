/** Makes validators that run without ajv: compiling a schema when a command starts would cost more than the command. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneModule from 'ajv/dist/standalone/index.js';
import type { NamedSchema } from '../src/schemas/schema.ts';

// A CommonJS module whose types say `default` where Node gives the function itself.
const standalone = standaloneModule as unknown as typeof standaloneModule.default;

/** Descriptions are for readers of the schema. */
const bare = (schema: NamedSchema): object =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === 'description' && typeof value === 'string' ? undefined : value,
    ),
  ) as object;

const HEAD = '// @ts-nocheck\n// Made from the schema by `npm run generate`.\n';

/**
 * A module whose `validate` checks data against `schema`.
 * @throws RangeError when the schema uses a keyword whose code needs ajv at run time
 */
export function validatorModule(schema: NamedSchema): string {
  const ajv = new Ajv2020({ allErrors: true, code: { source: true, esm: true, lines: true } });
  const code = standalone(ajv, ajv.compile(bare(schema)));
  if (/\brequire\(|\bfrom ["']/.test(code)) throw new RangeError(`${schema.$id}: the validator would import ajv`);
  return `${HEAD}${code}`;
}
