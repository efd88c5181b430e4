/** Reads an input file that has a schema. What is wrong with it is said with line, place in the document and what would be right. */
import { Failure } from '../findings/failure.ts';
import { type JsonPath, type JsonPlace, type JsonValue, parseJsonText } from './json-text.ts';
import type { JsonSchema, NamedSchema } from './schema.ts';
import type { SchemaError, Validator } from './validator.ts';

export interface DocumentKind {
  /** `policy`: for messages and codes. */
  readonly name: string;
  readonly schema: NamedSchema;
  readonly validate: Validator;
}

/** A document that fits its schema, with the places of its parts. */
export type ReadDocument = Omit<JsonValue, 'kind'>;

/** Mistakes shown of one file. */
const SHOWN = 20;

/** A mistake and where it is. */
export interface Mistake {
  readonly place: JsonPlace;
  /** JSON pointer; empty for the whole document. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * Parses and checks the text of the file at `path`.
 * @throws Failure of kind `usage` that lists the mistakes, each with its line
 */
export function readDocument(text: string, path: string, { name, schema, validate }: DocumentKind): ReadDocument {
  const parsed = parseJsonText(text);
  if (parsed.kind === 'error') {
    throw badDocument(name, path, [{ place: parsed.place, pointer: '', message: parsed.message }]);
  }
  if (validate(parsed.value)) return parsed;
  const mistakes = (validate.errors ?? []).map((error) => mistakeOf(error, parsed, schema));
  throw badDocument(name, path, mistakes);
}

/** The failure that a command ends with when its `name` file at `path` has mistakes. */
export function badDocument(name: string, path: string, mistakes: readonly Mistake[]): Failure {
  const sorted = [...mistakes].sort((a, b) => a.place.index - b.place.index);
  const lines = sorted
    .slice(0, SHOWN)
    .map(({ place, pointer, message }) => `line ${place.line}:${place.column}, ${pointer || '/'}: ${message}`);
  const more = sorted.length > SHOWN ? [`and ${sorted.length - SHOWN} more`] : [];
  return new Failure({
    kind: 'usage',
    code: `usage/${name}`,
    where: path,
    message: `the ${name} has ${sorted.length === 1 ? 'a mistake' : `${sorted.length} mistakes`}`,
    because: [...lines, ...more],
    advice: `Put it right and run the command again; \`ucodekit schema ${name}\` prints what may stand there.`,
  });
}

const decoded = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));

const memberOf = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

/** The path to a value; numbers where the document has arrays. */
function pathOf(pointer: string, document: unknown): { path: JsonPath; value: unknown } {
  const path: (string | number)[] = [];
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const key = Array.isArray(value) ? Number(name) : name;
    path.push(key);
    value = memberOf(value, key);
  }
  return { path, value };
}

/** The part of the schema that holds the keyword at `schemaPath`. */
function partOf(schema: NamedSchema, schemaPath: string): JsonSchema {
  let part: unknown = schema;
  for (const key of decoded(schemaPath.replace(/^#/, '')).slice(0, -1)) part = memberOf(part, key);
  return part ?? {};
}

function mistakeOf(
  error: SchemaError,
  { value: document, placeOf, keyPlace }: JsonValue,
  schema: NamedSchema,
): Mistake {
  const { path, value } = pathOf(error.instancePath, document);
  const part = partOf(schema, error.schemaPath);
  const extra = error.params['additionalProperty'];
  const place = typeof extra === 'string' ? keyPlace([...path, extra]) : placeOf(path);
  return { place, pointer: error.instancePath, message: sentence(error, value, part) };
}

const list = (values: Iterable<unknown>): string => [...values].map((value) => JSON.stringify(value)).join(', ');

function sentence({ keyword, params, message }: SchemaError, value: unknown, part: JsonSchema): string {
  const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 80);
  switch (keyword) {
    case 'enum':
      return `${shown} is not allowed; allowed are ${list(part.enum ?? [])}`;
    case 'const':
      return `${shown} is not allowed; it must be ${JSON.stringify(part.const)}`;
    case 'additionalProperties':
      return `the key ${JSON.stringify(params['additionalProperty'])} is not known; known are ${list(Object.keys(part.properties ?? {}))}`;
    case 'required':
      return `the key ${JSON.stringify(params['missingProperty'])} is missing`;
    case 'type':
      return `${shown} is not of type ${String(params['type'])}`;
    case 'pattern':
      return `${shown} is not of the form ${part.pattern ?? ''}${part.description === undefined ? '' : ` (${part.description})`}`;
    case 'minimum':
      return `${shown} is too small; the least is ${String(part.minimum)}`;
    default:
      return message ?? keyword;
  }
}
