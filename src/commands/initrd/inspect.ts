import { Args, Flags } from '@oclif/core';
import { type Located, locatedIn } from '../../bundle/collect.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { INPUT_FLAGS } from '../../cli/flags/inputs.ts';
import { givenInitrd } from '../../cli/input/efi-file.ts';
import { initrdFiles, noneRead } from '../../cli/input/initrd-files.ts';
import { readOneFile } from '../../cli/input/one-file.ts';
import { expanding } from '../../cli/terminal/reading.ts';
import { inputExit, findingsToPrint } from '../../cli/output/remarks.ts';
import { Failure, type FailureDetails } from '../../findings/failure.ts';
import { expandInitrd } from '../../initrd/expanded-parts.ts';
import { inspectInitrd, updatesInside } from '../../initrd/inspect/inspect.ts';
import { fileOrigin, memberOrigin } from '../../inputs/origin.ts';
import { type InitrdReport, initrdReport, type InitrdRow, initrdRow } from '../../report/initrd/inspect.ts';
import { renderInitrds } from '../../report/initrd/inspect-text.ts';
import { findingLine } from '../../report/update-row.ts';

export default class InitrdInspect extends BaseCommand<InitrdReport> {
  static override summary = 'take initrds apart: what early loaders find, what is wrong, archives, members, alignment';
  static override description =
    'The verdict on each comes first: what Linux and the supported releases of Xen find, whether Linux unpacks it, what is wrong. -v lists the members of the main initrd and the updates, --deep expands what is compressed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> /boot/initrd.img',
    '<%= config.bin %> <%= command.id %> /boot',
    '<%= config.bin %> <%= command.id %> early-ucode.img --json',
  ];
  static override strict = false;
  static override args = {
    path: Args.string({
      required: true,
      description:
        'an initrd, a unified kernel image, a folder of them, or - for standard input; more than one may be given',
    }),
  };
  static override flags = {
    recursive: INPUT_FLAGS.recursive,
    deep: Flags.boolean({ summary: 'expand the compressed parts and list them too' }),
    'all-loaders': Flags.boolean({ summary: 'show releases of Xen that get no security fixes too' }),
  };

  async run(): Promise<InitrdReport> {
    const { argv, flags } = await this.parse(InitrdInspect);
    const { paths, failures: unlisted } = initrdFiles(argv as string[], flags.recursive);
    const failures: FailureDetails[] = [...unlisted];
    const rows: InitrdRow[] = [];
    const findings: Located[] = [];
    for (const path of paths) {
      try {
        const one = await inspectOne(path, flags.deep);
        rows.push(one.row);
        findings.push(...one.findings);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error.details);
      }
    }
    if (rows.length === 0) throw noneRead(failures);
    const report = initrdReport(rows, failures);
    return this.present({
      result: report,
      text: (width) => renderInitrds(report, { verbose: flags.verbose, allLoaders: flags['all-loaders'] }, width),
      remarks: [...findingsToPrint(findings, flags.verbose).map(findingLine), ...failures.map(failureLine)],
      exit: failures.length > 0 ? EXIT.input : inputExit(findings),
    });
  }
}

const failureLine = ({ where, message, code, advice }: FailureDetails): string =>
  `${where ?? ''}: error: ${message} [${code}]\n  ${advice}`;

async function inspectOne(
  path: string,
  deep: boolean,
): Promise<{ readonly row: InitrdRow; readonly findings: readonly Located[] }> {
  const file = fileOrigin(path);
  const { bytes, efi } = givenInitrd(path, await readOneFile(path));
  const origin = efi === null ? file : memberOrigin(file, efi.parts.map(({ section }) => section).join('+'));
  const expanded = deep ? await expanding(path, (onExpanded) => expandInitrd(bytes, { onExpanded })) : undefined;
  const inspection = inspectInitrd(bytes, expanded);
  const readings = updatesInside(origin, bytes, inspection);
  const ofImage = [...inspection.findings, ...(expanded?.findings ?? [])];
  const findings = [
    ...locatedIn(file, efi?.findings ?? []),
    ...locatedIn(origin, ofImage),
    ...readings.flatMap((reading) => reading.findings),
  ];
  return { row: initrdRow(path, bytes, inspection, readings, findings, expanded?.parts, efi), findings };
}
