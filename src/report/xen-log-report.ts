/** What `xen log` read. */
import { hex32 } from '../bytes/hex.ts';
import type { LoggedCpu, LoggedMessage, XenLog } from '../xen/log.ts';

export interface LoggedCpuRow {
  readonly from: 'xen' | 'linux';
  readonly cpu: number;
  readonly outcome: LoggedCpu['outcome'];
  readonly before: string | null;
  readonly after: string | null;
  readonly refused: string | null;
  readonly date: string | null;
}

export interface XenLogReport {
  readonly schema: 'ucodekit/xen-log@1';
  readonly path: string;
  readonly release: string | null;
  readonly cpus: readonly LoggedCpuRow[];
  readonly omittedCpus: number;
  readonly messages: readonly LoggedMessage[];
  /** What may have happened without a word; empty when the log explains itself. */
  readonly silentReasons: readonly string[];
}

const shown = (revision: number | null): string | null => (revision === null ? null : hex32(revision));

export const xenLogReport = (path: string, log: XenLog): XenLogReport => ({
  schema: 'ucodekit/xen-log@1',
  path,
  release: log.release?.name ?? null,
  cpus: log.cpus.map(({ from, cpu, outcome, before, after, refused, date }) => ({
    from,
    cpu,
    outcome,
    before: shown(before),
    after: shown(after),
    refused: shown(refused),
    date,
  })),
  omittedCpus: log.omitted,
  messages: log.messages,
  silentReasons: log.silentReasons,
});

export function renderXenLog({ release, cpus, omittedCpus, messages, silentReasons }: XenLogReport): string {
  const lines = [
    release === null ? 'Xen: release not named in the log' : `Xen ${release}`,
    ...cpus.map(cpuLine),
    ...(omittedCpus === 0 ? [] : [`and ${omittedCpus} more lines about other CPUs`]),
    ...messages.filter(({ kind }) => kind === 'reason' || kind === 'note').flatMap(messageLines),
    ...(cpus.length === 0 && messages.length === 0 ? ['no line about microcode'] : []),
    ...(silentReasons.length === 0 ? [] : ['nothing was loaded, and nothing says why. This release is silent when']),
    ...silentReasons.map((reason) => `  - ${reason}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function cpuLine({ from, cpu, outcome, before, after, refused, date }: LoggedCpuRow): string {
  const name = from === 'xen' ? `CPU${cpu}` : `Linux, CPU${cpu}`;
  switch (outcome) {
    case 'updated':
      return `${name}: ${before ?? 'unknown'} -> ${after ?? 'unknown'}${date === null ? '' : ` (${date})`}`;
    case 'failed':
      return `${name}: stays at ${before ?? 'unknown'}, refused ${refused ?? 'an update'}`;
    case 'unchanged':
      return `${name}: runs ${after ?? 'unknown'}`;
  }
}

const messageLines = ({ line, text, meaning, releases, count }: LoggedMessage): string[] => [
  `line ${line}: ${text}${count === 1 ? '' : ` (${count} times)`}`,
  `  ${meaning}${releases === null ? '' : ` [${releases}]`}`,
];
