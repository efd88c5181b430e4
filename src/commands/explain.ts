import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { loaderInput } from '../cli/loader-input.ts';
import { chosenLoaders } from '../cli/loader-flags.ts';
import { loaderCpu } from '../cli/xen-flags.ts';
import { explain } from '../loaders/loaders.ts';
import { type ExplainReport, explainReport, renderExplanation } from '../report/explain-report.ts';

export default class Explain extends BaseCommand<ExplainReport> {
  static override summary = 'say which update a loader would hand to a CPU, and why not the others';
  static override description =
    'Follows the steps of Linux and Xen, by version: from an initrd the way early loading finds the file, from a firmware folder or a package the way late loading does, or from the updates themselves. A series such as linux-6.12 or xen-4.17 stands for its newest stable release.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /boot/initrd.img --cpu 0x906a4,0x80,0x421 --loader linux-6.12',
    '<%= config.bin %> <%= command.id %> early-ucode.img --cpu 0xa00f11,,0xa0011ce --loader all',
    '<%= config.bin %> <%= command.id %> /lib/firmware --cpu 0x906a4,0x80,0x421 --loader linux-6.12 --force-minrev',
  ];
  static override args = {
    path: Args.string({
      required: true,
      description: 'an initrd, a file of updates, the firmware folder, or a package of it; - for standard input',
    }),
  };
  static override flags = {
    cpu: Flags.string({
      required: true,
      summary: 'the CPU: SIGNATURE[,PLATFORMS[,REVISION]]; without a revision none runs',
      helpValue: 'CPU',
    }),
    loader: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      default: ['all'],
      summary: 'linux-VERSION, xen-RELEASE, or all for one of every era; repeatable, also separated by commas',
      helpValue: 'LOADER',
    }),
    as: Flags.option({
      options: ['image', 'blob'] as const,
      summary: 'what the file is; told by its first bytes when left out',
    })(),
    late: Flags.boolean({ summary: 'Linux: load late, from a running system; a folder means that anyway' }),
    'force-minrev': Flags.boolean({ summary: 'Linux: with microcode=force_minrev' }),
    'no-digest-check': Flags.boolean({ summary: 'Xen: with ucode=digest-check=no' }),
    'hypervisor-guest': Flags.boolean({ summary: 'the CPU tells that it is a guest of a hypervisor' }),
    require: Flags.boolean({ summary: 'exit with 1 when one of the loaders would load nothing' }),
  };

  async run(): Promise<ExplainReport> {
    const { args, flags } = await this.parse(Explain);
    const loaders = chosenLoaders(flags.loader);
    const cpu = { ...loaderCpu(flags.cpu), hypervisorGuest: flags['hypervisor-guest'] };
    const input = await loaderInput(args.path, cpu, flags.as);
    const options = {
      path: flags.late || input.kind === 'folder' ? 'late' : 'early',
      forceMinimum: flags['force-minrev'],
      digestCheck: !flags['no-digest-check'],
    } as const;
    const explained = loaders.map((loader) => ({
      loader: loader.name,
      explanation: explain(loader, cpu, input, options),
    }));
    const report = explainReport(args.path, input.kind, cpu, explained);
    const missing = report.loaders.some(({ chosen }) => chosen === null);
    return this.present({
      result: report,
      text: (width) => renderExplanation(report, width),
      exit: flags.require && missing ? EXIT.found : EXIT.fine,
    });
  }
}
