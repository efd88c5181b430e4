/** `schema`: the names of all schemas, or one of them. */
import { SCHEMAS } from '../schemas/all.ts';
import type { NamedSchema } from '../schemas/schema.ts';
import { renderTable, type Width } from './table.ts';

export interface SchemaList {
  readonly schema: 'ucodekit/schemas@1';
  readonly schemas: readonly { readonly name: string; readonly id: string; readonly title: string }[];
}

export const schemaList = (): SchemaList => ({
  schema: 'ucodekit/schemas@1',
  schemas: Object.entries(SCHEMAS).map(([name, { $id, title }]) => ({ name, id: $id, title })),
});

export const renderSchemaList = ({ schemas }: SchemaList, width?: Width): string =>
  renderTable(
    [
      { title: 'NAME', value: ({ name }) => name },
      { title: 'ABOUT', value: ({ title }) => title },
    ],
    schemas,
    'table',
    width,
  );

export const renderSchema = (schema: NamedSchema): string => `${JSON.stringify(schema, null, 2)}\n`;
