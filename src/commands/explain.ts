import { Args, Flags } from '@oclif/core';
import { type Located, locatedIn } from '../bundle/collect.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { loaderInput } from '../cli/input/loader-input.ts';
import { chosenLoaders } from '../cli/flags/loader.ts';
import { loaderCpus } from '../cli/flags/xen.ts';
import { nothingLoaded } from '../cli/nothing-loaded.ts';
import { findingsToPrint } from '../cli/output/remarks.ts';
import { imageFindings, INITRD_HEAD, mayBeInitrd, whyNothing } from '../initrd/inspect/inspect.ts';
import { fileOrigin } from '../inputs/origin.ts';
import { alwaysServes, answer } from '../loaders/answer.ts';
import type { LoaderInput } from '../loaders/explanation.ts';
import { sectionAt } from '../loaders/efi/view.ts';
import { type ExplainReport, explainReport, renderExplanation } from '../report/explain.ts';
import { findingLine } from '../report/update-row.ts';

export default class Explain extends BaseCommand<ExplainReport> {
  static override summary = 'say which update a loader would hand to a CPU, and why not the others';
  static override description =
    'Follows the steps of Linux and Xen, by version: from an initrd, or the sections of an EFI image, the way early loading finds the file, from a firmware folder or a package the way late loading does, or from the updates themselves. A series such as linux-6.12 or xen-4.17 stands for all of its point releases: the answer is that of the newest one read, and says which older ones answer otherwise.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /boot/initrd.img --cpu 0x906a4,0x80,0x421 --loader linux-6.12',
    '<%= config.bin %> <%= command.id %> /boot/efi/EFI/Linux/linux.efi --cpu 0x906a4,0x80,0x421 --require',
    '<%= config.bin %> <%= command.id %> early-ucode.img --cpu 0xa00f11,,0xa0011ce --cpu 06-9a-03 --loader all',
    '<%= config.bin %> <%= command.id %> /lib/firmware --cpu 0x906a4,0x80,0x421 --loader linux-6.12 --force-minrev',
  ];
  static override args = {
    path: Args.string({
      required: true,
      description:
        'an initrd, a unified kernel or Xen image, a file of updates, the firmware folder, or a package of it; - for standard input',
    }),
  };
  static override flags = {
    cpu: Flags.string({
      required: true,
      multiple: true,
      multipleNonGreedy: true,
      summary: 'the CPU: host, or CPU[,PLATFORMS[,REVISION]]; without a revision it runs none; repeatable',
      helpValue: 'CPU',
    }),
    loader: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary:
        'linux-VERSION, xen-RELEASE, or all for one of every era; repeatable, also separated by commas; left out: the release inside an EFI image, else all',
      helpValue: 'LOADER',
    }),
    as: Flags.option({
      options: ['image', 'blob'] as const,
      summary: 'what the file is; default: by its first bytes',
    })(),
    late: Flags.boolean({ summary: 'Linux: load late, from a running system; a folder means that anyway' }),
    'force-minrev': Flags.boolean({ summary: 'Linux: with microcode=force_minrev' }),
    'no-digest-check': Flags.boolean({
      summary: 'AMD: with microcode.amd_sha_check=off (Linux), ucode=digest-check=no (Xen)',
    }),
    'hypervisor-guest': Flags.boolean({ summary: 'the CPU says that it is a guest of a hypervisor' }),
    require: Flags.boolean({
      summary:
        'exit with 1 when one of the loaders, or a point release of a series, would load nothing; fine where the CPU already runs what is offered',
    }),
  };

  async run(): Promise<ExplainReport> {
    const { args, flags } = await this.parse(Explain);
    const chosen = chosenLoaders(flags.loader);
    const cpus = loaderCpus(flags.cpu).map((cpu) => ({ ...cpu, hypervisorGuest: flags['hypervisor-guest'] }));
    const file = await loaderInput(args.path, cpus, flags.as);
    const options = {
      path: flags.late || file.kind === 'folder' ? 'late' : 'early',
      forceMinimum: flags['force-minrev'],
      digestCheck: !flags['no-digest-check'],
    } as const;
    const explained = cpus.map((cpu) => {
      const rows = chosen(file.loaders).map((loader) => {
        const view = file.viewOf(loader, cpu);
        const digestCheck = options.digestCheck && view.digestCheck;
        const said = answer(loader, cpu, view.input, { ...options, digestCheck });
        return { loader: loader.name, answer: said, section: sectionAt(view.parts, said.explanation.source?.offset) };
      });
      return { cpu, rows };
    });
    const report = explainReport(args.path, file.kind, explained, file.efi);
    const answers = explained.flatMap(({ rows }) => rows.map((row) => row.answer));
    const missing = answers.some((one) => !alwaysServes(one));
    const about = flags.late || flags.as === 'blob' ? [] : await aboutImage(args.path, file.whole);
    const looked = answers.some(({ explanation }) => explanation.source !== null);
    const nothing = looked || file.efi !== null ? { findings: [], exit: EXIT.fine } : await nothingLoaded(args.path);
    const findings = [...locatedIn(fileOrigin(args.path), file.findings), ...about, ...nothing.findings];
    return this.present({
      result: report,
      text: (width) => renderExplanation(report, width),
      remarks: findingsToPrint(findings, flags.verbose).map(findingLine),
      exit: nothing.exit || (flags.require && missing ? EXIT.found : EXIT.fine),
    });
  }
}

/** Why an early loader would get nothing from what looks like an initrd, where the file shows it. */
async function aboutImage(path: string, input: LoaderInput | undefined): Promise<Located[]> {
  if (input === undefined || input.kind === 'folder') return [];
  // A file of updates is a usual thing to ask about, unless its name says that it is meant for an early loader.
  if (input.kind === 'blob' && !mayBeInitrd(path, input.bytes.subarray(0, INITRD_HEAD))) return [];
  return whyNothing(await imageFindings(path, input.bytes));
}
