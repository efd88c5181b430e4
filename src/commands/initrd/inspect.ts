import { Args, Flags } from '@oclif/core';
import { locatedIn } from '../../bundle/collect.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { givenInitrd } from '../../cli/input/efi-file.ts';
import { readOneFile } from '../../cli/input/one-file.ts';
import { expanding } from '../../cli/terminal/reading.ts';
import { inputExit, findingsToPrint } from '../../cli/output/remarks.ts';
import { expandInitrd } from '../../initrd/expanded-parts.ts';
import { inspectInitrd, updatesInside } from '../../initrd/inspect/inspect.ts';
import { fileOrigin, memberOrigin } from '../../inputs/origin.ts';
import { type InitrdReport, initrdReport, renderInitrd } from '../../report/initrd/inspect.ts';
import { findingLine } from '../../report/update-row.ts';

export default class InitrdInspect extends BaseCommand<InitrdReport> {
  static override summary = 'take an initrd apart: archives, members, alignment, what early loaders find';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /boot/initrd.img',
    '<%= config.bin %> <%= command.id %> early-ucode.img --json',
  ];
  static override args = {
    file: Args.string({ required: true, description: 'an initrd or a unified kernel image, or - for standard input' }),
  };
  static override flags = { deep: Flags.boolean({ summary: 'expand the compressed parts and list them too' }) };

  async run(): Promise<InitrdReport> {
    const { args, flags } = await this.parse(InitrdInspect);
    const file = fileOrigin(args.file);
    const { bytes, efi } = givenInitrd(args.file, await readOneFile(args.file));
    const origin = efi === null ? file : memberOrigin(file, efi.parts.map(({ section }) => section).join('+'));
    const expanded = flags.deep
      ? await expanding(args.file, (onExpanded) => expandInitrd(bytes, { onExpanded }))
      : undefined;
    const inspection = inspectInitrd(bytes, expanded);
    const readings = updatesInside(origin, bytes, inspection);
    const ofImage = [...inspection.findings, ...(expanded?.findings ?? [])];
    const ofFile = locatedIn(file, efi?.findings ?? []);
    const findings = [...ofFile, ...locatedIn(origin, ofImage), ...readings.flatMap((reading) => reading.findings)];
    const report = initrdReport(args.file, bytes, inspection, readings, findings, expanded?.parts, efi);
    return this.present({
      result: report,
      text: (width) => renderInitrd(report, flags.verbose, width),
      remarks: findingsToPrint(findings, flags.verbose).map(findingLine),
      exit: inputExit(findings),
    });
  }
}
