import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { readOneFile } from '../../cli/one-file.ts';
import { xenRelease } from '../../cli/xen-flags.ts';
import { renderXenLog, type XenLogReport, xenLogReport } from '../../report/xen-log-report.ts';
import { readXenLog } from '../../xen/log.ts';

export default class XenLog extends BaseCommand<XenLogReport> {
  static override summary = 'what a console log says about microcode';
  static override description =
    'Reads the output of xl dmesg, serial logs and dmesg of Linux: for each CPU the revisions before and after, or which known message explains why nothing was loaded.';
  static override examples = [
    'xl dmesg | <%= config.bin %> <%= command.id %> -',
    '<%= config.bin %> <%= command.id %> serial.log --release 4.17.5 --json',
  ];
  static override args = { file: Args.string({ required: true, description: 'a log, or - for standard input' }) };
  static override flags = {
    release: Flags.string({ summary: 'release of Xen, when the log does not name it', helpValue: 'RELEASE' }),
  };

  async run(): Promise<XenLogReport> {
    const { args, flags } = await this.parse(XenLog);
    const release = flags.release === undefined ? undefined : xenRelease(flags.release);
    const text = new TextDecoder().decode(await readOneFile(args.file));
    const report = xenLogReport(args.file, readXenLog(text, release));
    return this.present({ result: report, text: () => renderXenLog(report) });
  }
}
