/** JSON Schemas as data: the part of draft 2020-12 that they use. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly (string | number | null)[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

export const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** A whole schema; its `$id` has the name and the version of the documents, `ucodekit/NAME@1`. */
export interface NamedSchema extends JsonSchema {
  readonly $schema: typeof DRAFT;
  readonly $id: string;
  readonly title: string;
}

const idOf = (name: string, version: number): string => `urn:ucodekit:schema:${name}:${version}`;

/** An object of which nothing but the named members is known; those ending in `?` may be left out. */
export function members(properties: Readonly<Record<string, JsonSchema>>, description?: string): JsonSchema {
  const names = Object.keys(properties);
  return {
    ...(description === undefined ? {} : { description }),
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name.replace(/\?$/, ''), schema]),
    ),
    required: names.filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

/** The same, but other members may stand beside the named ones. */
export const amongOthers = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => {
  const { additionalProperties: _, ...open } = members(properties);
  return open;
};

/** The schema of documents that carry `"schema": "ucodekit/NAME@VERSION"`. */
export const documentSchema = (
  name: string,
  title: string,
  properties: Readonly<Record<string, JsonSchema>>,
  version = 1,
): NamedSchema => ({
  ...members({ schema: { const: `ucodekit/${name}@${version}` }, ...properties }),
  $schema: DRAFT,
  $id: idOf(name, version),
  title,
});

export const listOf = (items: JsonSchema, description?: string): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  type: 'array',
  items,
});

export const text = (description?: string): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  type: 'string',
});

export const choice = (values: readonly string[], description?: string): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  enum: values,
});

export const count = (description?: string): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  type: 'integer',
  minimum: 0,
});

export const flag = (description?: string): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  type: 'boolean',
});

export const matching = (pattern: string, description?: string): JsonSchema => ({
  ...(description === undefined ? {} : { description }),
  type: 'string',
  pattern,
});

export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

/** 32-bit value as the output writes it. */
export const HEX32 = matching('^0x[0-9a-f]{8}$');
/** Platform mask. */
export const MASK = matching('^0x[0-9a-f]{2,}$');
export const DATE = matching('^[0-9a-f]{4}-[0-9a-f]{2}-[0-9a-f]{2}$', 'as stored, even when it is not a calendar date');

/** Whatever JSON can hold: documents for readers, whose keys are words rather than an interface. */
export const TREE: JsonSchema = {};
