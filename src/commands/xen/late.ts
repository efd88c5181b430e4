import { Args } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { readOneFile } from '../../cli/input/one-file.ts';
import { refusal } from '../../cli/output/remarks.ts';
import { cpuFlag, loaderCpus, releaseFlag, xenRelease } from '../../cli/flags/xen.ts';
import { renderXenLate, type XenLateReport, xenLateReport } from '../../report/xen/late.ts';
import { planLate } from '../../xen/late.ts';

export default class XenLate extends BaseCommand<XenLateReport> {
  static override summary = 'the xen-ucode call that loads a file on a running host';
  static override description =
    'Prints the command for dom0, whether it has to be forced, what each CPU would get and which errors to expect. Exits with 1 when a CPU named with --cpu would get nothing.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> intel.bin --release 4.17.5 --cpu 0x906a4,0x80,0x421',
    '<%= config.bin %> <%= command.id %> amd.bin --release 4.20.1 --cpu 0xa00f11,,0x0a0011ce --json',
  ];
  static override args = { file: Args.string({ required: true, description: 'raw updates of one vendor' }) };
  static override flags = { release: releaseFlag, cpu: cpuFlag };

  async run(): Promise<XenLateReport> {
    const { args, flags } = await this.parse(XenLate);
    const release = xenRelease(flags.release);
    const cpus = loaderCpus(flags.cpu ?? []);
    const plan = planLate({ release, path: args.file, bytes: await readOneFile(args.file), cpus });
    if (!plan.ok) throw refusal(`${args.file} cannot be loaded late`, plan.refusals);
    const report = xenLateReport(release, plan);
    const stuck = plan.cpus.some(({ error }) => error !== null) && !plan.force;
    return this.present({ result: report, text: () => renderXenLate(report), exit: stuck ? EXIT.found : EXIT.fine });
  }
}
