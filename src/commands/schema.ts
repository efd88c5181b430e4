import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { knownSchema } from '../cli/flags/schema.ts';
import { renderSchema, renderSchemaList, schemaList, type SchemaList } from '../report/schema-list.ts';
import type { NamedSchema } from '../schemas/schema.ts';

export default class Schema extends BaseCommand<NamedSchema | SchemaList> {
  static override summary = 'print the JSON Schema of an input file or a --json document';
  static override description =
    'Documents name theirs: "schema": "ucodekit/verify@1" is that of `schema verify`. Without a name, lists them all.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> policy'];
  static override args = { name: Args.string({ description: 'a name from the list' }) };

  async run(): Promise<NamedSchema | SchemaList> {
    const { args } = await this.parse(Schema);
    if (args.name === undefined) {
      const list = schemaList();
      return this.present({ result: list, text: (width) => renderSchemaList(list, width) });
    }
    const schema = knownSchema(args.name);
    return this.present({ result: schema, text: () => renderSchema(schema) });
  }
}
