import { Args, Flags } from '@oclif/core';
import { pieceChunks } from '../../bytes/pieces.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { sourceDateEpoch } from '../../cli/input/environment.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { extraMembers } from '../../cli/input/extra-members.ts';
import { INPUT_FLAGS, openOptionsOf, SELECTION_FLAGS, selectionOf } from '../../cli/flags/inputs.ts';
import { refusal, findingsToPrint } from '../../cli/output/remarks.ts';
import { REQUIRE_FLAG, requiredCpus } from '../../cli/flags/require.ts';
import { collectFor, SKIP_BROKEN_FLAG } from '../../cli/flags/skip-broken.ts';
import { spliceMode } from '../../cli/flags/splice.ts';
import { whileLocked } from '../../cli/output/locked.ts';
import { nothingToRemove, saveSplice } from '../../cli/output/splice.ts';
import { cpusWithoutUpdate } from '../../initrd/image/choose-payload.ts';
import { splicedImage } from '../../initrd/splice/splice.ts';
import { fileOrigin } from '../../inputs/origin.ts';
import { openFileSource } from '../../io/read/file-source.ts';
import { renderSplice, type SpliceReport, spliceReport } from '../../report/initrd/splice.ts';
import { findingLine } from '../../report/update-row.ts';

export default class InitrdSplice extends BaseCommand<SpliceReport> {
  static override summary = 'put early microcode into an initrd, replace what is there, or take it out';
  static override description =
    'Puts the newest microcode of the given files in front of an initrd, in place of what is there of the same vendors. Other early members, such as ACPI tables, are kept; everything else is copied byte for byte, so --remove gives back what was there before. The file is replaced as a whole or not at all, with its owner, mode and attributes; an initrd that cannot be read to its end is refused.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /boot/initrd.img /lib/firmware/intel-ucode /lib/firmware/amd-ucode',
    '<%= config.bin %> <%= command.id %> /boot/initrd.img /lib/firmware/intel-ucode --dry-run',
    '<%= config.bin %> <%= command.id %> /boot/initrd.img --add dsdt.aml=kernel/firmware/acpi/dsdt.aml',
    '<%= config.bin %> <%= command.id %> /boot/initrd.img --remove',
  ];
  static override strict = false;
  static override args = {
    file: Args.string({ required: true, description: 'the initrd' }),
    path: Args.string({ description: 'microcode: files, folders, or - for standard input' }),
  };
  static override flags = {
    ...INPUT_FLAGS,
    ...SELECTION_FLAGS,
    ...REQUIRE_FLAG,
    ...SKIP_BROKEN_FLAG,
    remove: Flags.boolean({ summary: 'take the microcode out' }),
    'replace-all': Flags.boolean({
      summary: 'also drop microcode of a vendor of whom nothing new is put in',
    }),
    add: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'a further early member: the bytes of FILE under the name PATH; repeatable',
      helpValue: 'FILE=PATH',
    }),
    layout: Flags.option({
      options: ['standard', 'iucode-tool', 'iucode-tool-mini'] as const,
      default: 'standard',
      summary: 'layout of the early image, as for initrd build',
    })(),
    output: Flags.string({ char: 'o', summary: 'write here and do not change the initrd', helpValue: 'FILE' }),
    'dry-run': Flags.boolean({ summary: 'print what would become of the initrd and write nothing' }),
  };

  async run(): Promise<SpliceReport> {
    const { argv, flags } = await this.parse(InitrdSplice);
    const [file = '', ...paths] = argv as string[];
    const microcode = spliceMode(paths, flags);
    const extra = extraMembers(flags.add ?? []);
    const read = await collectFor(paths, { ...openOptionsOf(flags), withoutCaveats: true }, flags);
    const requirements = requiredCpus(flags.require);
    const options = {
      microcode,
      extra,
      replaceAll: flags['replace-all'],
      layout: flags.layout,
      selection: selectionOf(flags),
      sourceDateEpoch: sourceDateEpoch(process.env),
    };
    const to = flags['dry-run'] ? undefined : (flags.output ?? file);
    return whileLocked({ from: file, to, quiet: flags.quiet }, async () => {
      const initrd = openFileSource(file);
      const image = splicedImage(fileOrigin(file), initrd, read, options);
      if (image.kind === 'refused') throw refusal('the splice is refused, nothing was written', image.because);
      const { plan } = image;
      if (flags.remove && extra.length === 0 && plan.dropped.length === 0) throw nothingToRemove(file);
      const inside = [...image.chosen, ...image.kept.flatMap(({ updates }) => updates)];
      const missing = cpusWithoutUpdate(inside, requirements);
      const done = saveSplice(file, initrd, pieceChunks(plan.pieces, initrd), {
        changes: plan.changes,
        dryRun: flags['dry-run'] || missing.length > 0,
        output: flags.output,
      });
      initrd.close();
      const report = spliceReport(flags.output ?? file, image, { ...done, missing });
      return this.present({
        result: report,
        text: () => (flags.output === '-' ? '' : renderSplice(report)),
        remarks: findingsToPrint([...read.findings, ...image.remarks], flags.verbose).map(findingLine),
        exit: missing.length > 0 ? EXIT.found : EXIT.fine,
      });
    });
  }
}
