import { Flags } from '@oclif/core';
import { parseEntry } from '../bundle/export/equivalence-entries.ts';
import { pack } from '../bundle/export/pack.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { INPUT_FLAGS, openOptionsOf, pathArg, SELECTION_FLAGS, selectionOf } from '../cli/flags/inputs.ts';
import { collectFor, SKIP_BROKEN_FLAG } from '../cli/flags/skip-broken.ts';
import { save } from '../cli/output/files.ts';
import { refusal, findingsToPrint } from '../cli/output/remarks.ts';
import { type PackReport, packReport, renderPack } from '../report/updates/pack.ts';
import { findingLine } from '../report/update-row.ts';

export default class Pack extends BaseCommand<PackReport> {
  static override summary = "make one vendor's file from updates";
  static override description =
    "intel: updates one after the other, each once. intel-dat: the same as text. amd: a container with its equivalence table for each firmware file of the kernel, one after the other. A vendor's container that is packed whole keeps its bytes; the others are merged. Before Zen a raw patch does not say which CPUs it is for: a container among the inputs that lists it does, or --map. Damaged input is refused: nothing is written then.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> /lib/firmware/intel-ucode --as intel -o microcode.bin --latest',
    '<%= config.bin %> <%= command.id %> patches --as amd -o microcode_amd_fam19h.bin',
    '<%= config.bin %> <%= command.id %> mc_patch_010000c8.bin --as amd --map 0x00100f43=0x1043 -o microcode_amd.bin',
  ];
  static override strict = false;
  static override args = { path: pathArg };
  static override flags = {
    ...INPUT_FLAGS,
    ...SELECTION_FLAGS,
    output: Flags.string({ char: 'o', summary: 'the file to write; - for standard output', helpValue: 'FILE' }),
    as: Flags.option({
      options: ['intel', 'intel-dat', 'amd'] as const,
      required: true,
      summary: 'the format to write',
    })(),
    map: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'a CPU that patches with this equivalence id are for: CPUID=EQUIV; repeatable',
      helpValue: 'ENTRY',
    }),
    ...SKIP_BROKEN_FLAG,
    'dry-run': Flags.boolean({ summary: 'print what would be written and write nothing' }),
  };

  async run(): Promise<PackReport> {
    const { argv, flags } = await this.parse(Pack);
    const read = await collectFor(argv as string[], openOptionsOf(flags), flags);
    const entries = (flags.map ?? []).map(parseEntry);
    const packed = pack(read, { format: flags.as, selection: selectionOf(flags), entries });
    if (packed.kind === 'refused') throw refusal('the file is refused, nothing was written', packed.because);
    const written = flags['dry-run'] ? null : save(flags.output, packed.parts);
    const report = packReport(packed, flags.as, written);
    return this.present({
      result: report,
      text: () => (written === '-' ? '' : renderPack(report, flags.verbose)),
      remarks: findingsToPrint(packed.remarks, flags.verbose).map(findingLine),
    });
  }
}
