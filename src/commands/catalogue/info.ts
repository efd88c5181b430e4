import { BaseCommand } from '../../cli/base-command.ts';
import { shippedKnowledge } from '../../knowledge.ts';
import { type CatalogueInfo, catalogueInfo, renderInfo } from '../../report/updates/catalogue.ts';

export default class CatalogueInfoCommand extends BaseCommand<CatalogueInfo> {
  static override summary = 'show the size and the age of the catalogue of known updates';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<CatalogueInfo> {
    await this.parse(CatalogueInfoCommand);
    const info = catalogueInfo(shippedKnowledge().catalogue);
    return this.present({ result: info, text: (width) => renderInfo(info, width) });
  }
}
