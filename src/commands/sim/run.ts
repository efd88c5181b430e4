import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { busy, statusLine } from '../../cli/terminal/status-line.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { save } from '../../cli/output/files.ts';
import { readOneFile } from '../../cli/input/one-file.ts';
import { loaderCpu } from '../../cli/flags/xen.ts';
import { scenarioArg, SUBJECT_FLAGS, textOf } from '../../cli/flags/sim.ts';
import { asExpected, renderRun, renderTimeline, type SimRun, simRun } from '../../report/sim/run.ts';
import { runCase } from '../../sim/run-cases.ts';
import { offered } from '../../sim/scenario/offered.ts';
import { casesOf, playedCasesOf } from '../../sim/subject.ts';

const { protocol: _, faults: __, ...MACHINE_FLAGS } = SUBJECT_FLAGS;

export default class SimRunCommand extends BaseCommand<SimRun> {
  static override summary = 'play a late load in time: blackout, results, timeline';
  static override description =
    'One discrete-event run for each case of the scenario, or of each protocol given. The same seed gives the same run. Exit code 1 when a scenario that says what it expects is not as expected.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> LL-08.json --timeline text',
    '<%= config.bin %> <%= command.id %> --protocol linux-5.5 --protocol linux-6.7-nmi --topology 28x2 --runs 100',
    '<%= config.bin %> <%= command.id %> --protocol xen --update 06-9a-04 --cpu 0x906a4,0x80,0x421',
    '<%= config.bin %> <%= command.id %> --protocol xen --topology 64x2 --timeline html -o xen.html',
  ];
  static override args = { scenario: scenarioArg };
  static override flags = {
    ...MACHINE_FLAGS,
    protocol: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'the protocol, see sim list; repeat to compare',
      helpValue: 'ID',
      helpGroup: 'SUBJECT',
    }),
    update: Flags.string({
      summary: 'a file of updates for the CPUs to load',
      helpValue: 'FILE',
      dependsOn: ['cpu'],
      helpGroup: 'UPDATE',
    }),
    cpu: Flags.string({
      summary: 'the CPUs: SIGNATURE[,PLATFORMS[,REVISION]]',
      helpValue: 'CPU',
      dependsOn: ['update'],
      helpGroup: 'UPDATE',
    }),
    'force-minrev': Flags.boolean({ summary: 'Linux: with microcode=force_minrev', helpGroup: 'UPDATE' }),
    seed: Flags.integer({ min: 0, summary: "of the first run; default: the case's own" }),
    runs: Flags.integer({ min: 1, max: 100_000, default: 1, summary: 'so many runs, with one seed after another' }),
    timeline: Flags.option({
      options: ['text', 'svg', 'html', 'perfetto'] as const,
      summary: 'draw the first run of the first case (text: of each case)',
    })(),
    output: Flags.string({
      char: 'o',
      default: '-',
      summary: 'file for the timeline; - for standard output',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<SimRun> {
    const { args, flags } = await this.parse(SimRunCommand);
    const cases =
      args.scenario === undefined
        ? playedCasesOf({ ...flags, choices: flags.choice, vendor: flags.cpus }, flags.protocol ?? [])
        : casesOf(await textOf(args.scenario), args.scenario).cases;
    const { update, cpu } = flags;
    const offer =
      update === undefined || cpu === undefined
        ? null
        : { bytes: await readOneFile(update), cpu: loaderCpu(cpu), forceMinimum: flags['force-minrev'] };
    const { seed = null, runs } = flags;
    const line = statusLine();
    const ran = busy(() =>
      cases
        .map((one) => offered(one, offer))
        .map((one) => {
          const progress = (done: number): void => {
            line.show(() => `${one.protocol}: ${done} of ${runs} runs`);
          };
          return runCase(one, { seed, runs, progress });
        }),
    );
    line.done();
    const result = simRun(ran, this.program());
    const { timeline, output } = flags;
    const drawn =
      timeline === undefined
        ? ''
        : (timeline === 'text' ? ran : ran.slice(0, 1)).map((one) => renderTimeline(one, timeline)).join('\n');
    if (drawn !== '' && output !== '-') save(output, [new TextEncoder().encode(drawn)]);
    return this.present({
      result,
      text: (width) =>
        drawn === '' || output !== '-'
          ? renderRun(result, width)
          : timeline === 'text'
            ? `${renderRun(result, width)}\n${drawn}`
            : drawn,
      exit: asExpected(result) ? EXIT.fine : EXIT.found,
    });
  }
}
