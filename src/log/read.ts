import { parseRelease, type XenRelease } from '../xen/releases.ts';
import { Boots } from './boots.ts';
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
  /** Boots that can be told apart. */
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

/** What every message has something of. */
const SUBJECT =
  /microcode|ucode|initrd|digest|SHA256|Timeout|multiboot|RDSEED|Zenbleed|MSR access|Late loading|Entrysign/i;

/**
 * Reads a log: `dmesg`, `journalctl -k`, `xl dmesg`, a serial capture, or all in one. Of several boots the last one counts. Linear in the size of the text.
 */
export function readLog(text: string, given?: XenRelease): MicrocodeLog {
  const cpus = { xen: new Map<number, CpuState>(), linux: new Map<number, CpuState>() };
  const messages = new Map<string, LoggedMessage & { count: number }>();
  const surroundings = new Surroundings();
  let unknown = 0;
  let omitted = 0;
  const boots = { xen: new Boots(), linux: new Boots() };
  for (const { line, number, isXen } of linesOf(text)) {
    const banner = surroundings.look(line, isXen);
    if (banner !== undefined && boots[banner].banner(number)) cpus[banner].clear();
    const match = matchLine(line, isXen);
    if (match === undefined) continue;
    const { message, groups, at } = match;
    const shown = textFrom(line, at);
    const own = `${message.id} ${shown}`;
    const key = message.kind === 'unknown' && (messages.has(own) || unknown < UNKNOWN_LIMIT) ? own : message.id;
    const seen = messages.get(key);
    if (seen !== undefined) seen.count++;
    else {
      if (message.kind === 'unknown') unknown++;
      messages.set(key, logged(message, shown, number));
    }
    if (!speaksOfCpu(message.kind)) continue;
    const known = cpus[message.from];
    const cpu = Number(groups['cpu'] ?? 0);
    if (message.oncePerBoot === true && boots[message.from].once(`${message.id} ${cpu}`, number)) known.clear();
    if (!known.has(cpu) && cpus.xen.size + cpus.linux.size >= CPU_LIMIT) omitted++;
    else known.set(cpu, nextState(known.get(cpu), message.kind, groups));
  }
  const list = [...rows('xen', cpus.xen), ...rows('linux', cpus.linux)];
  const found = [...messages.values()];
  const release = given ?? parseRelease(surroundings.xenVersion ?? '') ?? null;
  return {
    release,
    kernel: surroundings.linuxVersion,
    boots: Math.max(boots.xen.count, boots.linux.count),
    cpus: list,
    messages: found,
    silence: silence(release, surroundings, list, found),
    omitted,
  };
}

const rows = (from: Speaker, cpus: ReadonlyMap<number, CpuState>): LoggedCpu[] =>
  [...cpus]
    .sort(([a], [b]) => a - b)
    .map(([cpu, state]) => {
      const { before, after, refused, date } = state;
      return { from, cpu, outcome: outcomeOf(state), before, after, refused, date };
    });

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
