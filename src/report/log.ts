/** What `log` read. */
import { hex32 } from '../bytes/hex.ts';
import type { LoggedCpu, LoggedMessage } from '../log/logged.ts';
import type { MicrocodeLog } from '../log/read.ts';

export interface LoggedCpuRow extends Omit<LoggedCpu, 'before' | 'after' | 'refused'> {
  readonly before: string | null;
  readonly after: string | null;
  readonly refused: string | null;
}

export interface LogReport {
  readonly schema: 'ucodekit/log@1';
  readonly path: string;
  /** Release of Xen. */
  readonly release: string | null;
  /** Version of Linux. */
  readonly kernel: string | null;
  /** Boots that can be told apart. */
  readonly boots: number;
  readonly cpus: readonly LoggedCpuRow[];
  readonly omittedCpus: number;
  readonly messages: readonly LoggedMessage[];
  /** What Xen may have done without a word; empty when the log explains itself. */
  readonly silentReasons: readonly string[];
  /** The likely reason why no line is about microcode; null when one is. */
  readonly nothing: string | null;
}

const shown = (revision: number | null): string | null => (revision === null ? null : hex32(revision));

export const logReport = (path: string, log: MicrocodeLog): LogReport => ({
  schema: 'ucodekit/log@1',
  path,
  release: log.release?.name ?? null,
  kernel: log.kernel,
  boots: log.boots,
  cpus: log.cpus.map((cpu) => ({
    ...cpu,
    before: shown(cpu.before),
    after: shown(cpu.after),
    refused: shown(cpu.refused),
  })),
  omittedCpus: log.omitted,
  messages: log.messages,
  silentReasons: log.silence.xen,
  nothing: log.silence.nothing,
});

/** `verbose`: lines that belong to others, and who prints each. */
export function renderLog(report: LogReport, verbose: boolean): string {
  const { boots, cpus, omittedCpus, messages, silentReasons, nothing } = report;
  const lines = [
    ...speakers(report),
    ...(boots > 1 ? [`${boots} boots are in this log: revisions are of the last one, messages of all`] : []),
    ...cpus.map(cpuLine),
    ...(omittedCpus === 0 ? [] : [`and ${omittedCpus} more lines about other CPUs`]),
    ...messages.filter(({ kind }) => isShown(kind, verbose)).flatMap((message) => messageLines(message, verbose)),
    ...(nothing === null ? [] : [`no line about microcode: ${nothing}`]),
    ...(silentReasons.length === 0 ? [] : ['nothing was loaded, and nothing says why. This release is silent when']),
    ...silentReasons.map((reason) => `  - ${reason}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function speakers({ release, kernel, messages }: LogReport): string[] {
  const unnamed = messages.some(({ from }) => from === 'xen') ? ['Xen: release not named in the log'] : [];
  return [...(release === null ? unnamed : [`Xen ${release}`]), ...(kernel === null ? [] : [`Linux ${kernel}`])];
}

function cpuLine({ from, cpu, outcome, before, after, refused, date }: LoggedCpuRow): string {
  const name = from === 'xen' ? `CPU${cpu}` : `Linux, CPU${cpu}`;
  switch (outcome) {
    case 'updated':
      return `${name}: ${before ?? 'unknown'} -> ${after ?? 'unknown'}${date === null ? '' : ` (${date})`}`;
    case 'failed':
      return `${name}: stays at ${after ?? 'unknown'}, refused ${refused ?? 'an update'}`;
    case 'unchanged':
      return `${name}: runs ${after ?? 'unknown'}`;
  }
}

/** The lines about CPUs say what these say, unless there is something to explain. */
function isShown(kind: LoggedMessage['kind'], verbose: boolean): boolean {
  switch (kind) {
    case 'failed':
    case 'reason':
    case 'note':
    case 'unknown':
      return true;
    case 'revision':
    case 'updated':
    case 'detail':
      return verbose;
  }
}

const messageLines = (
  { line, text, meaning, advice, releases, source, count }: LoggedMessage,
  verbose: boolean,
): string[] => [
  `line ${line}: ${text}${count === 1 ? '' : ` (${count} times)`}`,
  `  ${meaning}${releases === null ? '' : ` [${releases}]`}`,
  ...(advice === null ? [] : [`  ${advice}`]),
  ...(verbose && source !== null ? [`  printed by ${source}`] : []),
];
