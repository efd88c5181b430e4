/** Remarks on the verdicts of a case, so that nobody takes them for more or less than they are. */
import { isMet, meetings } from './engine/meeting.ts';
import { modelChecksum } from './language/checksum.ts';
import { cpuCount, type Model } from './language/model.ts';
import { knownFaults } from './scenario/fits.ts';
import { describe, entryOf } from './scenario/parse.ts';
import type { Case } from './scenario/scenario.ts';

const INVENTED =
  'which no kernel does: a deadlock (P7) and what is violated at the end may be invented. Use timeout=unlimited.';

/** Beyond that nothing is explored, so there is no verdict to remark upon. */
const MOST_CPUS = 32;

/** Sentences; none for a case that stands for itself. */
export function remarksOn(one: Case, model: Model): readonly string[] {
  const { faults, topology } = one.setting;
  const remarks: string[] = [];
  const { timeout, hang } = faults;
  if (timeout !== null && timeout > 0) {
    remarks.push(`timeout=${timeout} is a budget: when it is spent, CPUs wait for ever, ${INVENTED}`);
  } else if (timeout === 0 && hang > 0 && knownFaults(entryOf(one), one).includes('timeout')) {
    remarks.push(`hang=${hang} without timeouts: CPUs wait for a load that hangs for ever, ${INVENTED}`);
  }
  if (cpuCount(topology) > MOST_CPUS) return remarks;
  remarks.push(...idleChoices(one, model));
  const asked = Object.keys(model.budgets).filter((budget) => model.budgets[budget] !== 0);
  for (const [fault, meeting] of meetings(model, asked)) {
    if (meeting === 'withheld') remarks.push(`no run meets ${fault}: what it needs never holds in this protocol.`);
    else if (isMet(counted(one, model, fault), fault) === false)
      remarks.push(`no run meets ${fault}: it never comes to that on this machine.`);
  }
  return remarks;
}

/** Choices that leave the model as it is: a variant that was asked for and is none. */
function idleChoices(one: Case, model: Model): readonly string[] {
  const { protocol, chosen } = entryOf(one);
  return Object.entries(one.choices).flatMap(([name, value]) => {
    const usual = chosen[name] ?? protocol.choices[name]?.values[0] ?? value;
    if (value === usual) return [];
    const without = describe({ ...one, choices: { ...one.choices, [name]: usual } });
    const same = modelChecksum(without) === modelChecksum(model);
    return same ? [`${name}=${value} makes no difference on this machine, with these faults and choices.`] : [];
  });
}

/** The model with so many units of the budget that one can be seen to be spent. */
const counted = (one: Case, model: Model, fault: string): Model =>
  model.budgets[fault] === null
    ? describe({ ...one, setting: { ...one.setting, faults: { ...one.setting.faults, [fault]: 1 } } })
    : model;
