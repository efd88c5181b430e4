/** The steps of a run as text. */
import type { Standing, RunSteps, RunStep, VariableChange } from '../../sim/engine/story.ts';

const owner = ({ owner: of }: VariableChange): string => {
  if (of === null) return '';
  return 'cpu' in of ? ` of CPU ${of.cpu}` : ` of core ${of.core}`;
};

/** A change that concerns the acting CPU needs no name of its owner. */
const change = (made: VariableChange, cpu: number): string => {
  const own = made.owner !== null && 'cpu' in made.owner && made.owner.cpu === cpu;
  return `${made.field}${own ? '' : owner(made)} ${made.before} -> ${made.after}`;
};

function stepLine(step: RunStep, width: number): string {
  const number = `${step.number}.`.padStart(width + 1);
  const what =
    step.context === null
      ? `environment: ${step.step.replace(/^environment\//, '')}`
      : `${step.context}: ${step.from ?? ''} => ${step.to ?? ''}`;
  const changes = step.changes.map((made) => change(made, step.cpu)).join(', ');
  const note = step.note === null ? '' : ` (${step.note})`;
  const from = step.source === null ? '' : `  from ${step.source}`;
  return `  ${number} CPU ${step.cpu}  ${what}${note}${changes === '' ? '' : `  [${changes}]`}${from}`;
}

function progressLine({ cpu, at, resting, waitsFor }: Standing): string {
  const where = at.map(({ context, label }) => `${context}: ${label}`).join(', interrupting ');
  if (resting) return `    CPU ${cpu} rests at ${where}`;
  const waits = waitsFor.length === 0 ? '' : `, waits for ${waitsFor.join(' or ')}`;
  return `    CPU ${cpu} is at ${where}${waits}`;
}

/** A story as lines of text: numbered steps, then where everybody stands at the end. */
export function renderSteps({ steps, end }: RunSteps): string {
  const width = String(steps.length).length;
  return [...steps.map((step) => stepLine(step, width)), '  then:', ...end.map(progressLine)]
    .map((line) => `${line}\n`)
    .join('');
}
