import { collectUpdates } from '../bundle/collect.ts';
import { nothingFound } from '../bundle/nothing.ts';
import { selectUpdates } from '../bundle/select/selection.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { INPUT_FLAGS, openOptionsOf, pathArg, SELECTION_FLAGS, selectionOf } from '../cli/flags/inputs.ts';
import { shippedKnowledge } from '../knowledge.ts';
import { inputExit, findingsToPrint } from '../cli/output/remarks.ts';
import { readInputs } from '../cli/terminal/reading.ts';
import { renderShown, show, type Shown } from '../report/updates/show.ts';
import { findingLine } from '../report/update-row.ts';

export default class Show extends BaseCommand<Shown> {
  static override summary = 'print everything known of each update';
  static override description =
    'Header fields, CPUs, metadata, what the signature shows, how the update compares with the catalogue of known ones.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /lib/firmware/intel-ucode/06-9a-04',
    '<%= config.bin %> <%= command.id %> -s 0xa00f11 /lib/firmware/amd-ucode --json',
  ];
  static override strict = false;
  static override args = { path: pathArg };
  static override flags = { ...INPUT_FLAGS, ...SELECTION_FLAGS };

  async run(): Promise<Shown> {
    const { argv, flags } = await this.parse(Show);
    const read = await collectUpdates(readInputs(argv as string[], openOptionsOf(flags)));
    const wanted = selectUpdates(selectionOf(flags), read.updates);
    const findings = [...read.findings, ...nothingFound(read.updates.length, wanted.length, read.findings)];
    const shown = show(wanted, findings, shippedKnowledge());
    return this.present({
      result: shown,
      text: () => renderShown(shown),
      remarks: findingsToPrint(findings, flags.verbose).map(findingLine),
      exit: inputExit(findings),
    });
  }
}
