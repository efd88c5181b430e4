/** `sim run`: the outcome of a run. */
import { type Evidence, evidenceOf } from '../../sim/evidence.ts';
import { topologyText } from '../../sim/language/model.ts';
import type { RanCase } from '../../sim/run-cases.ts';
import type { RunResult } from '../../sim/timed/result.ts';
import type { Run } from '../../sim/timed/run.ts';
import { timelineOf } from '../../sim/timed/timeline.ts';
import { evidenceLines } from '../evidence-text.ts';
import { renderTable, type Column, type Width } from '../table.ts';
import { duration } from './timeline/scale.ts';
import { timelineHtml } from './timeline/html.ts';
import { timelineSvg } from './timeline/svg.ts';
import { timelinePerfetto } from './timeline/perfetto.ts';
import { timelineText } from './timeline/text.ts';

/** Microseconds; null: some CPU never comes back. */
export interface Spread {
  readonly min: number | null;
  readonly median: number | null;
  readonly max: number | null;
}

export interface RunRow extends RunResult {
  readonly name: string;
  readonly protocol: string;
  readonly packages: number;
  /** Cores of the whole machine. */
  readonly cores: number;
  readonly threads: number;
  readonly seed: number;
  readonly runs: number;
  readonly longestBlackoutUs: Spread;
  readonly answers: Readonly<Record<string, number>>;
  readonly panics: number;
  /** Runs in which each property was violated. */
  readonly violations: Readonly<Record<string, number>>;
  /** Where the first run is not as the scenario expects; null when it expects nothing. */
  readonly differences: readonly string[] | null;
  /** Of the model that the run is one of: its faults are those that the script may ask for. */
  readonly evidence: Evidence;
}

export interface SimRun {
  readonly schema: 'ucodekit/sim-run@2';
  readonly cases: readonly RunRow[];
}

const finite = (us: number | undefined): number | null => (us === undefined || us === Infinity ? null : us);

function row(
  { case: of, seeds, first, differences, blackoutsUs, answers, panics, violations }: RanCase,
  program: string,
): RunRow {
  return {
    name: of.name,
    protocol: of.protocol,
    packages: of.setting.topology.packages ?? 1,
    cores: of.setting.topology.cores,
    threads: of.setting.topology.threads,
    seed: seeds[0] ?? 0,
    runs: seeds.length,
    ...first.result,
    longestBlackoutUs: {
      min: finite(blackoutsUs[0]),
      median: finite(blackoutsUs[blackoutsUs.length >> 1]),
      max: finite(blackoutsUs.at(-1)),
    },
    answers: Object.fromEntries(answers),
    panics,
    violations: Object.fromEntries(violations),
    differences,
    evidence: evidenceOf(of, first.run.model, program),
  };
}

/** `program`: name and version of what has run them. */
export const simRun = (ran: readonly RanCase[], program: string): SimRun => ({
  schema: 'ucodekit/sim-run@2',
  cases: ran.map((one) => row(one, program)),
});

/** Every case that says what it expects came out so. */
export const asExpected = ({ cases }: SimRun): boolean =>
  cases.every(({ differences }) => differences === null || differences.length === 0);

const us = (value: number | null): string => (value === null ? 'never back' : duration(value * 1000));

const list = (counts: Readonly<Record<string, number>>, runs: number): string =>
  Object.entries(counts)
    .map(([word, times]) => (runs === 1 ? word : `${word} (${times})`))
    .join(', ') || '-';

const COLUMNS: readonly Column<RunRow>[] = [
  { title: 'CASE', value: ({ name }) => name },
  { title: 'PROTOCOL', value: ({ protocol }) => protocol },
  { title: 'CPUS', value: topologyText },
  { title: 'ANSWER', value: ({ answers, runs }) => list(answers, runs) },
  {
    title: 'UPDATED',
    align: 'right',
    value: ({ cpus }) => {
      const known = cpus.filter(({ revision }) => revision !== null);
      return known.length === 0 ? '-' : `${known.filter(({ revision }) => revision === 'new').length}/${known.length}`;
    },
  },
  { title: 'BLACKOUT', align: 'right', value: ({ longestBlackoutUs }) => us(longestBlackoutUs.median) },
  { title: 'PANIC', value: ({ panics, runs }) => (panics === 0 ? 'no' : runs === 1 ? 'yes' : `${panics} of ${runs}`) },
  { title: 'VIOLATED', value: ({ violations, runs }) => list(violations, runs) },
];

/** CPUs that are listed one by one, at most. */
const MOST_CPUS = 16;

function details({
  name,
  cpus,
  messages,
  timeouts,
  endsUs,
  runs,
  seed,
  longestBlackoutUs,
  differences,
  evidence,
}: RunRow): string[] {
  const shown = cpus.slice(0, MOST_CPUS);
  const spread =
    runs === 1 ? [] : [`  blackout of ${runs} runs: ${us(longestBlackoutUs.min)} to ${us(longestBlackoutUs.max)}`];
  return [
    `${name} (seed ${seed}, ends after ${us(endsUs)})`,
    ...evidenceLines(evidence).map((line) => `  ${line}`),
    ...shown.map(
      ({ cpu, revision, outcome, at, blackoutUs }) =>
        `  CPU ${cpu}: ${revision === null ? '' : `${revision} revision, `}${outcome === null ? '' : `${outcome}, `}at ${at}, blackout ${us(blackoutUs)}`,
    ),
    ...(cpus.length > MOST_CPUS ? [`  and ${cpus.length - MOST_CPUS} more CPUs`] : []),
    ...messages.map((message) => `  logged: ${message}`),
    ...timeouts.slice(0, MOST_CPUS).map(({ step, cpu, us: when }) => `  ${us(when)}: CPU ${cpu} gives up, ${step}`),
    ...spread,
    ...(differences ?? []).map((difference) => `  NOT AS EXPECTED ${difference}`),
  ];
}

export const renderRun = (result: SimRun, width?: Width): string =>
  `${renderTable(COLUMNS, result.cases, 'table', width)}\n${result.cases.map((one) => `${details(one).join('\n')}\n`).join('\n')}`;

/** Forms of a picture: characters, SVG, a page that zooms, a trace for Perfetto. */
export type TimelineFormat = 'text' | 'svg' | 'html' | 'perfetto';

/** The timeline of a case's first run. */
export function renderTimeline({ case: of, first }: RanCase, format: TimelineFormat): string {
  return drawRun(first.run, `${of.name}: ${of.protocol}, ${topologyText(of.setting.topology)}`, format);
}

/** A run as a picture: a lane for each CPU, what it does coloured, what happens to it marked. */
export function drawRun(run: Run, title: string, format: TimelineFormat): string {
  const timeline = timelineOf(run);
  switch (format) {
    case 'text':
      return `${title}\n${timelineText(timeline)}`;
    case 'svg':
      return timelineSvg(timeline, title);
    case 'html':
      return timelineHtml(timeline, title);
    case 'perfetto':
      return timelinePerfetto(timeline);
  }
}
