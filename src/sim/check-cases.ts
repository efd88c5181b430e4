/** Checking the cases that a user names. */
import { Failure } from '../findings/failure.ts';
import { type CheckOptions, type CheckReport, checkModel, NO_DEADLOCK } from './engine/check.ts';
import { cpuCount, type Model } from './language/model.ts';
import { remarksOn } from './remarks.ts';
import { describe } from './scenario/parse.ts';
import type { Case } from './scenario/scenario.ts';

export interface Checked {
  readonly case: Case;
  /** With the properties that were looked for. */
  readonly model: Model;
  /** With all of them: what its checksum is of. */
  readonly whole: Model;
  readonly report: CheckReport;
  /** Sentences that belong to the verdicts. */
  readonly remarks: readonly string[];
}

/** CPUs of a machine whose interleavings are explored: no more have ever been finished, and the model itself grows with them. */
const MOST_CPUS = 32;

function exploredModel(of: Case, properties: readonly string[] | null): Pick<Checked, 'model' | 'whole'> {
  const usage = (message: string, advice: string): Failure =>
    new Failure({ kind: 'usage', code: 'usage/check', where: of.protocol, message, advice });
  const cpus = cpuCount(of.setting.topology);
  if (cpus > MOST_CPUS) {
    throw usage(
      `${cpus} CPUs cannot be explored, at most ${MOST_CPUS}`,
      'Use a smaller --topology; `sim run` takes thousands of CPUs.',
    );
  }
  const whole = describe(of);
  if (properties === null) return { whole, model: whole };
  const known = [...whole.properties.map(({ id }) => id), NO_DEADLOCK.id];
  const unknown = properties.find((id) => !known.includes(id));
  if (unknown !== undefined) throw usage(`it has no property ${unknown}`, `Its properties are ${known.join(', ')}.`);
  return { whole, model: { ...whole, properties: whole.properties.filter(({ id }) => properties.includes(id)) } };
}

/**
 * Checks each case; `properties` limits what is looked for.
 * @throws Failure (usage) for a machine that is too large, or a property that the model does not have
 */
export function checkCases(
  cases: readonly Case[],
  properties: readonly string[] | null,
  options: CheckOptions,
): Checked[] {
  const models = cases.map((one) => ({ case: one, ...exploredModel(one, properties) }));
  const deadlocks = properties === null || properties.includes(NO_DEADLOCK.id);
  return models.map(({ case: one, model, whole }) => ({
    case: one,
    model,
    whole,
    report: checkModel(model, { ...options, deadlocks }),
    remarks: remarksOn(one, whole),
  }));
}
