import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { save } from '../../cli/output/files.ts';
import { textOf } from '../../cli/flags/sim.ts';
import { drawReplay, renderReplay, type Replay, replayOf } from '../../report/sim/replay.ts';
import { runOf, tokenInTrace } from '../../sim/trace.ts';

export default class SimReplay extends BaseCommand<Replay> {
  static override summary = 'step through a saved run';
  static override description =
    'Replays the run of a JSON trace or of a token up to step --to and shows the whole state there. To go back, give an earlier step.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> trace.json --to 12',
    "<%= config.bin %> <%= command.id %> 'TOKEN' --timeline html -o run.html",
  ];
  static override args = {
    trace: Args.string({ required: true, description: 'a trace file (JSON), - for standard input, or a token' }),
  };
  static override flags = {
    to: Flags.integer({ min: 0, summary: 'the last step; default: all', helpValue: 'STEP' }),
    state: Flags.boolean({ summary: 'show every variable after the last step' }),
    timeline: Flags.option({
      options: ['text', 'svg', 'html', 'perfetto'] as const,
      summary: 'draw the run instead of listing its steps',
    })(),
    output: Flags.string({ char: 'o', default: '-', summary: 'file for the picture', helpValue: 'FILE' }),
  };

  async run(): Promise<Replay> {
    const { args, flags } = await this.parse(SimReplay);
    const token = args.trace.includes('~') ? args.trace : tokenInTrace(await textOf(args.trace), args.trace);
    const run = runOf(token);
    const to = flags.to ?? null;
    const result = replayOf(run, to, this.program());
    if (flags.timeline === undefined) return this.present({ result, text: () => renderReplay(result, flags.state) });
    const picture = new TextEncoder().encode(drawReplay(run, to, flags.timeline));
    const written = this.jsonEnabled() && flags.output === '-' ? '-' : save(flags.output, [picture]);
    return this.present({ result, text: () => (written === '-' ? '' : `wrote ${written}\n`) });
  }
}
