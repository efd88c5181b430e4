import { Flags } from '@oclif/core';
import { catalogueOf } from '../../bundle/export/catalogue-build.ts';
import { nothingFound } from '../../bundle/nothing.ts';
import { collectUpdates } from '../../bundle/collect.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { folderFlag } from '../../cli/flags/folder.ts';
import { INPUT_FLAGS, openOptionsOf, pathArg } from '../../cli/flags/inputs.ts';
import { shippedKnowledge } from '../../knowledge.ts';
import { inputExit, refusal, findingsToPrint } from '../../cli/output/remarks.ts';
import { amdTable, intelTable } from '../../cpu/catalogue-table.ts';
import { readInputs } from '../../cli/terminal/reading.ts';
import { writeFiles } from '../../io/write/files.ts';
import { type CatalogueBuild, catalogueBuild, renderCatalogueBuild } from '../../report/updates/catalogue.ts';
import { findingLine } from '../../report/update-row.ts';

export default class CatalogueBuildCommand extends BaseCommand<CatalogueBuild> {
  static override summary = 'make the tables of a catalogue from folders of updates';
  static override description =
    'Writes intel.tsv and amd.tsv in the form in which they are shipped. The same updates give the same bytes, in whatever files they are. An AMD patch is listed once, with a minimum base revision or without. Damaged updates are reported and left out. Updates of VIA are left out.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> intel-ucode amd-ucode -o catalogue',
    '<%= config.bin %> <%= command.id %> new-updates -r -o catalogue --extend',
  ];
  static override strict = false;
  static override args = { path: pathArg };
  static override flags = {
    ...INPUT_FLAGS,
    output: folderFlag('the folder to write into'),
    extend: Flags.boolean({ summary: 'add to what the shipped catalogue knows' }),
    overwrite: Flags.boolean({ summary: 'replace files that exist' }),
  };

  async run(): Promise<CatalogueBuild> {
    const { argv, flags } = await this.parse(CatalogueBuildCommand);
    const { updates, findings } = await collectUpdates(readInputs(argv as string[], openOptionsOf(flags)));
    if (updates.length === 0) throw refusal('nothing was written', [...findings, ...nothingFound(0, 0, findings)]);
    const entries = catalogueOf(updates, flags.extend ? shippedKnowledge().catalogue.entries : []);
    const files = [
      { path: 'amd.tsv', parts: [Buffer.from(amdTable(entries))] },
      { path: 'intel.tsv', parts: [Buffer.from(intelTable(entries))] },
    ];
    writeFiles(flags.output, files, flags.overwrite);
    const build = catalogueBuild({ entries }, flags.output, findings);
    return this.present({
      result: build,
      text: (width) => renderCatalogueBuild(build, width),
      remarks: findingsToPrint(findings, flags.verbose).map(findingLine),
      exit: inputExit(findings),
    });
  }
}
