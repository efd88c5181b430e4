import { Args, Flags } from '@oclif/core';
import { collectUpdates } from '../bundle/collect.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { formatFlag } from '../cli/flags/format.ts';
import { INPUT_FLAGS, openOptionsOf } from '../cli/flags/inputs.ts';
import { shippedKnowledge } from '../knowledge.ts';
import { inputExit, findingsToPrint } from '../cli/output/remarks.ts';
import { readHost } from '../host/host.ts';
import { readInputs } from '../cli/terminal/reading.ts';
import { HOST_FORMATS, renderHostAs } from '../report/host/host-formats.ts';
import { type HostReport, hostReport } from '../report/host/host.ts';
import { findingLine } from '../report/update-row.ts';

export default class HostCommand extends BaseCommand<HostReport> {
  static override summary = "show this machine's CPUs and running revisions, and what a collection has for them";
  static override description =
    'Reads /proc/cpuinfo, sysfs and, where they may be read, the registers of /dev/cpu. With PATH it says for each kind of CPU whether something newer is there and whether it may be loaded while the system runs.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> /lib/firmware/intel-ucode',
    '<%= config.bin %> <%= command.id %> --root captured/ --format prometheus /lib/firmware/intel-ucode',
  ];
  static override args = { path: Args.string({ description: 'file, folder, or - for standard input' }) };
  static override flags = {
    ...INPUT_FLAGS,
    root: Flags.string({ default: '/', summary: 'a captured tree in place of /', helpValue: 'DIR' }),
    format: formatFlag(HOST_FORMATS, 'text'),
  };

  async run(): Promise<HostReport> {
    const { args, flags } = await this.parse(HostCommand);
    const host = readHost(flags.root);
    const paths = args.path === undefined ? [] : [args.path];
    const { updates, findings } = await collectUpdates(readInputs(paths, openOptionsOf(flags)));
    const report = hostReport(host, shippedKnowledge().catalogue, updates);
    return this.present({
      result: report,
      text: (width) => renderHostAs(report, flags.format, paths.length > 0, width),
      remarks: findingsToPrint(findings, flags.verbose).map(findingLine),
      exit: inputExit(findings),
    });
  }
}
