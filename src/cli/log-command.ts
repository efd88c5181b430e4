import { Args, Flags } from '@oclif/core';
import { readLog } from '../log/read.ts';
import { type LogReport, logReport, renderLog } from '../report/log.ts';
import { BaseCommand } from './base-command.ts';
import { EXIT } from './exit-codes.ts';
import { readOneFile } from './input/one-file.ts';
import { xenRelease } from './flags/xen.ts';

/** What `log` and `xen log`, its older name, are. */
export abstract class LogCommand extends BaseCommand<LogReport> {
  static override args = { file: Args.string({ required: true, description: 'a log, or - for standard input' }) };
  static override flags = {
    release: Flags.string({ summary: 'release of Xen, when the log does not name it', helpValue: 'RELEASE' }),
  };

  async run(): Promise<LogReport> {
    const { args, flags } = await this.parse(LogCommand);
    const release = flags.release === undefined ? undefined : xenRelease(flags.release);
    const text = new TextDecoder().decode(await readOneFile(args.file));
    const report = logReport(args.file, readLog(text, release));
    return this.present({
      result: report,
      text: () => renderLog(report, flags.verbose),
      exit: report.nothing === null ? EXIT.fine : EXIT.input,
    });
  }
}
