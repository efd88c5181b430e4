/** A collection without its broken files, and what CPUs lose by that. */
import { finding } from '../../findings/finding.ts';
import type { Opened } from '../../inputs/blob.ts';
import { firmwareName } from '../../inputs/firmware-name.ts';
import type { Origin } from '../../inputs/origin.ts';
import { type Collected, type Located, type Reading, readUpdates } from '../collect.ts';
import { grouped } from '../group.ts';
import { baseName, fileKey } from '../origin-parts.ts';
import { baselineFindings } from './baseline.ts';

/** What is wrong with a path that was named, rather than with a file: it is not left out but an error as ever. */
const ABOUT_PATH: ReadonlySet<string> = new Set(['input/unreadable', 'input/no-microcode']);

/**
 * Parses everything that is opened and leaves out each file that has an error, whole, with a warning for it and for every CPU that gets nothing
 * or less without it. Where nothing would be left, the errors stay as they are.
 * @param paths as the user named the inputs
 */
export async function collectUnbroken(opened: AsyncIterable<Opened>, paths: readonly string[]): Promise<Collected> {
  const readings: Reading[] = [];
  for await (const reading of readUpdates(opened)) readings.push(reading);
  const errors = readings
    .flatMap(({ findings }) => findings)
    .filter((found) => found.finding.severity === 'error' && !isAboutPath(found, paths));
  const broken = grouped(errors, ({ origin }) => fileKey(origin));
  const isBroken = (origin: Origin): boolean => isWithin(fileKey(origin), broken);
  const kept = merged(readings.filter(({ origin }) => !isBroken(origin)));
  if (broken.size === 0 || kept.updates.length === 0) return merged(readings);
  const gone = merged(readings.filter(({ origin }) => isBroken(origin)));
  return { ...kept, findings: [...kept.findings, ...leftOut(broken, gone), ...lossesBy(gone, kept)] };
}

const isAboutPath = ({ origin, finding: { rule } }: Located, paths: readonly string[]): boolean =>
  ABOUT_PATH.has(rule) && origin.members.length === 0 && paths.includes(origin.path);

/** What stands in a broken archive is left out with it. */
const isWithin = (key: string, broken: ReadonlyMap<string, unknown>): boolean =>
  broken.has(key) || [...broken.keys()].some((whole) => key.startsWith(`${whole}!`));

const merged = (readings: readonly Reading[]): Collected => ({
  updates: readings.flatMap(({ updates }) => updates),
  containers: readings.flatMap(({ containers }) => containers),
  findings: readings.flatMap(({ findings }) => findings),
});

/** One warning for each file, with its first error. */
function leftOut(broken: ReadonlyMap<string, readonly Located[]>, gone: Collected): Located[] {
  const told = new Set(gone.updates.map(({ origin }) => fileKey(origin)));
  return [...broken].flatMap(([key, [first, ...more]]) => {
    if (first === undefined) return [];
    const { message, rule } = first.finding;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    const error = `${message} [${rule}]${others}`;
    const whom = told.has(key) ? '' : `; ${cpusByName(first.origin)}`;
    const origin = { ...first.origin, offset: 0 };
    return [{ origin, finding: finding('bundle/left-out', { offset: 0 }, { error, whom }) }];
  });
}

function cpusByName(origin: Origin): string {
  const name = firmwareName(baseName(origin));
  return name.kind === 'intel' ? `its name is that of CPU ${name.cpu}` : 'which CPUs lose by it cannot be told';
}

const LOSSES: ReadonlySet<string> = new Set(['baseline/lost', 'baseline/lowered']);

/** What the whole would have had and the rest has not, CPU by CPU. */
const lossesBy = (gone: Collected, kept: Collected): Located[] =>
  baselineFindings(gone.updates, kept.updates).flatMap(({ origin, finding: { rule, message } }) =>
    LOSSES.has(rule) ? [{ origin, finding: finding('bundle/left-out-cpu', { offset: 0 }, { loss: message }) }] : [],
  );
