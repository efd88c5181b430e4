import { Command, Flags } from '@oclif/core';
import { Failure, type FailureDetails, type FailureKind } from '../findings/failure.ts';
import { abandonWrites } from '../io/write/temporary.ts';
import { printable, printableLines } from '../report/printable.ts';
import type { Width } from '../report/table.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { asksForJson } from './flags/format.ts';
import { outputTerminal, print, tell } from './terminal/streams.ts';
import { terminalWidth } from './terminal/terminal.ts';
import { usageMessage } from './start/usage-message.ts';

/** The base of every command: one result, printed as text or as JSON, and its exit code. */
export interface Outcome<R> {
  /** The `--json` document. */
  readonly result: R;
  /** Standard output without `--json`; made only when needed. Tables fit the width of the terminal, if it is one. */
  readonly text: (width: Width) => string;
  /** Lines for standard error: warnings and findings. */
  readonly remarks?: readonly string[];
  readonly exit?: ExitCode;
}

const EXIT_OF: Readonly<Record<FailureKind, ExitCode>> = {
  unmatched: EXIT.found,
  usage: EXIT.usage,
  input: EXIT.input,
  output: EXIT.output,
  interrupted: EXIT.interrupted,
};

const OUR_MISTAKE = 'This is a mistake in ucodekit, not in your input; please report it.';

/** Flags that every command has beside `--json`. */
export const COMMON_FLAGS = {
  quiet: Flags.boolean({
    char: 'q',
    summary: 'print no notes or warnings',
    helpGroup: 'GLOBAL',
    exclusive: ['verbose'],
  }),
  verbose: Flags.boolean({ char: 'v', summary: 'print more', helpGroup: 'GLOBAL' }),
};

/** Base of all commands: turns an outcome into output and an exit code, and every failure into one clear line. */
export abstract class BaseCommand<R> extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = COMMON_FLAGS;

  abstract override run(): Promise<R>;

  protected override async init(): Promise<void> {
    await super.init();
    process.once('beforeExit', stalled);
    // oclif would take what stands on standard input for a missing argument.
    for (const arg of Object.values(this.ctor.args)) arg.ignoreStdin = true;
    for (const [signal, code] of [
      ['SIGINT', EXIT.interrupted],
      ['SIGTERM', 143],
    ] as const) {
      process.once(signal, () => {
        abandonWrites();
        process.exit(code);
      });
    }
  }

  /** Name and version, as evidence names them. */
  protected program(): string {
    const { name, version } = this.config;
    return `${name} ${version}`;
  }

  /** `--format json` is `--json`, wherever there is a `--format`. */
  override jsonEnabled(): boolean {
    // Not every command has flags of its own.
    const flags: Readonly<Record<string, unknown>> | undefined = this.ctor.flags;
    return super.jsonEnabled() || (flags?.['format'] !== undefined && asksForJson(this.argv));
  }

  /** Prints the outcome and returns its result, which oclif prints under `--json`. */
  protected present(outcome: Outcome<R>): R {
    const quiet = this.argv.includes('-q') || this.argv.includes('--quiet');
    if (!quiet) for (const line of outcome.remarks ?? []) tell(printableLines(line));
    if (!this.jsonEnabled()) {
      const terminal = outputTerminal();
      const text = outcome.text(terminalWidth(terminal, process.env));
      print(terminal === undefined ? text : printableLines(text));
    }
    process.exitCode = outcome.exit ?? EXIT.fine;
    return outcome.result;
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    process.removeListener('beforeExit', stalled);
    await super.finally(error);
  }

  override logJson(json: unknown): void {
    // oclif calls this when the command is over and its errors have been dealt with.
    try {
      print(`${JSON.stringify(json, null, 2)}\n`);
    } catch (error) {
      const { details, exit } = explained(error as Error, '');
      process.exitCode = exit;
      printFailure(details);
    }
  }

  protected override async catch(error: Error): Promise<void> {
    const { details, exit } = explained(error, (this.id ?? '').replaceAll(':', ' '));
    process.exitCode = exit;
    // Arguments that do not parse have been said so; oclif need not wonder whether it was tried.
    this.parsed = true;
    if (this.jsonEnabled()) this.logJson({ schema: 'ucodekit/error@1', error: details });
    else printFailure(details);
    if (exit === EXIT.bug && process.env['UCODEKIT_DEBUG'] !== undefined) tell(String(error.stack));
  }
}

/** Nothing is left that could happen, and the command has not come to its end: silence and exit code 0 would pass for an answer. */
function stalled(): void {
  tell(`ucodekit: it waits for something that never comes\n  ${OUR_MISTAKE}`);
  process.exitCode = EXIT.bug;
}

function printFailure(details: FailureDetails): void {
  const lines = [errorLine(details), ...(details.because ?? [])].map(printable);
  tell(`ucodekit: ${[...lines, printableLines(details.advice)].join('\n  ')}`);
}

const errorLine = ({ where, message }: FailureDetails): string =>
  where === undefined ? message : `${where}: ${message}`;

/** oclif's own errors (unknown flag, missing argument ...) carry their exit code. */
const isUsageError = (error: Error): boolean => 'oclif' in error || 'parse' in error;

/** `command`: as the user writes it, for what is wrong with how it was called. */
function explained(error: Error, command: string): { details: FailureDetails; exit: ExitCode } {
  if (error instanceof Failure) return { details: error.details, exit: EXIT_OF[error.details.kind] };
  if (isUsageError(error)) {
    const advice = `\`ucodekit ${command} --help\` shows how it is used.`;
    return {
      details: { kind: 'usage', code: 'usage', message: usageMessage(error.message), advice },
      exit: EXIT.usage,
    };
  }
  const advice = `${OUR_MISTAKE} UCODEKIT_DEBUG=1 shows where.`;
  return { details: { kind: 'usage', code: 'bug', message: error.message, advice }, exit: EXIT.bug };
}
