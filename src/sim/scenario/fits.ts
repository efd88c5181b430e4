/** Whether the protocol of a case has what the case asks for: "all hold" about what cannot happen would be false assurance. */
import { meetings } from '../engine/meeting.ts';
import { cpuCount, IDLE, type Model, topologyText } from '../language/model.ts';
import { type Faults, NO_FAULTS } from '../machine/faults.ts';
import { model } from '../protocols/protocol.ts';
import type { Setting } from '../protocols/setting.ts';
import type { Entry } from '../protocols/registry.ts';
import { join, type Reader } from './reader.ts';
import type { Case, FaultName, ScriptedEvent } from './scenario.ts';

type Described = Pick<Case, 'setting' | 'choices'>;

/**
 * The model of an entry of the catalogue, under the entry's own name. What is not given is as the entry has it; see `protocolModel`.
 * @throws ModelError when no model comes of it, such as for a machine without CPUs
 */
export const modelOf = (
  { id, protocol, setting, chosen }: Entry,
  one: { readonly setting?: Partial<Setting>; readonly choices?: Readonly<Record<string, string>> } = {},
): Model => ({
  ...model(protocol, { ...setting, ...one.setting }, { ...chosen, ...one.choices }),
  // Several entries may be one protocol with other choices.
  name: id,
});

const FAULT_NAMES = Object.keys(NO_FAULTS) as readonly FaultName[];

const EVERY_FAULT: Faults = {
  nmi: 1,
  timeout: null,
  reject: 1,
  hang: 1,
  breakpoint: 1,
  mce: 1,
  store: 1,
  hotplug: 1,
};

/** Faults that some step of the protocol can meet on the case's machine, if need be with the help of others. */
export function knownFaults(entry: Entry, one: Described): readonly FaultName[] {
  const whole = modelOf(entry, { ...one, setting: { ...one.setting, faults: EVERY_FAULT } });
  const met = meetings(whole, FAULT_NAMES);
  return FAULT_NAMES.filter((fault) => met.get(fault) !== 'none');
}

function faultProblems(reader: Reader, path: string, entry: Entry, one: Described, described: Model): void {
  const { faults, offline, topology } = one.setting;
  const asked = FAULT_NAMES.filter((fault) => faults[fault] !== 0);
  if (asked.length === 0) return;
  const met = meetings(described, asked);
  const unmet = asked.filter((fault) => met.get(fault) === 'none');
  if (unmet.length === 0) return;
  const known = knownFaults(entry, one);
  const last = cpuCount(topology) - 1;
  const more =
    offline.length > 0 || last < 1
      ? []
      : knownFaults(entry, { ...one, setting: { ...one.setting, offline: [last] } }).filter(
          (fault) => !known.includes(fault),
        );
  const knows = known.length === 0 ? 'none' : known.join(', ');
  const offlineKnows = more.length === 0 ? '' : `, and ${more.join(', ')} with a CPU offline`;
  for (const fault of unmet) {
    const alone = known.includes(fault) ? ' without another fault' : '';
    reader.say(
      join(join(path, 'faults'), fault),
      `no step of this protocol can meet ${fault}${alone}; it knows ${knows}${offlineKnows}`,
    );
  }
}

const text = (described: Model): string => JSON.stringify(described);

/** CPUs that are away have to be somewhere: a protocol that does not say what they do says nothing of them. */
function awayProblems(reader: Reader, path: string, entry: Entry, one: Described, described: Model): void {
  for (const [kind, says] of [
    ['offline', 'a CPU that is offline'],
    ['dormant', 'a CPU that was never started'],
  ] as const) {
    const away = one.setting[kind];
    if (away.length === 0) continue;
    const nowhere = away.some((id) => described.contexts.every(({ labels, start }) => labels[start[id] ?? 0] === IDLE));
    const without = modelOf(entry, { ...one, setting: { ...one.setting, [kind]: [] } });
    if (nowhere || text(without) === text(described)) {
      reader.say(`${join(path, 'machine')}.${kind}`, `no step of this protocol can meet ${says}`);
    }
  }
}

/** The machine that a protocol has whatever is asked for; null when it takes any. */
export function ownMachine(entry: Entry): string | null {
  const asked = { cores: 3, threads: 2 };
  const { topology } = model(entry.protocol, { ...entry.setting, topology: asked }, entry.chosen);
  return topologyText(topology) === topologyText(asked) ? null : topologyText(topology);
}

/** The model as a clock drives it: timeouts are up to the clock, what fails is up to the script. */
export function timedModel(entry: Entry, one: Pick<Case, 'setting' | 'choices' | 'events'>): Model {
  const times = (what: string): number => one.events.filter((event) => event.what === what).length;
  const faults: Faults = {
    nmi: times('nmi'),
    timeout: null,
    reject: times('reject'),
    hang: times('hang'),
    breakpoint: times('breakpoint'),
    mce: times('mce'),
    store: times('store'),
    hotplug: 0,
  };
  return modelOf(entry, { ...one, setting: { ...one.setting, faults } });
}

function eventProblem({ steps, roles }: Model, event: ScriptedEvent): string | null {
  const { what, cpu } = event;
  const met = steps.some(({ id, budget, cost, who }) => {
    if (roles[who]?.[cpu] !== true) return false;
    if (what === 'slow load') return cost === 'load';
    return what === 'breakpoint' || what === 'reject' || what === 'hang'
      ? budget === what
      : id === `environment/${what}`;
  });
  if (what === 'stall' || met) return null;
  return `no step of this protocol on CPU ${cpu} can meet ${what}`;
}

/** What is asked of the machine and of the environment, `path` being the case's; `sized`: somebody has given the machine's size. */
export function fitProblems(
  reader: Reader,
  path: string,
  entry: Entry,
  one: Case,
  described: Model,
  sized: boolean,
): void {
  const { topology, refused } = one.setting;
  if (sized && topologyText(topology) !== topologyText(described.topology)) {
    const own = topologyText(described.topology);
    reader.say(
      join(path, 'machine'),
      `this protocol has a machine of its own, ${own}: ${topologyText(topology)} would change nothing`,
    );
  }
  if (refused !== null && entry.protocol.answer === null)
    reader.say(join(path, 'refused'), 'nobody loads anything in this protocol that could be refused');
  awayProblems(reader, path, entry, one, described);
  faultProblems(reader, path, entry, one, described);
  const timed = one.events.length === 0 ? described : timedModel(entry, one);
  for (const [index, event] of one.events.entries()) {
    const problem = eventProblem(timed, event);
    if (problem !== null) reader.say(`${join(path, 'events')}[${index}]`, problem);
  }
}
