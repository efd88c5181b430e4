import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import { formatFlag } from '../../cli/flags/format.ts';
import { busy } from '../../cli/terminal/status-line.ts';
import { EXIT, type ExitCode } from '../../cli/exit-codes.ts';
import { saveTraces } from '../../cli/output/files.ts';
import { searchProgress } from '../../cli/terminal/search-progress.ts';
import { bytesOf, millisecondsOf, scenarioArg, SUBJECT_FLAGS, textOf } from '../../cli/flags/sim.ts';
import { builtModule } from '../../io/data-file.ts';
import { renderMatrix, renderMatrixHtml } from '../../report/sim/verdict-table.ts';
import { type CheckProgress, renderCheck, simCheck, type SimCheck, standingOf } from '../../report/sim/check.ts';
import { checkCases } from '../../sim/check-cases.ts';
import { startPartnerThread } from '../../sim/engine/search/partner-thread.ts';
import { caseOf, casesOf, everyCase } from '../../sim/subject.ts';

const EXIT_OF: Readonly<Record<CheckProgress, ExitCode>> = {
  fine: EXIT.fine,
  found: EXIT.found,
  unfinished: EXIT.unfinished,
};

/** Heap and code of Node itself, which a limit of memory has to hold as well. */
const OWN_MEMORY = 96 * 2 ** 20;

export default class SimCheckCommand extends BaseCommand<SimCheck> {
  static override summary = 'explore every interleaving of a late-load protocol';
  static override description =
    'Searches all reachable states of the protocol on a small machine. Each property holds, is violated (with the shortest run that does it), or was never tested. A search that reached a limit never says that a property holds.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --protocol linux-6.7-nmi --topology 3x2 --faults nmi=1',
    '<%= config.bin %> <%= command.id %> --protocol xen-no-nmi --choice "callback=holds everyone" --faults nmi=1',
    '<%= config.bin %> <%= command.id %> --all --format markdown',
  ];
  static override args = { scenario: scenarioArg };
  static override flags = {
    ...SUBJECT_FLAGS,
    all: Flags.boolean({ summary: 'every protocol, without faults and with each fault once', helpGroup: 'SUBJECT' }),
    property: Flags.string({ summary: 'look for these only', helpValue: 'ID,...' }),
    livelock: Flags.boolean({ summary: 'also look for livelocks: states from which no end can be reached' }),
    expect: Flags.boolean({ summary: 'succeed when the verdicts are those that the scenario expects' }),
    'max-states': Flags.integer({ min: 1, summary: 'stop after so many states', helpGroup: 'LIMITS' }),
    'max-memory': Flags.string({
      default: '8G',
      summary: 'stop before more memory is used',
      helpValue: 'SIZE',
      helpGroup: 'LIMITS',
    }),
    'max-time': Flags.string({ summary: 'stop after so long', helpValue: 'TIME', helpGroup: 'LIMITS' }),
    symmetry: Flags.boolean({
      default: true,
      allowNo: true,
      summary: 'treat interchangeable CPUs as one',
      helpGroup: 'SEARCH',
    }),
    'partial-order': Flags.boolean({
      default: true,
      allowNo: true,
      summary: 'skip orders of steps that make no difference',
      helpGroup: 'SEARCH',
    }),
    approx: Flags.boolean({
      summary: 'keep hashes instead of states; may miss some, and says how many',
      helpGroup: 'SEARCH',
    }),
    workers: Flags.integer({
      min: 1,
      max: 2,
      default: 1,
      summary: 'threads that search together',
      helpGroup: 'SEARCH',
    }),
    trace: Flags.string({ summary: 'write each counterexample there as JSON', helpValue: 'DIR' }),
    format: formatFlag(['text', 'markdown', 'html'], 'text', 'of the result'),
  };

  async run(): Promise<SimCheck> {
    const { args, flags } = await this.parse(SimCheckCommand);
    const subject = { ...flags, choices: flags.choice, vendor: flags.cpus };
    const { cases, leftOut } = flags.all
      ? everyCase(subject)
      : {
          cases:
            args.scenario === undefined ? [caseOf(subject)] : casesOf(await textOf(args.scenario), args.scenario).cases,
          leftOut: [],
        };
    const now = (): number => performance.now();
    const progress = searchProgress();
    const maxTime = flags['max-time'];
    const maxStates = flags['max-states'];
    const checked = busy(() =>
      checkCases(cases, flags.property?.split(',') ?? null, {
        now,
        progress: progress.report,
        approximate: flags.approx,
        livelocks: flags.livelock,
        ...(flags.workers === 2 ? { partner: startPartnerThread(builtModule('library/partner.js')) } : {}),
        reductions: { symmetry: flags.symmetry, partialOrder: flags['partial-order'] },
        limits: {
          maxBytes: Math.max(1, bytesOf(flags['max-memory'], '--max-memory') - OWN_MEMORY),
          ...(maxStates === undefined ? {} : { maxStates }),
          ...(maxTime === undefined ? {} : { maxMilliseconds: millisecondsOf(maxTime, '--max-time') }),
        },
      }),
    );
    progress.done();
    const result = simCheck(checked, this.program());
    if (flags.trace !== undefined) saveTraces(flags.trace, result.cases);
    const renderers = { text: renderCheck, markdown: renderMatrix, html: renderMatrixHtml };
    return this.present({
      result,
      text: () => renderers[flags.format](result),
      remarks: leftOut,
      exit: EXIT_OF[standingOf(result, flags.expect)],
    });
  }
}
