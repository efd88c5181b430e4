import { KNOWN_MESSAGES, type KnownMessage, SILENT } from './log-messages.ts';
import { has, parseRelease, type XenRelease } from './releases.ts';

/** What a log says about one CPU. Revisions are numbers; null is unknown. */
export interface LoggedCpu {
  readonly from: 'xen' | 'linux';
  readonly cpu: number;
  readonly outcome: 'updated' | 'failed' | 'unchanged';
  readonly before: number | null;
  readonly after: number | null;
  /** Revision that was offered and refused. */
  readonly refused: number | null;
  /** As printed. */
  readonly date: string | null;
}

/** A known message and how often it stands in the log. */
export interface LoggedMessage {
  readonly id: string;
  readonly from: 'xen' | 'linux';
  readonly kind: KnownMessage['kind'];
  readonly meaning: string;
  readonly releases: string | null;
  /** The first line that has it, without its time stamp. */
  readonly text: string;
  /** Number of that line, from 1. */
  readonly line: number;
  readonly count: number;
}

export interface XenLog {
  /** Release named by the log's banner, or the one given. */
  readonly release: XenRelease | null;
  readonly cpus: readonly LoggedCpu[];
  readonly messages: readonly LoggedMessage[];
  /** When nothing was loaded and no message says why: what this release does without a word. */
  readonly silentReasons: readonly string[];
  /** CPUs beyond the limit that were left out. */
  readonly omitted: number;
}

/** Characters of a line that are looked at: console lines are short, hostile files need not be. */
const LINE_LIMIT = 512;
const CPU_LIMIT = 16_384;

const BANNER = /Xen version (4\.\d{1,2}(?:\.\d{1,3})?)/;
// oxlint-disable-next-line no-control-regex -- serial logs have terminal sequences
const TERMINAL = /\u001b\[[0-9;?]{0,16}[A-Za-z]|\r/g;

interface State {
  before: number | null;
  after: number | null;
  refused: number | null;
  date: string | null;
  outcome: LoggedCpu['outcome'];
}

/**
 * Reads a console log: `xl dmesg`, a serial capture, Linux `dmesg`, or all in one. A second boot in the same log continues the
 * first: the last word on a CPU counts. Linear in the size of the text.
 */
export function readXenLog(text: string, given?: XenRelease): XenLog {
  const cpus = new Map<string, State>();
  const messages = new Map<string, LoggedMessage & { count: number }>();
  let release = given ?? null;
  let omitted = 0;
  let number = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    number++;
    const line = text.slice(start, Math.min(end, start + LINE_LIMIT)).replaceAll(TERMINAL, '');
    start = end + 1;
    const banner = BANNER.exec(line);
    if (banner !== null && given === undefined) release = parseRelease(banner[1] ?? '') ?? release;
    const known = matchLine(line);
    if (known === undefined) continue;
    const { message, groups, at } = known;
    const seen = messages.get(message.id);
    if (seen === undefined) messages.set(message.id, logged(message, line.slice(at).trimEnd(), number));
    else seen.count++;
    if (message.kind === 'reason' || message.kind === 'note') continue;
    const key = `${message.from} ${groups['cpu'] ?? '0'}`;
    if (!cpus.has(key) && cpus.size >= CPU_LIMIT) omitted++;
    else cpus.set(key, next(cpus.get(key), message, groups));
  }
  const list = [...cpus].map(([key, state]): LoggedCpu => {
    const [from, cpu] = key.split(' ');
    return { from: from === 'linux' ? 'linux' : 'xen', cpu: Number(cpu), ...state };
  });
  list.sort((a, b) => (a.from === b.from ? a.cpu - b.cpu : a.from === 'xen' ? -1 : 1));
  const found = [...messages.values()];
  return { release, cpus: list, messages: found, silentReasons: silentReasons(release, list, found), omitted };
}

interface Match {
  readonly message: KnownMessage;
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly at: number;
}

function matchLine(line: string): Match | undefined {
  if (!/microcode|ucode|initrd|digest|SHA256|CPU|multiboot|equivalent/i.test(line)) return undefined;
  for (const message of KNOWN_MESSAGES) {
    const match = message.pattern.exec(line);
    if (match !== null) return { message, groups: match.groups ?? {}, at: match.index };
  }
  return undefined;
}

const logged = ({ id, from, kind, meaning, releases }: KnownMessage, text: string, line: number) => ({
  id,
  from,
  kind,
  meaning,
  releases: releases ?? null,
  text,
  line,
  count: 1,
});

const revision = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

const FRESH: State = { before: null, after: null, refused: null, date: null, outcome: 'unchanged' };

function next(
  state: State = FRESH,
  { kind }: KnownMessage,
  { old, new: newer, date }: Readonly<Record<string, string | undefined>>,
): State {
  const before = revision(old);
  const after = revision(newer);
  switch (kind) {
    case 'updated':
      // Linux tells of the two revisions in two lines, in either order.
      return {
        ...state,
        before: before ?? state.before,
        after: after ?? state.after,
        date: date ?? state.date,
        outcome: 'updated',
      };
    case 'failed':
      return { ...state, before, after: before, refused: after, outcome: 'failed' };
    case 'revision':
    case 'reason':
    case 'note':
      return { ...state, before: state.outcome === 'updated' ? state.before : (state.before ?? after), after };
  }
}

function silentReasons(
  release: XenRelease | null,
  cpus: readonly LoggedCpu[],
  messages: readonly LoggedMessage[],
): string[] {
  const loaded = cpus.some(({ from, outcome }) => from === 'xen' && outcome !== 'unchanged');
  const explained = messages.some(({ from, kind }) => from === 'xen' && kind === 'reason');
  if (release === null || loaded || explained) return [];
  const silent = SILENT.filter(([trait]) => !has(release, trait)).map(([, why]) => why);
  return [
    'no ucode= on the line of the hypervisor',
    ...silent,
    has(release, 'updateLineVisible')
      ? 'nothing in the file is for this CPU, or newer than what it runs'
      : 'Intel updates are reported only with loglvl=all before 4.14',
  ];
}
