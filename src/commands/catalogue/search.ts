import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { namedCpuOrName } from '../../cli/cpus.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { shippedKnowledge } from '../../knowledge.ts';
import { type CatalogueNames, renderNames, searchNames } from '../../report/updates/catalogue-names.ts';
import { type CatalogueSearch, renderSearch, searchCatalogue } from '../../report/updates/catalogue.ts';

export default class CatalogueSearchCommand extends BaseCommand<CatalogueSearch | CatalogueNames> {
  static override summary = 'list the updates known for a CPU, newest first, or the CPUs of a code name';
  static override description =
    "The catalogue has what was in public releases and collections when it was made; `catalogue info` says how new it is. Code names are those of the vendors' tables, such as SPR-SP or Milan. Exits 1 when nothing is known.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> 06-9a-04,0x80',
    '<%= config.bin %> <%= command.id %> host',
    '<%= config.bin %> <%= command.id %> milan --json',
  ];
  static override args = {
    cpu: Args.string({ required: true, description: 'a CPU as for --cpu, or a part of a code name' }),
  };

  async run(): Promise<CatalogueSearch | CatalogueNames> {
    const { args } = await this.parse(CatalogueSearchCommand);
    const wanted = namedCpuOrName(args.cpu);
    if (typeof wanted === 'string') {
      const named = searchNames(shippedKnowledge(), wanted);
      return this.present({
        result: named,
        text: (width) => renderNames(named, width),
        remarks: named.cpus.length > 0 ? [] : [`no CPU with "${wanted}" in its code name is known to the catalogue`],
        exit: named.cpus.length > 0 ? EXIT.fine : EXIT.found,
      });
    }
    const found = searchCatalogue(shippedKnowledge(), wanted);
    return this.present({
      result: found,
      text: (width) => renderSearch(found, width),
      exit: found.updates.length > 0 ? EXIT.fine : EXIT.found,
    });
  }
}
