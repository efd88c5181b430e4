/** `sim check`: verdicts and counterexamples. */
import type { Checked } from '../../sim/check-cases.ts';
import type { Ending, Verdict } from '../../sim/engine/search/explore.ts';
import { topologyText, type Polarity } from '../../sim/language/model.ts';
import { type Evidence, evidenceOf, searchRecord } from '../../sim/evidence.ts';
import { type Trace, traceOf } from '../../sim/trace.ts';
import { evidenceLines } from '../evidence-text.ts';
import { renderSteps } from './steps.ts';

export interface PropertyRow {
  readonly id: string;
  readonly title: string;
  readonly polarity: Polarity;
  readonly verdict: Verdict;
  readonly matters: string;
  /** Null unless violated. */
  readonly counterexample: Trace | null;
  /** Null without a counterexample; false when a limit kept the shortest from being looked for. */
  readonly shortest: boolean | null;
}

export interface CaseRow {
  readonly name: string;
  readonly protocol: string;
  readonly packages: number;
  /** Cores of the whole machine. */
  readonly cores: number;
  readonly threads: number;
  readonly ending: Ending;
  /** Every reachable state was seen, or every verdict was certain before. */
  readonly complete: boolean;
  readonly properties: readonly PropertyRow[];
  readonly states: number;
  readonly transitions: number;
  /** Steps of the longest shortest path. */
  readonly depth: number;
  /** Of the search's tables. */
  readonly bytes: number;
  readonly milliseconds: number | null;
  readonly symmetry: boolean;
  readonly partialOrder: boolean;
  /** Sets of interchangeable cores that the search made use of. */
  readonly interchangeableCores: readonly (readonly number[])[];
  /** Of an approximate search; 0 for an exact one. */
  readonly expectedOmissions: number;
  /** Properties that the scenario expects to be violated; null when it expects nothing. */
  readonly expected: readonly string[] | null;
  readonly asExpected: boolean | null;
  /** What has to be known beside the verdicts: sentences. */
  readonly remarks: readonly string[];
  readonly evidence: Evidence;
}

export interface SimCheck {
  readonly schema: 'ucodekit/sim-check@2';
  readonly cases: readonly CaseRow[];
}

function caseRow({ case: of, model, whole, report, remarks }: Checked, program: string): CaseRow {
  const evidence = evidenceOf(of, whole, program);
  const search = searchRecord(report);
  const violated = report.properties.filter(({ verdict }) => verdict === 'violated').map(({ id }) => id);
  const expected = of.check?.violated ?? null;
  const { complete } = search;
  return {
    name: of.name,
    protocol: of.protocol,
    packages: model.topology.packages ?? 1,
    cores: model.topology.cores,
    threads: model.topology.threads,
    ending: report.ending,
    complete,
    properties: report.properties.map(({ id, title, polarity, verdict, matters, counterexample, shortest }) => ({
      id,
      title,
      polarity,
      verdict,
      matters,
      counterexample:
        counterexample === null ? null : traceOf(of, { model, moves: counterexample }, id, evidence, search),
      shortest: counterexample === null ? null : shortest,
    })),
    states: report.states,
    transitions: report.transitions,
    depth: report.depth,
    bytes: report.bytes,
    milliseconds: report.milliseconds,
    symmetry: report.reductions.symmetry,
    partialOrder: report.reductions.partialOrder,
    interchangeableCores: report.symmetry.cores,
    expectedOmissions: report.expectedOmissions,
    expected,
    asExpected: expected === null ? null : complete && [...expected].sort().join() === violated.toSorted().join(),
    remarks,
    evidence,
  };
}

/** `program`: name and version of what has checked. */
export const simCheck = (checked: readonly Checked[], program: string): SimCheck => ({
  schema: 'ucodekit/sim-check@2',
  cases: checked.map((one) => caseRow(one, program)),
});

/** `found`: something is violated, or was never put to the test; `unfinished`: nothing is, but not everything was seen. */
export type CheckProgress = 'fine' | 'found' | 'unfinished';

/** What a check comes to; with `expecting`, what was expected to be violated is fine. */
export function standingOf({ cases }: SimCheck, expecting: boolean): CheckProgress {
  const wrong = ({ properties, asExpected, expected, complete }: CaseRow): boolean =>
    expecting && expected !== null
      ? complete && asExpected === false
      : properties.some(({ verdict }) => verdict === 'violated' || verdict === 'not reached');
  if (cases.some(wrong)) return 'found';
  return cases.every(({ properties }) => properties.every(({ verdict }) => verdict !== 'unfinished'))
    ? 'fine'
    : 'unfinished';
}

const number = (value: number): string => value.toLocaleString('en-US');

const ENDINGS: Readonly<Record<Ending, string>> = {
  complete: 'every reachable state was seen',
  decided: 'every verdict was certain before the last state',
  violation: 'stopped at the first violation',
  states: 'UNFINISHED: the limit of states was reached',
  memory: 'UNFINISHED: the limit of memory was reached',
  time: 'UNFINISHED: the limit of time was reached',
};

const verdictText = (verdict: Verdict): string => (verdict === 'holds' ? 'holds' : verdict.toUpperCase());

function propertyLine({ id, title, verdict, counterexample }: PropertyRow, width: number): string {
  const steps = counterexample === null ? '' : ` (${counterexample.story.steps.length} steps)`;
  return `  ${id.padEnd(width)}  ${verdictText(verdict).padEnd(11)}  ${title}${steps}\n`;
}

function summary(row: CaseRow): string {
  const time = row.milliseconds === null ? '' : `, ${(row.milliseconds / 1000).toFixed(2)} s`;
  const megabytes = (row.bytes / 2 ** 20).toFixed(1);
  const counts = `${number(row.states)} states, ${number(row.transitions)} transitions, depth ${row.depth}, ${megabytes} MiB${time}`;
  const reductions = [row.symmetry ? 'symmetry' : '', row.partialOrder ? 'partial order' : ''].filter(
    (name) => name !== '',
  );
  const reduced = reductions.length === 0 ? 'no reductions' : `reductions: ${reductions.join(', ')}`;
  const omissions =
    row.expectedOmissions === 0
      ? ''
      : `  approximate: ${row.expectedOmissions.toExponential(1)} pairs of states are expected to have been taken for one (n^2 / 2^65)\n`;
  const approximately = row.expectedOmissions > 0 && row.ending === 'complete';
  const ending = approximately ? 'every state was seen unless it was taken for another' : ENDINGS[row.ending];
  return `  ${ending}: ${counts}; ${reduced}\n${omissions}`;
}

interface Told {
  readonly trace: Trace;
  readonly shortest: boolean;
  readonly broken: readonly PropertyRow[];
}

/** The counterexamples, each once, with all properties that it violates. */
function runs({ properties }: CaseRow): Told[] {
  const told = new Map<string, Told>();
  for (const property of properties) {
    const { counterexample: trace, shortest } = property;
    if (trace === null) continue;
    const broken = [...(told.get(trace.token)?.broken ?? []), property];
    told.set(trace.token, { trace, shortest: shortest === true, broken });
  }
  return [...told.values()];
}

function renderRun({ trace, shortest, broken }: Told): string {
  const claims = broken.map(({ id, title, matters }) => `\n${id} is violated: ${title}\n  ${matters}`).join('');
  const how = shortest ? 'the shortest way' : 'a way, perhaps not the shortest';
  return `${claims}\n  ${how}, ${trace.story.steps.length} steps:\n${renderSteps(trace.story)}  replay: ${trace.token}\n`;
}

function renderCase(row: CaseRow): string {
  const width = Math.max(...row.properties.map(({ id }) => id.length));
  const expectation =
    row.asExpected === null
      ? ''
      : `  ${row.asExpected ? 'as the scenario expects' : `NOT as the scenario expects: violated should be ${row.expected?.join(', ') || 'nothing'}`}\n`;
  return [
    `${row.name}: ${row.protocol}, ${topologyText(row)}\n`,
    ...row.properties.map((property) => propertyLine(property, width)),
    summary(row),
    ...evidenceLines(row.evidence).map((line) => `  ${line}\n`),
    ...row.remarks.map((remark) => `  note: ${remark}\n`),
    expectation,
    ...runs(row).map(renderRun),
  ].join('');
}

export const renderCheck = ({ cases }: SimCheck): string => cases.map(renderCase).join('\n');
