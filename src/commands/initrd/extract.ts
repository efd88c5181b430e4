import { Args, Flags } from '@oclif/core';
import { locatedIn } from '../../bundle/collect.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { folderFlag } from '../../cli/flags/folder.ts';
import { givenInitrd } from '../../cli/input/efi-file.ts';
import { readOneFile } from '../../cli/input/one-file.ts';
import { expanding } from '../../cli/terminal/reading.ts';
import { inputExit, findingsToPrint } from '../../cli/output/remarks.ts';
import { extractInitrd } from '../../initrd/extract/extract.ts';
import { fileOrigin } from '../../inputs/origin.ts';
import { writeTree } from '../../io/write/new-tree.ts';
import { type InitrdExtractReport, initrdExtractReport, renderInitrdExtract } from '../../report/initrd/extract.ts';
import { findingLine } from '../../report/update-row.ts';

export default class InitrdExtract extends BaseCommand<InitrdExtractReport> {
  static override summary = 'write the members of an initrd into a new folder';
  static override description =
    'Each uncompressed archive gets a folder early-1, early-2 and so on; with --deep the compressed part is expanded as well, into main-1. Files and folders only: links and devices are left out, and no name leads out of the folder.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /boot/initrd.img -o initrd',
    '<%= config.bin %> <%= command.id %> /boot/initrd.img kernel/x86/microcode -o microcode',
  ];
  static override strict = false;
  static override args = {
    file: Args.string({ required: true, description: 'an initrd or a unified kernel image, or - for standard input' }),
    member: Args.string({ description: 'members or folders to extract; all when none is named' }),
  };
  static override flags = {
    output: folderFlag('a new or empty folder'),
    deep: Flags.boolean({ summary: 'expand the compressed part too' }),
  };

  async run(): Promise<InitrdExtractReport> {
    const { argv, flags } = await this.parse(InitrdExtract);
    const [path = '', ...members] = argv as string[];
    const { bytes } = givenInitrd(path, await readOneFile(path));
    const { plans, findings } = await expanding(path, (onExpanded) =>
      extractInitrd(bytes, { members, deep: flags.deep, onExpanded }),
    );
    const items = plans.flatMap((plan) => plan.items);
    if (items.length > 0) writeTree(flags.output, items);
    const located = locatedIn(fileOrigin(path), findings);
    const report = initrdExtractReport(path, flags.output, plans, located);
    return this.present({
      result: report,
      text: () => renderInitrdExtract(report, flags.verbose),
      remarks: findingsToPrint(located, flags.verbose).map(findingLine),
      exit: inputExit(located),
    });
  }
}
