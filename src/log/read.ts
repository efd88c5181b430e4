import { parseRelease, type XenRelease } from '../xen/releases.ts';
import { type CpuState, nextState, outcomeOf } from './cpu-state.ts';
import type { LoggedCpu, LoggedMessage } from './logged.ts';
import { KNOWN_MESSAGES, KNOWN_MESSAGES_OF_XEN } from './messages/known.ts';
import type { KnownMessage, MessageKind, Speaker } from './messages/message.ts';
import { messageStarts, textFrom } from './message-starts.ts';
import { type Silence, silence } from './silence.ts';
import { Surroundings } from './surroundings.ts';

/** What a log says about microcode. */
export interface MicrocodeLog {
  /** Release of Xen named by the log's banner, or the one given. */
  readonly release: XenRelease | null;
  /** Version of Linux named by the last banner, as printed. */
  readonly kernel: string | null;
  /** Boots that the log has the beginning of. */
  readonly boots: number;
  readonly cpus: readonly LoggedCpu[];
  readonly messages: readonly LoggedMessage[];
  readonly silence: Silence;
  /** CPUs beyond the limit that were left out. */
  readonly omitted: number;
}

const CPU_LIMIT = 16_384;
/** Different lines about microcode that are not known, each with a row of its own. */
const UNKNOWN_LIMIT = 20;
/** Lines from a message that opens a boot to the banner of that boot. */
const BANNER_DISTANCE = 2;

/** What every message has something of. */
const SUBJECT =
  /microcode|ucode|initrd|digest|SHA256|Timeout|multiboot|RDSEED|Zenbleed|MSR access|Late loading|Entrysign/i;

/**
 * Reads a log: `dmesg`, `journalctl -k`, `xl dmesg`, a serial capture, or all in one. Of several boots the last word on a CPU counts, and a
 * boot whose banner is there begins anew. Linear in the size of the text.
 */
export function readLog(text: string, given?: XenRelease): MicrocodeLog {
  const cpus = new Map<string, CpuState>();
  const messages = new Map<string, LoggedMessage & { count: number }>();
  const surroundings = new Surroundings();
  let unknown = 0;
  let omitted = 0;
  /** Line of the last message that stands before the banner of its boot. */
  let opened = Number.NEGATIVE_INFINITY;
  for (const { line, number, isXen } of linesOf(text)) {
    const began = surroundings.look(line, isXen);
    if (began !== undefined && !(began === 'linux' && number - opened <= BANNER_DISTANCE)) {
      for (const key of cpus.keys()) if (key.startsWith(began)) cpus.delete(key);
    }
    const match = matchLine(line, isXen);
    if (match === undefined) continue;
    const { message, groups, at } = match;
    const shown = textFrom(line, at);
    const key = message.kind === 'unknown' && unknown < UNKNOWN_LIMIT ? `${message.id} ${shown}` : message.id;
    const seen = messages.get(key);
    if (seen !== undefined) seen.count++;
    else {
      if (message.kind === 'unknown') unknown++;
      messages.set(key, logged(message, shown, number));
    }
    if (!speaksOfCpu(message.kind)) continue;
    const name = `${message.from} ${groups['cpu'] ?? '0'}`;
    if (message.opensBoot === true) opened = number;
    const state = message.opensBoot === true ? undefined : cpus.get(name);
    if (!cpus.has(name) && cpus.size >= CPU_LIMIT) omitted++;
    else cpus.set(name, nextState(state, message.kind, groups));
  }
  const list = [...cpus].map(([key, state]): LoggedCpu => {
    const [from, cpu] = key.split(' ');
    const { before, after, refused, date } = state;
    return {
      from: from === 'linux' ? 'linux' : 'xen',
      cpu: Number(cpu),
      outcome: outcomeOf(state),
      before,
      after,
      refused,
      date,
    };
  });
  list.sort((a, b) => (a.from === b.from ? a.cpu - b.cpu : a.from === 'xen' ? -1 : 1));
  const found = [...messages.values()];
  const release = given ?? parseRelease(surroundings.xenVersion ?? '') ?? null;
  return {
    release,
    kernel: surroundings.linuxVersion,
    boots: surroundings.boots,
    cpus: list,
    messages: found,
    silence: silence(release, surroundings, list, found),
    omitted,
  };
}

/** Characters of a line that are looked at: console lines are short, hostile files need not be. A line of JSON has more around its message. */
const LINE_LIMIT = 512;
const JSON_LIMIT = 8192;

// oxlint-disable-next-line no-control-regex -- serial logs have terminal sequences
const TERMINAL = /\u001b\[[0-9;?]{0,16}[A-Za-z]|\r/g;

function* linesOf(text: string): Generator<{ line: string; number: number; isXen: boolean }> {
  let number = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    number++;
    const limit = text[start] === '{' ? JSON_LIMIT : LINE_LIMIT;
    const line = text.slice(start, Math.min(end, start + limit)).replaceAll(TERMINAL, '');
    start = end + 1;
    yield { line, number, isXen: line.includes('(XEN)') };
  }
}

interface Match {
  readonly message: Omit<KnownMessage, 'pattern' | 'lines' | 'source'> & { readonly source: string | null };
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly at: number;
}

function matchLine(line: string, isXen: boolean): Match | undefined {
  if (!SUBJECT.test(line)) return undefined;
  const starts = messageStarts(line);
  for (const at of starts) {
    for (const message of isXen ? KNOWN_MESSAGES_OF_XEN : KNOWN_MESSAGES) {
      message.pattern.lastIndex = at;
      const match = message.pattern.exec(line);
      if (match !== null) return { message, groups: match.groups ?? {}, at };
    }
  }
  const at = starts.find((start) => /^microcode: \S/i.test(line.slice(start, start + 12)));
  return at === undefined ? undefined : { message: unknownFrom(isXen ? 'xen' : 'linux'), groups: {}, at };
}

const unknownFrom = (from: Speaker): Match['message'] => ({
  id: `${from}-unknown`,
  from,
  kind: 'unknown',
  meaning: 'a line about microcode that is not known here: cannot tell what it means',
  source: null,
});

function speaksOfCpu(kind: MessageKind): kind is 'revision' | 'updated' | 'failed' {
  switch (kind) {
    case 'revision':
    case 'updated':
    case 'failed':
      return true;
    case 'reason':
    case 'note':
    case 'detail':
    case 'unknown':
      return false;
  }
}

const logged = (
  { id, from, kind, meaning, advice, releases, source }: Match['message'],
  text: string,
  line: number,
): LoggedMessage & { count: number } => ({
  id,
  from,
  kind,
  meaning,
  advice: advice ?? null,
  releases: releases ?? null,
  source,
  text,
  line,
  count: 1,
});
