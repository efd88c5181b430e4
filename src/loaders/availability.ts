/**
 * Since which release something holds, in a project with a main line and stable branches: Linux and Xen. A change that went into the main line
 * reaches each stable branch at a point release of that branch.
 */

/** A place in a stable branch: a point release, and how many commits of the branch stand behind it (`4.17.5+72`). */
export interface Place {
  readonly point: number;
  readonly ahead?: number;
}

/** When a branch took a change over. */
export type Arrival =
  /** The first point release that has it. */
  | number
  /** The first place that has it, as `git describe` counts: `5+71` is the 71st commit after point release 5. */
  | `${number}+${number}`
  /** It could not be established: `after` is the last point known to lack it, `by` the first known to have it, null for none. */
  | { readonly after: number; readonly by: number | null };

/** A branch number, such as 17 for 4.17 or 6.12, as the tables write it. */
type Branch = string | number;

export interface Availability {
  /** First release of the main line that has it, from its .0 on. */
  readonly since: Branch;
  /** Last release of the main line that has it. */
  readonly until?: Branch;
  /** Older branches that got it later. */
  readonly backports?: Readonly<Record<Branch, Arrival>>;
  /** Branches of the range that lost it later. */
  readonly lostIn?: Readonly<Record<Branch, Arrival>>;
  /** Where it is to be read: commits of the main line, else the files and releases compared. */
  readonly source: string;
}

/** `unsure` where it could not be established. */
export type Standing = 'yes' | 'no' | 'unsure';

const negated = (standing: Standing): Standing =>
  standing === 'unsure' ? standing : standing === 'yes' ? 'no' : 'yes';

/** Whether `place` is at or behind `arrival`. */
export function arrived({ point, ahead = 0 }: Place, arrival: Arrival): Standing {
  if (typeof arrival === 'number') return point >= arrival ? 'yes' : 'no';
  if (typeof arrival === 'string') {
    const [after = 0, commits = 0] = arrival.split('+').map(Number);
    return point > after || (point === after && ahead >= commits) ? 'yes' : 'no';
  }
  if (point <= arrival.after) return 'no';
  return arrival.by !== null && point >= arrival.by ? 'yes' : 'unsure';
}

/** The first point release that has what arrived. */
export function firstPoint(arrival: Arrival): number {
  if (typeof arrival === 'number') return arrival;
  return typeof arrival === 'string' ? Number(arrival.split('+')[0]) + 1 : arrival.after + 1;
}

/**
 * Whether a release has it. `order` puts branches in a row, `branch` names the one of the release.
 * @param order of a branch; increasing with time
 */
export function standingOf(
  { since, until, backports = {}, lostIn = {} }: Omit<Availability, 'source'>,
  branch: Branch,
  place: Place,
  order: (branch: Branch) => number,
): Standing {
  const lost = lostIn[branch];
  if (lost !== undefined) return negated(arrived(place, lost));
  const here = order(branch);
  if (until !== undefined && here > order(until)) return 'no';
  if (here >= order(since)) return 'yes';
  const backport = backports[branch];
  return backport === undefined ? 'no' : arrived(place, backport);
}

/** The point releases at which `branch` changes, in the tables given. */
export function changesOf(tables: readonly Omit<Availability, 'source'>[], branch: Branch): number[] {
  const points = tables.flatMap(({ backports = {}, lostIn = {} }) =>
    [backports[branch], lostIn[branch]].flatMap((arrival) => {
      if (arrival === undefined) return [];
      const by = typeof arrival === 'object' ? arrival.by : null;
      return by === null ? [firstPoint(arrival)] : [firstPoint(arrival), by];
    }),
  );
  return [...new Set(points)].sort((a, b) => a - b);
}

/** `from 4.17.6 (4.17.5+71)`: an arrival in words. */
export function saysArrival(name: string, arrival: Arrival): string {
  if (typeof arrival === 'number') return `${name}.${arrival}`;
  if (typeof arrival === 'string') return `${name}.${firstPoint(arrival)} (${name}.${arrival})`;
  const { after, by } = arrival;
  return by === null
    ? `somewhere behind ${name}.${after}, if at all (not established)`
    : `somewhere behind ${name}.${after}, at the latest ${name}.${by} (not established)`;
}
