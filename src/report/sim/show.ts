/** `sim show`: the choices of a protocol, its programs line by line, its faults and properties. */
import { phrase, phraseEffect } from '../../sim/engine/phrase.ts';
import { topologyText, type Model, type ProgramStep, type Property, type Step } from '../../sim/language/model.ts';
import { originOf } from '../../sim/protocols/sources/origins.ts';
import type { Entry } from '../../sim/protocols/registry.ts';

export interface ShownChoice {
  readonly name: string;
  readonly about: string;
  readonly values: readonly string[];
  readonly chosen: string;
}

export interface ShownMove {
  readonly when: string | null;
  readonly does: readonly string[];
  readonly goto: string | null;
  readonly budget: string | null;
  readonly takes: string | null;
  readonly note: string | null;
}

export interface ShownLine {
  readonly label: string;
  readonly kind: 'line' | 'spin' | 'rest';
  readonly moves: readonly ShownMove[];
}

export interface ShownProgram {
  readonly context: string;
  readonly who: string;
  /** CPU ids. */
  readonly cpus: readonly number[];
  /** The function, manual or thread that its steps follow. */
  readonly source: string | null;
  readonly lines: readonly ShownLine[];
}

export interface SimShow {
  readonly schema: 'ucodekit/sim-show@1';
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly packages: number;
  /** Cores of the whole machine. */
  readonly cores: number;
  readonly threads: number;
  readonly choices: readonly ShownChoice[];
  readonly programs: readonly ShownProgram[];
  readonly environment: readonly { readonly name: string; readonly who: string; readonly move: ShownMove }[];
  readonly properties: readonly Property[];
}

const TRUE = '1';

function move(step: Step, next: string | null): ShownMove {
  const when = phrase(step.guard);
  return {
    when: when === TRUE ? null : when,
    does: step.effects.map(phraseEffect),
    goto: next,
    budget: step.budget,
    takes: step.cost,
    note: step.note,
  };
}

function programs(model: Model, protocol: string): ShownProgram[] {
  const groups = new Map<string, ProgramStep[]>();
  for (const step of model.steps) {
    if (step.kind === 'program') {
      const key = `${step.context}\n${step.who}`;
      groups.set(key, [...(groups.get(key) ?? []), step]);
    }
  }
  return [...groups].map(([key, steps]): ShownProgram => {
    const [context = '', who = ''] = key.split('\n');
    const known = model.contexts.find(({ name }) => name === context);
    const labels = [...new Set(steps.map(({ label }) => label))];
    const ends = [...new Set(steps.map(({ next }) => next))].filter((label) => !labels.includes(label));
    return {
      context,
      who,
      cpus: (model.roles[who] ?? []).flatMap((has, id) => (has ? [id] : [])),
      source: originOf(protocol, context, who),
      lines: [...labels, ...ends].map((label) => ({
        label,
        kind: known?.spin.includes(label) === true ? 'spin' : known?.final.includes(label) === true ? 'rest' : 'line',
        moves: steps.filter((step) => step.label === label).map((step) => move(step, step.next)),
      })),
    };
  });
}

export function simShow(
  { id, title, protocol, chosen }: Entry,
  model: Model,
  given: Readonly<Record<string, string>>,
): SimShow {
  return {
    schema: 'ucodekit/sim-show@1',
    id,
    title,
    source: protocol.source,
    packages: model.topology.packages ?? 1,
    cores: model.topology.cores,
    threads: model.topology.threads,
    choices: Object.entries(protocol.choices).map(([name, { about, values }]) => ({
      name,
      about,
      values,
      chosen: given[name] ?? chosen[name] ?? values[0],
    })),
    programs: programs(model, protocol.id),
    environment: model.steps.flatMap((step) =>
      step.kind === 'environment' ? [{ name: step.id, who: step.who, move: move(step, null) }] : [],
    ),
    properties: model.properties,
  };
}

const effectLines = ({ does }: ShownMove): string[] => does.map((effect) => `      ${effect}`);

function moveLines(shown: ShownMove): string[] {
  const { when, goto, budget, takes, note } = shown;
  const remarks = [
    ...(budget === null ? [] : [`fault: ${budget}`]),
    ...(takes === null ? [] : [`takes: ${takes}`]),
    ...(note === null ? [] : [note]),
  ];
  const head = `    ${when === null ? 'always' : `when ${when}`}${goto === null ? '' : ` -> ${goto}`}`;
  return [`${head}${remarks.length === 0 ? '' : `   (${remarks.join('; ')})`}`, ...effectLines(shown)];
}

const SAYS = { line: '', spin: ' (wait loop)', rest: ' (may rest here)' } as const;

export function renderSimShow(shown: SimShow): string {
  const { id, title, source, choices, programs: parts, environment, properties } = shown;
  return [
    `${id}: ${title}`,
    `source: ${source}`,
    `shown for ${topologyText(shown)}`,
    '',
    ...(choices.length === 0 ? [] : ['choices']),
    ...choices.flatMap(({ name, about, values, chosen }) => [
      `  ${name}: ${values.map((value) => (value === chosen ? `[${value}]` : value)).join(' | ')}`,
      `    ${about}`,
    ]),
    ...parts.flatMap(({ context, who, cpus, source: from, lines }) => [
      '',
      `${context}, ${who} (CPU ${cpus.join(', ')})${from === null ? '' : `, from ${from}`}`,
      ...lines.flatMap(({ label, kind, moves }) => [`  ${label}:${SAYS[kind]}`, ...moves.flatMap(moveLines)]),
    ]),
    ...(environment.length === 0 ? [] : ['', 'environment']),
    ...environment.flatMap(({ name, who, move: what }) => [`  ${name}, on any CPU of ${who}:`, ...moveLines(what)]),
    '',
    'properties',
    ...properties.map(({ id: property, polarity, title: says }) => `  ${property} (${polarity}): ${says}`),
    '',
  ].join('\n');
}

/** Quotes for Mermaid, whose texts end at a colon or a newline. */
const plain = (text: string): string => text.replaceAll(/["#;:<>\n]/g, ' ');

/** A Mermaid state diagram with a composite state for each program. */
export function renderMermaid({ programs: parts }: SimShow): string {
  const name = (program: number, line: number): string => `p${program}l${line}`;
  const lines = parts.flatMap(({ context, who, lines: labels }, program) => [
    `  state "${plain(`${context}, ${who}`)}" as p${program} {`,
    ...labels.map(({ label }, line) => `    state "${plain(label)}" as ${name(program, line)}`),
    ...labels.flatMap(({ moves }, line) =>
      moves.map(({ when, goto }) => {
        const target = labels.findIndex(({ label }) => label === goto);
        return `    ${name(program, line)} --> ${name(program, target)}${when === null ? '' : `: ${plain(when)}`}`;
      }),
    ),
    '  }',
  ]);
  return ['stateDiagram-v2', ...lines, ''].join('\n');
}
