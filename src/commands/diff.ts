import { Args, Flags } from '@oclif/core';
import { collectUpdates } from '../bundle/collect.ts';
import { nothingFound } from '../bundle/nothing.ts';
import { diffCollections } from '../bundle/compare/diff.ts';
import { selectUpdates } from '../bundle/select/selection.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { formatFlag } from '../cli/flags/format.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { INPUT_FLAGS, openOptionsOf, SELECTION_FLAGS, selectionOf } from '../cli/flags/inputs.ts';
import { shippedKnowledge } from '../knowledge.ts';
import { inputExit, refusal, findingsToPrint } from '../cli/output/remarks.ts';
import { readInputs } from '../cli/terminal/reading.ts';
import { DIFF_FORMATS, type DiffReport, diffReport, renderDiff } from '../report/updates/diff.ts';
import { findingLine } from '../report/update-row.ts';

export default class Diff extends BaseCommand<DiffReport> {
  static override summary = 'compare two collections of microcode, CPU by CPU';
  static override description =
    'New, updated, removed, downgraded, rewritten (the same revision with other bytes), re-masked and renamed entries. Anything that holds updates can be compared with anything else that does: folders, packages, images.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> intel-microcode_old.deb intel-microcode_new.deb',
    '<%= config.bin %> <%= command.id %> --format changelog old/intel-ucode new/intel-ucode',
    '<%= config.bin %> <%= command.id %> --exit-code /lib/firmware/amd-ucode /boot/initrd.img',
  ];
  static override args = {
    old: Args.string({ required: true, description: 'file, folder, or - for standard input' }),
    new: Args.string({ required: true, description: 'file, folder, or - for standard input' }),
  };
  static override flags = {
    ...INPUT_FLAGS,
    ...SELECTION_FLAGS,
    format: formatFlag(
      DIFF_FORMATS,
      'text',
      "how to print; markdown is the vendor's release table, changelog that of Debian",
    ),
    'exit-code': Flags.boolean({ summary: 'exit 1 when there is a difference' }),
  };

  async run(): Promise<DiffReport> {
    const { args, flags } = await this.parse(Diff);
    const old = await collectUpdates(readInputs([args.old], openOptionsOf(flags)));
    const now = await collectUpdates(readInputs([args.new], openOptionsOf(flags)));
    for (const side of [old, now]) {
      // A side that was not read would differ from nothing, or be called all new.
      if (side.updates.length === 0) throw refusal('nothing was compared: one side holds no update', side.findings);
    }
    const selection = selectionOf(flags);
    const [before, after] = [selectUpdates(selection, old.updates), selectUpdates(selection, now.updates)];
    const read = [...old.findings, ...now.findings];
    const nothing = nothingFound(old.updates.length + now.updates.length, before.length + after.length, read);
    const findings = [...read, ...nothing];
    const changes = diffCollections(before, after);
    const exit = inputExit(findings);
    return this.present({
      result: diffReport(changes),
      text: (width) =>
        nothing.length > 0 ? '' : renderDiff(changes, flags.format, shippedKnowledge().intelNames, width),
      remarks: findingsToPrint(findings, flags.verbose).map(findingLine),
      exit: exit === EXIT.fine && flags['exit-code'] && changes.length > 0 ? EXIT.found : exit,
    });
  }
}
