/**
 * What a loader does, and by which rules that is said. A series without its point release (`linux-6.12`, `xen-4.20`) has one meaning
 * everywhere: all of its point releases. Its answer is the one of the newest that was read; where an older one answers otherwise, the
 * answer names it, and an update counts as loaded only when all of them load it.
 */
import { hex32 } from '../bytes/hex.ts';
import type { Explanation, LoaderCpu, LoaderInput, Unread } from './explanation.ts';
import { isKnownLinux, linuxAnsweredAs, linuxChanges, newestLinux, newestPoint } from './linux/versions.ts';
import { explain, type Loader, type LoadOptions } from './by-name.ts';
import type { Reason } from './reasons.ts';
import { newestXenPoint, xenChanges } from './xen/releases.ts';

/** Older point releases of a series that do something else than its newest. */
export interface OtherPoints {
  /** First and last of them: `6.12.0`, `6.12.63`. */
  readonly first: string;
  readonly last: string;
  /** What they hand to the CPU; null when that is nothing. */
  readonly revision: number | null;
  readonly reason: Reason;
}

/** What a loader does, and by which release's rules that was said. */
export interface Answer {
  readonly explanation: Explanation;
  /** The release by whose rules it was answered: `6.12.118`. */
  readonly answeredAs: string;
  /** For a series: point releases that do otherwise, oldest first. */
  readonly otherPoints: readonly OtherPoints[];
  /** What the reader has to know about the rules, a sentence each. Mostly none. */
  readonly notes: readonly string[];
}

/**
 * What `loader` does with `input` on `cpu`, by which rules that is said, and for a series also which of its points do otherwise. Never throws
 * on bad bytes.
 */
export function answer(loader: Loader, cpu: LoaderCpu, input: LoaderInput | Unread, options: LoadOptions): Answer {
  const explanation = explain(loader, cpu, input, options);
  const answeredAs = ruleRelease(loader);
  const otherPoints = loader.isSeries ? otherPointsOf(loader, explanation, cpu, input, options) : [];
  const notes = [unknownNote(loader, answeredAs), seriesNote(loader, answeredAs, otherPoints)].filter(
    (note) => note !== undefined,
  );
  return { explanation, answeredAs, otherPoints, notes };
}

/** Whether every release that `answer` speaks of hands something to the CPU, or offers just what the CPU already runs. */
export const alwaysServes = ({ explanation, otherPoints }: Answer): boolean =>
  (explanation.chosen !== null || alreadyRuns(explanation)) &&
  otherPoints.every((points) => points.revision !== null || alreadyRuns(points));

const alreadyRuns = ({ reason }: { readonly reason: Reason }): boolean => reason.code === 'already-runs';

const seriesOf = ({ kind, version }: Loader): string =>
  kind === 'linux' ? `${version.major}.${version.minor}` : `4.${version.minor}`;

function ruleRelease(loader: Loader): string {
  if (loader.kind === 'linux') return linuxAnsweredAs(loader.version);
  const { minor, point } = loader.version;
  return `4.${minor}.${Math.min(point, newestXenPoint(minor))}`;
}

/** One line for a release or a point that nobody has read. */
function unknownNote(loader: Loader, answeredAs: string): string | undefined {
  const { name, kind, version } = loader;
  if (kind === 'linux' && !isKnownLinux(version)) {
    return `${name} is not known here: answered by the rules of ${answeredAs}; the newest release that was read is ${newestLinux()}`;
  }
  const newest = kind === 'linux' ? newestPoint(version) : newestXenPoint(version.minor);
  const point = version.point ?? newest;
  const ahead = kind === 'xen' && point === newest && (version.ahead ?? 0) > 0;
  if (point <= newest && !ahead) return undefined;
  return `${name}: nothing behind ${answeredAs} was read in that series, so it is answered by the rules of ${answeredAs}`;
}

function seriesNote({ name }: Loader, answeredAs: string, others: readonly OtherPoints[]): string | undefined {
  if (others.length === 0) return undefined;
  const ranges = others.map((points) => {
    const { first, last, revision } = points;
    const range = first === last ? first : `${first} to ${last}`;
    const nothing = alreadyRuns(points) ? 'the CPU already runs it' : 'nothing';
    return `${range}: ${revision === null ? nothing : hex32(revision)}`;
  });
  return `${name} stands for ${answeredAs}, the newest point release that was read; older ones load otherwise (${ranges.join('; ')}): name the point`;
}

function outcomeOf(explanation: Pick<Explanation, 'chosen' | 'reason'>): string {
  const { chosen } = explanation;
  if (chosen !== null) return `${chosen.revision} at ${chosen.offset}`;
  return alreadyRuns(explanation) ? 'already runs' : 'nothing';
}

function otherPointsOf(
  loader: Loader,
  newest: Explanation,
  cpu: LoaderCpu,
  input: LoaderInput | Unread,
  options: LoadOptions,
): OtherPoints[] {
  const changes =
    loader.kind === 'linux' ? linuxChanges(loader.version, cpu.vendor) : xenChanges(loader.version, cpu.vendor);
  const newestRead = loader.kind === 'linux' ? newestPoint(loader.version) : newestXenPoint(loader.version.minor);
  const series = seriesOf(loader);
  const others: (OtherPoints & { readonly outcome: string })[] = [];
  changes.forEach((point, i) => {
    const { chosen, reason } = explain(atPoint(loader, point), cpu, input, options);
    const outcome = outcomeOf({ chosen, reason });
    const last = `${series}.${(changes[i + 1] ?? newestRead + 1) - 1}`;
    const before = others.at(-1);
    if (outcome === outcomeOf(newest)) return;
    // Neighbours that do the same are one range.
    if (before?.outcome === outcome && before.last === `${series}.${point - 1}`) {
      others.splice(-1, 1, { ...before, last });
    } else {
      others.push({ first: `${series}.${point}`, last, revision: chosen?.revision ?? null, reason, outcome });
    }
  });
  return others.map(({ first, last, revision, reason }) => ({ first, last, revision, reason }));
}

const atPoint = (loader: Loader, point: number): Loader =>
  loader.kind === 'linux'
    ? { ...loader, version: { ...loader.version, point } }
    : { ...loader, version: { minor: loader.version.minor, point } };
