import { Flags } from '@oclif/core';
import { collectUpdates } from '../bundle/collect.ts';
import { nothingFound } from '../bundle/nothing.ts';
import { selectUpdates } from '../bundle/select/selection.ts';
import { planExtraction } from '../bundle/export/extract.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { INPUT_FLAGS, openOptionsOf, pathArg, SELECTION_FLAGS, selectionOf } from '../cli/flags/inputs.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { folderFlag } from '../cli/flags/folder.ts';
import { inputExit, refusal, findingsToPrint } from '../cli/output/remarks.ts';
import { readInputs } from '../cli/terminal/reading.ts';
import { writeFiles } from '../io/write/files.ts';
import { type ExtractionReport, extractionReport, renderExtraction } from '../report/updates/extract.ts';
import { findingLine } from '../report/update-row.ts';

export default class Extract extends BaseCommand<ExtractionReport> {
  static override summary = 'write updates as files of their own';
  static override description =
    "kernel: intel-ucode/FF-MM-SS and amd-ucode/microcode_amd*.bin, as the kernel's firmware loader asks for them; what was in a file for early loading only stays in one. named: the names that iucode_tool -W and AMD's own tool give. collection: the names of MC Extractor. raw: every update by itself under a name made from its content, with the tables of AMD containers, so that pack can put them together again. Damaged updates are reported and left out.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> microcode.bin -o firmware --layout kernel --latest',
    '<%= config.bin %> <%= command.id %> amd-ucode/microcode_amd_fam19h.bin -o patches --layout raw',
  ];
  static override strict = false;
  static override args = { path: pathArg };
  static override flags = {
    ...INPUT_FLAGS,
    ...SELECTION_FLAGS,
    output: folderFlag('the folder to write into'),
    layout: Flags.option({
      options: ['kernel', 'named', 'collection', 'raw'] as const,
      default: 'kernel',
      summary: 'names of the files and what goes into each',
    })(),
    overwrite: Flags.boolean({ summary: 'replace files that exist' }),
    'dry-run': Flags.boolean({ summary: 'print what would be written and write nothing' }),
  };

  async run(): Promise<ExtractionReport> {
    const { argv, flags } = await this.parse(Extract);
    const read = await collectUpdates(readInputs(argv as string[], openOptionsOf(flags)));
    const selection = selectionOf(flags);
    const extraction = planExtraction(read, selection, flags.layout);
    const wanted = selectUpdates(selection, read.updates).length;
    const nothing = nothingFound(read.updates.length, wanted, read.findings);
    if (extraction.refusals.length > 0)
      throw refusal('the extraction is refused, nothing was written', extraction.refusals);
    const written = !flags['dry-run'] && extraction.files.length > 0;
    if (written) writeFiles(flags.output, extraction.files, flags.overwrite);
    const findings = [...read.findings, ...nothing, ...extraction.remarks];
    const report = extractionReport(extraction, flags.layout, written ? flags.output : null, findings);
    return this.present({
      result: report,
      text: () => renderExtraction(report, flags.verbose),
      remarks: findingsToPrint(findings, flags.verbose).map(findingLine),
      exit: inputExit([...read.findings, ...nothing]) || (extraction.files.length === 0 ? EXIT.found : EXIT.fine),
    });
  }
}
