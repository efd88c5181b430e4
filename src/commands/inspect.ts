import { readUpdates } from '../bundle/collect.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { formatFlag } from '../cli/flags/format.ts';
import { INPUT_FLAGS, openOptionsOf, pathArg, SELECTION_FLAGS, selectionOf } from '../cli/flags/inputs.ts';
import { inputExit, findingsToPrint } from '../cli/output/remarks.ts';
import { readInputs } from '../cli/terminal/reading.ts';
import { inspect, INSPECT_FORMATS, readsOnce, renderInspected } from '../report/updates/inspect.ts';
import type { Inspection } from '../report/updates/inspect-table.ts';
import { findingLine } from '../report/update-row.ts';

export default class Inspect extends BaseCommand<Inspection> {
  static override summary = 'list the microcode updates in files, folders and images';
  static override description =
    'One row for each update; further CPUs that an update serves follow below it. Damaged inputs are reported and the rest is listed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /lib/firmware/intel-ucode',
    '<%= config.bin %> <%= command.id %> -s 0x906a4,0x80 /lib/firmware/intel-ucode --format csv',
    'cat 06-9a-04 | <%= config.bin %> <%= command.id %> - --json',
  ];
  static override strict = false;
  static override args = { path: pathArg };
  static override flags = {
    ...INPUT_FLAGS,
    ...SELECTION_FLAGS,
    format: formatFlag(INSPECT_FORMATS, 'table', 'how to print; iucode is the listing of iucode_tool -L'),
  };

  async run(): Promise<Inspection> {
    const { argv, flags } = await this.parse(Inspect);
    const selection = selectionOf(flags);
    const opened = readInputs(argv as string[], { ...openOptionsOf(flags), reuseBuffer: readsOnce(selection) });
    const inspected = await inspect(readUpdates(opened), selection);
    const { inspection, findings } = inspected;
    return this.present({
      result: inspection,
      text: (width) => renderInspected(inspected, flags.format, width),
      remarks: findingsToPrint(findings, flags.verbose).map(findingLine),
      exit: inputExit(findings),
    });
  }
}
