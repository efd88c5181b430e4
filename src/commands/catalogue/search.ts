import { Args } from '@oclif/core';
import { parseCpu } from '../../bundle/wanted-cpu.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { shippedKnowledge } from '../../knowledge.ts';
import { type CatalogueSearch, renderSearch, searchCatalogue } from '../../report/catalogue-report.ts';

export default class CatalogueSearchCommand extends BaseCommand<CatalogueSearch> {
  static override summary = 'list the updates known for a CPU, newest first';
  static override description =
    'Known is what stood in public releases and collections when the catalogue was made: `catalogue info` says how new it is.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 0x906a4,0x80',
    '<%= config.bin %> <%= command.id %> 0xa00f11 --json',
  ];
  static override args = {
    cpu: Args.string({ required: true, description: 'SIGNATURE[,PLATFORMS], as for --cpu' }),
  };

  async run(): Promise<CatalogueSearch> {
    const { args } = await this.parse(CatalogueSearchCommand);
    const found = searchCatalogue(shippedKnowledge(), parseCpu(args.cpu));
    return this.present({ result: found, text: (width) => renderSearch(found, width) });
  }
}
