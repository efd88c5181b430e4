import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { formatFlag } from '../../cli/flags/format.ts';
import { SUBJECT_FLAGS } from '../../cli/flags/sim.ts';
import { renderMermaid, renderSimShow, simShow, type SimShow } from '../../report/sim/show.ts';
import { remarksOn } from '../../sim/remarks.ts';
import { describe, entryOf } from '../../sim/scenario/parse.ts';
import { caseOf } from '../../sim/subject.ts';

const { protocol: _, ...MACHINE_FLAGS } = SUBJECT_FLAGS;

export default class SimShowCommand extends BaseCommand<SimShow> {
  static override summary = 'print the steps of a protocol';
  static override description =
    'Every line of every program, with what it waits for and what it changes; its choices, what may go wrong, its properties.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> xen',
    '<%= config.bin %> <%= command.id %> linux-6.7-nmi --offline 3 --faults timeout=unlimited --format mermaid',
  ];
  static override args = { id: Args.string({ required: true, description: 'a protocol, see sim list' }) };
  static override flags = {
    ...MACHINE_FLAGS,
    format: formatFlag(['text', 'mermaid'], 'text', 'of the steps'),
  };

  async run(): Promise<SimShow> {
    const { args, flags } = await this.parse(SimShowCommand);
    const one = caseOf({ ...flags, protocol: args.id, choices: flags.choice, vendor: flags.cpus });
    const model = describe(one);
    const result = simShow(entryOf(one), model, one.choices);
    return this.present({
      result,
      text: () => (flags.format === 'text' ? renderSimShow : renderMermaid)(result),
      remarks: remarksOn(one, model),
    });
  }
}
