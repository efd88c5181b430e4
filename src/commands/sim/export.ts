import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { save } from '../../cli/output/files.ts';
import { SUBJECT_FLAGS } from '../../cli/flags/sim.ts';
import { type ExportReport, exportReport, renderExport } from '../../report/sim/export.ts';
import { evidenceLines } from '../../report/evidence-text.ts';
import { evidenceOf } from '../../sim/evidence.ts';
import { exportPromela } from '../../sim/export/promela.ts';
import { remarksOn } from '../../sim/remarks.ts';
import { describe } from '../../sim/scenario/parse.ts';
import { caseOf } from '../../sim/subject.ts';

export default class SimExport extends BaseCommand<ExportReport> {
  static override summary = 'write a protocol in the language of another checker';
  static override description =
    'Writes Promela for Spin, an independent model checker. Without reductions it finds the same number of states and the same verdicts as sim check.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --protocol xen --topology 2x2 --faults nmi=1 -o xen.pml',
    'spin -o2 -a xen.pml && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000 -c0',
  ];
  static override flags = {
    ...SUBJECT_FLAGS,
    to: Flags.option({ options: ['promela'] as const, default: 'promela', summary: 'the language' })(),
    output: Flags.string({
      char: 'o',
      default: '-',
      summary: 'the file to write; - for standard output',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<ExportReport> {
    const { flags } = await this.parse(SimExport);
    const one = caseOf({ ...flags, choices: flags.choice, vendor: flags.cpus });
    const model = describe(one);
    const evidence = evidenceOf(one, model, this.program());
    const text = exportPromela(model, evidenceLines(evidence));
    const written =
      this.jsonEnabled() && flags.output === '-' ? null : save(flags.output, [new TextEncoder().encode(text)]);
    const result = exportReport(evidence, text, written);
    return this.present({ result, text: () => renderExport(result), remarks: remarksOn(one, model) });
  }
}
