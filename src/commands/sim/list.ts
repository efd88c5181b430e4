import { BaseCommand } from '../../cli/base-command.ts';
import { renderSimList, simList, type SimList } from '../../report/sim/list.ts';

export default class SimListCommand extends BaseCommand<SimList> {
  static override summary = 'list the late-load protocols and the properties they are checked for';
  static override description =
    'Protocols are what kernels and hypervisors do, did or were proposed to do when they load microcode on a running machine.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<SimList> {
    await this.parse(SimListCommand);
    const result = simList();
    return this.present({ result, text: (width) => renderSimList(result, width) });
  }
}
