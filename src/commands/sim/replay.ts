import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { textOf } from '../../cli/sim-flags.ts';
import { renderReplay, type Replay, replayOf } from '../../report/replay.ts';
import { runOf, tokenInTrace } from '../../sim/trace.ts';

export default class SimReplay extends BaseCommand<Replay> {
  static override summary = 'step through a saved run';
  static override description =
    'Tells the run of a JSON trace or of a token again, as far as --to, and shows the whole state there. Any step can be asked for, so going back is asking for an earlier one.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> trace.json --to 12',
    "<%= config.bin %> <%= command.id %> 'xen-no-nmi@1x2,vendor=intel,nmi=1,callback=holds+everyone~72BE.7.A4'",
  ];
  static override args = {
    trace: Args.string({ required: true, description: 'a trace file (JSON), - for standard input, or a token' }),
  };
  static override flags = {
    to: Flags.integer({ min: 0, summary: 'the last step; default: all', helpValue: 'STEP' }),
    state: Flags.boolean({ summary: 'show every variable after the last step' }),
  };

  async run(): Promise<Replay> {
    const { args, flags } = await this.parse(SimReplay);
    const token = args.trace.includes('~') ? args.trace : tokenInTrace(await textOf(args.trace), args.trace);
    const result = replayOf(runOf(token), flags.to ?? null);
    return this.present({ result, text: () => renderReplay(result, flags.state) });
  }
}
