import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { sourceDateEpoch } from '../../cli/input/environment.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { INPUT_FLAGS, openOptionsOf, pathArg, SELECTION_FLAGS, selectionOf } from '../../cli/flags/inputs.ts';
import { save } from '../../cli/output/files.ts';
import { whileLocked } from '../../cli/output/locked.ts';
import { refusal, findingsToPrint } from '../../cli/output/remarks.ts';
import { REQUIRE_FLAG, requiredCpus } from '../../cli/flags/require.ts';
import { collectFor, SKIP_BROKEN_FLAG } from '../../cli/flags/skip-broken.ts';
import { earlyImage } from '../../initrd/image/build.ts';
import { cpusWithoutUpdate } from '../../initrd/image/choose-payload.ts';
import { imageOnBase } from '../../initrd/splice/splice.ts';
import { fileOrigin } from '../../inputs/origin.ts';
import { openFileSource } from '../../io/read/file-source.ts';
import { type BuildReport, buildReport, renderBuild } from '../../report/initrd/build.ts';
import { findingLine } from '../../report/update-row.ts';

export default class InitrdBuild extends BaseCommand<BuildReport> {
  static override summary = 'build an early-cpio image with the newest microcode for every CPU';
  static override description =
    'Writes kernel/x86/microcode/GenuineIntel.bin and AuthenticAMD.bin as an uncompressed newc archive that a boot loader or an initrd builder puts before the initrd. The same input gives the same bytes. Damaged input is refused: nothing is written then.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /lib/firmware/intel-ucode /lib/firmware/amd-ucode -o early-ucode.img',
    '<%= config.bin %> <%= command.id %> /lib/firmware/intel-ucode --base initrd.img -o initrd-with-ucode.img',
    '<%= config.bin %> <%= command.id %> -s 0x906a4 /lib/firmware/intel-ucode -o early-ucode.img --dry-run -v',
  ];
  static override strict = false;
  static override args = { path: pathArg };
  static override flags = {
    ...INPUT_FLAGS,
    ...SELECTION_FLAGS,
    output: Flags.string({
      char: 'o',
      summary: 'the image to write; - for standard output',
      helpValue: 'FILE',
    }),
    layout: Flags.option({
      options: ['standard', 'iucode-tool', 'iucode-tool-mini'] as const,
      default: 'standard',
      summary: 'standard, or byte for byte what iucode_tool --write-earlyfw (--mini-earlyfw) writes',
    })(),
    base: Flags.string({
      summary: 'an existing initrd to put after the image, which replaces its microcode of the same vendors',
      helpValue: 'INITRD',
    }),
    'replace-all': Flags.boolean({
      dependsOn: ['base'],
      summary: 'also drop microcode of the base of a vendor of whom nothing new is put in',
    }),
    ...REQUIRE_FLAG,
    ...SKIP_BROKEN_FLAG,
    'dry-run': Flags.boolean({ summary: 'print the plan and write nothing' }),
  };

  async run(): Promise<BuildReport> {
    const { argv, flags } = await this.parse(InitrdBuild);
    const read = await collectFor(argv as string[], { ...openOptionsOf(flags), withoutCaveats: true }, flags);
    const options = {
      layout: flags.layout,
      selection: selectionOf(flags),
      sourceDateEpoch: sourceDateEpoch(process.env),
      replaceAll: flags['replace-all'],
    };
    const { base, output } = flags;
    const requirements = requiredCpus(flags.require);
    const to = flags['dry-run'] ? undefined : output;
    return whileLocked({ from: base, to, quiet: flags.quiet }, async () => {
      const image =
        base === undefined
          ? { ...earlyImage(read.updates, read.findings, options), dropped: [] }
          : imageOnBase(fileOrigin(base), openFileSource(base), read, options);
      if (image.kind === 'refused') throw refusal('the image is refused, nothing was written', image.because);
      const inside = [...image.chosen, ...image.kept.flatMap(({ updates }) => updates)];
      const missing = cpusWithoutUpdate(inside, requirements);
      const written = flags['dry-run'] || missing.length > 0 ? null : save(output, image.chunks());
      const report = buildReport(image, { written, base: base ?? null, missing, dropped: image.dropped });
      return this.present({
        result: report,
        text: () => (written === '-' ? '' : renderBuild(report, flags.verbose)),
        remarks: findingsToPrint([...read.findings, ...image.remarks], flags.verbose).map(findingLine),
        exit: missing.length > 0 ? EXIT.found : EXIT.fine,
      });
    });
  }
}
