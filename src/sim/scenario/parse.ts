/** Reads a scenario. Nothing is trusted: sizes are checked first, then every member; a refusal names place and reason. */
import { cpuCount, IDLE, type Model, type Topology } from '../language/model.ts';
import { type Faults, NO_FAULTS } from '../machine/faults.ts';
import { REFUSALS, SETTING, type Setting } from '../protocols/setting.ts';
import { type Entry, protocolOf, PROTOCOLS } from '../protocols/registry.ts';
import { fitProblems, modelOf } from './fits.ts';
import { join, Reader } from './reader.ts';
import type {
  Case,
  CheckExpectation,
  LoadOptions,
  Moment,
  Problem,
  RunExpectation,
  Scenario,
  ScriptedEvent,
} from './scenario.ts';

export const SCENARIO_SCHEMA = 'ucodekit/scenario@1';

/** Bytes of JSON text. The largest bundled scenario has three thousand. */
export const LARGEST_SCENARIO = 256 * 1024;
export const MOST_CPUS = 4096;
const MOST_PACKAGES = 64;
/** Threads of a core. */
const MOST_THREADS = 8;
const MOST_CASES = 32;
const MOST_EVENTS = 1000;
const MOST_FAULTS = 100;

export type Parsed =
  | { readonly scenario: Scenario; readonly problems: readonly [] }
  | { readonly scenario: undefined; readonly problems: readonly Problem[] };

const CASE_KEYS = [
  'name',
  'protocol',
  'choices',
  'machine',
  'faults',
  'refused',
  'events',
  'load',
  'seed',
  'check',
  'run',
];
const MACHINE_KEYS = ['packages', 'cores', 'threads', 'vendor', 'offline', 'dormant'];

type Json = Readonly<Record<string, unknown>>;

function machine(reader: Reader, value: unknown, path: string, usual: Setting): Setting {
  if (value === undefined) return usual;
  const given = reader.object(value, path, MACHINE_KEYS) ?? {};
  const topology = machineSize(reader, given, path, usual.topology);
  const n = cpuCount(topology);
  if (n > MOST_CPUS) reader.say(path, `has ${n} CPUs, more than ${MOST_CPUS}`);
  const ids = (key: 'offline' | 'dormant'): readonly number[] =>
    given[key] === undefined
      ? usual[key]
      : reader.list(given[key], join(path, key), n, (id, where) => cpuId(reader, id, where, n));
  const [offline, dormant] = [ids('offline'), ids('dormant')];
  const both = offline.find((id) => dormant.includes(id));
  if (both !== undefined) reader.say(path, `CPU ${both} is both offline and never started`);
  if (new Set([...offline, ...dormant]).size >= n) reader.say(path, 'no CPU is online');
  const vendor =
    given['vendor'] === undefined
      ? usual.vendor
      : (reader.oneOf(given['vendor'], join(path, 'vendor'), ['intel', 'amd']) ?? usual.vendor);
  return { ...usual, topology, offline, dormant, vendor };
}

/** In a scenario `cores` are those of each package. */
function machineSize(reader: Reader, given: Json, path: string, usual: Topology): Topology {
  const number = (key: string, otherwise: number, most: number): number =>
    given[key] === undefined ? otherwise : reader.integer(given[key], join(path, key), 1, most);
  const packages = number('packages', usual.packages ?? 1, MOST_PACKAGES);
  const cores = packages * number('cores', usual.cores / (usual.packages ?? 1), MOST_CPUS);
  const threads = number('threads', usual.threads, MOST_THREADS);
  return packages === 1 ? { cores, threads } : { packages, cores, threads };
}

function cpuId(reader: Reader, value: unknown, path: string, n: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < n) return value;
  reader.say(path, typeof value === 'number' ? `CPU ${value} of ${n}` : 'must be a CPU id');
  return 0;
}

function faults(reader: Reader, value: unknown, path: string): Faults {
  if (value === undefined) return NO_FAULTS;
  const given = reader.object(value, path, Object.keys(NO_FAULTS)) ?? {};
  const budget = (name: keyof Faults): number =>
    given[name] === undefined ? 0 : reader.integer(given[name], join(path, name), 0, MOST_FAULTS);
  const timeout = given['timeout'] === 'unlimited' ? null : budget('timeout');
  return {
    nmi: budget('nmi'),
    timeout,
    reject: budget('reject'),
    hang: budget('hang'),
    breakpoint: budget('breakpoint'),
    mce: budget('mce'),
    store: budget('store'),
    hotplug: budget('hotplug'),
  };
}

function choices(reader: Reader, value: unknown, path: string, entry: Entry): Readonly<Record<string, string>> {
  const known = entry.protocol.choices;
  const given = value === undefined ? {} : (reader.object(value, path, Object.keys(known)) ?? {});
  for (const [name, chosen] of Object.entries(given)) {
    const values = known[name]?.values;
    if (values !== undefined) reader.oneOf(chosen, join(path, name), values);
  }
  return given as Readonly<Record<string, string>>;
}

function moment(reader: Reader, value: unknown, path: string): Moment {
  const given = reader.object(value, path, ['us', 'label']) ?? {};
  if ((given['us'] === undefined) === (given['label'] === undefined)) reader.say(path, 'must have either us or label');
  return given['label'] === undefined
    ? { us: reader.time(given['us'] ?? 0, join(path, 'us')) }
    : { label: reader.text(given['label'], join(path, 'label'), 100) };
}

const EVENTS = ['nmi', 'mce', 'store', 'stall', 'breakpoint', 'reject', 'hang', 'slow load'] as const;

function scripted(reader: Reader, value: unknown, path: string, n: number): ScriptedEvent {
  const given = reader.object(value, path, ['what', 'cpu', 'at', 'us']) ?? {};
  const what = reader.oneOf(given['what'], join(path, 'what'), EVENTS) ?? 'nmi';
  const cpu = cpuId(reader, given['cpu'], join(path, 'cpu'), n);
  const at = (): Moment => moment(reader, given['at'], join(path, 'at'));
  const us = (): number => reader.time(given['us'], join(path, 'us'));
  switch (what) {
    case 'nmi':
    case 'mce':
    case 'store':
    case 'breakpoint':
      return { what, cpu, at: at() };
    case 'stall':
      return { what, cpu, at: at(), us: us() };
    case 'slow load':
      return { what, cpu, us: us() };
    case 'reject':
    case 'hang':
      return { what, cpu };
  }
}

/** The largest Intel update published in 2025 has some 180 KiB. */
export const USUAL_LOAD: LoadOptions = { size: 180 * 1024, wbinvd: false, us: null };

function loadOptions(reader: Reader, value: unknown, path: string): LoadOptions {
  if (value === undefined) return USUAL_LOAD;
  const given = reader.object(value, path, ['size', 'wbinvd', 'us']) ?? {};
  const { size, wbinvd } = USUAL_LOAD;
  return {
    size: given['size'] === undefined ? size : reader.integer(given['size'], join(path, 'size'), 1, 16 * 1024 * 1024),
    wbinvd: given['wbinvd'] === undefined ? wbinvd : reader.flag(given['wbinvd'], join(path, 'wbinvd')),
    us: given['us'] === undefined ? null : reader.time(given['us'], join(path, 'us')),
  };
}

function checkExpectation(reader: Reader, value: unknown, path: string): CheckExpectation | null {
  if (value === undefined) return null;
  const given = reader.object(value, path, ['violated']) ?? {};
  return { violated: propertyIds(reader, given['violated'], join(path, 'violated')) };
}

const propertyIds = (reader: Reader, value: unknown, path: string): readonly string[] =>
  reader.list(value, path, 100, (id, where) => reader.text(id, where, 20));

function runExpectation(reader: Reader, value: unknown, path: string, n: number): RunExpectation | null {
  if (value === undefined) return null;
  const given = reader.object(value, path, ['answer', 'updated', 'panics', 'violated', 'blackoutUs', 'endsByUs']) ?? {};
  const within = given['blackoutUs'];
  const bounds = within === undefined ? {} : (reader.object(within, join(path, 'blackoutUs'), ['min', 'max']) ?? {});
  const bound = (key: 'min' | 'max'): Json =>
    bounds[key] === undefined ? {} : { [key]: reader.time(bounds[key], join(join(path, 'blackoutUs'), key)) };
  const answer = given['answer'];
  if (answer !== undefined && typeof answer !== 'string' && typeof answer !== 'number') {
    reader.say(join(path, 'answer'), 'must be a name or a number');
  }
  return {
    ...(typeof answer === 'string' || typeof answer === 'number' ? { answer } : {}),
    ...(given['updated'] === undefined
      ? {}
      : { updated: reader.list(given['updated'], join(path, 'updated'), n, (id, at) => cpuId(reader, id, at, n)) }),
    ...(given['panics'] === undefined ? {} : { panics: reader.flag(given['panics'], join(path, 'panics')) }),
    ...(given['violated'] === undefined
      ? {}
      : { violated: propertyIds(reader, given['violated'], join(path, 'violated')) }),
    ...(within === undefined ? {} : { blackoutUs: { ...bound('min'), ...bound('max') } }),
    ...(given['endsByUs'] === undefined ? {} : { endsByUs: reader.time(given['endsByUs'], join(path, 'endsByUs')) }),
  };
}

/** What the model knows: labels that events wait for, properties that are expected. */
function known(reader: Reader, described: Model, parsed: Case, path: string): void {
  const labels = described.contexts.flatMap((context) => context.labels.filter((label) => label !== IDLE));
  for (const [index, event] of parsed.events.entries()) {
    if (!('at' in event) || !('label' in event.at) || labels.includes(event.at.label)) continue;
    reader.say(
      `${path}.events[${index}].at.label`,
      `no CPU has a label called ${event.at.label}; there are: ${labels.join(', ')}`,
    );
  }
  const ids = [...described.properties.map(({ id }) => id), 'P7'];
  for (const [key, expected] of [
    ['check', parsed.check?.violated],
    ['run', parsed.run?.violated],
  ] as const) {
    for (const id of expected ?? []) {
      if (!ids.includes(id))
        reader.say(`${path}.${key}.violated`, `no property is called ${id}; there are: ${ids.join(', ')}`);
    }
  }
}

function oneCase(reader: Reader, value: unknown, path: string, base: Json): Case | undefined {
  const own = reader.object(value, path, CASE_KEYS);
  if (own === undefined) return undefined;
  const given: Json = { ...base, ...own };
  const name = reader.text(given['name'], join(path, 'name'), 200);
  const protocol = reader.text(given['protocol'], join(path, 'protocol'), 100);
  const entry = protocolOf(protocol);
  if (entry === undefined) {
    const known = PROTOCOLS.map(({ id }) => id).join(', ');
    reader.say(join(path, 'protocol'), `no protocol is called ${JSON.stringify(protocol)}; there are: ${known}`);
    return undefined;
  }
  const usual = machine(reader, base['machine'], 'machine', { ...SETTING, ...entry.setting });
  const setting: Setting = {
    ...(own['machine'] === undefined ? usual : machine(reader, own['machine'], join(path, 'machine'), usual)),
    faults: faults(reader, given['faults'], join(path, 'faults')),
    refused:
      given['refused'] === undefined ? null : (reader.oneOf(given['refused'], join(path, 'refused'), REFUSALS) ?? null),
  };
  const n = Math.min(cpuCount(setting.topology), MOST_CPUS);
  const parsed: Case = {
    name,
    protocol,
    choices: choices(reader, given['choices'], join(path, 'choices'), entry),
    setting,
    events: reader.list(given['events'] ?? [], join(path, 'events'), MOST_EVENTS, (event, at) =>
      scripted(reader, event, at, n),
    ),
    load: loadOptions(reader, given['load'], join(path, 'load')),
    seed: given['seed'] === undefined ? 1 : reader.integer(given['seed'], join(path, 'seed'), 0, 0xffff_ffff),
    check: checkExpectation(reader, given['check'], join(path, 'check')),
    run: runExpectation(reader, given['run'], join(path, 'run'), n),
  };
  if (reader.problems.length > 0) return parsed;
  const described = describe(parsed);
  known(reader, described, parsed, path);
  fitProblems(reader, path, entry, parsed, described, givesSize(base['machine']) || givesSize(own['machine']));
  return { ...parsed, setting: { ...setting, topology: described.topology } };
}

/** Whether a `machine` says how large it is. */
const givesSize = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && ['packages', 'cores', 'threads'].some((key) => key in given);

/** The protocol of a case that has been read. */
export function entryOf({ protocol }: Pick<Case, 'protocol'>): Entry {
  const entry = protocolOf(protocol);
  if (entry === undefined) throw new RangeError(`no protocol is called ${protocol}`);
  return entry;
}

/** The model of a case, for exploration. */
export const describe = (one: Pick<Case, 'protocol' | 'setting' | 'choices'>): Model => modelOf(entryOf(one), one);

/** `text` is the whole JSON document. */
export function parseScenario(text: string): Parsed {
  const reader = new Reader();
  const refuse = (path: string, reason: string): Parsed => ({ scenario: undefined, problems: [{ path, reason }] });
  if (text.length > LARGEST_SCENARIO) return refuse('', `is longer than ${LARGEST_SCENARIO} characters`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refuse('', `is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  const top = reader.object(document, '', [
    'schema',
    'id',
    'title',
    'teaches',
    'source',
    'protocol',
    'machine',
    'cases',
  ]);
  if (top === undefined) return { scenario: undefined, problems: reader.problems };
  if (top['schema'] !== SCENARIO_SCHEMA) reader.say('schema', `must be ${SCENARIO_SCHEMA}`);
  const base: Json = {
    ...(top['protocol'] === undefined ? {} : { protocol: top['protocol'] }),
    ...(top['machine'] === undefined ? {} : { machine: top['machine'] }),
  };
  const cases = reader.list(top['cases'], 'cases', MOST_CASES, (one, path) => oneCase(reader, one, path, base));
  if (Array.isArray(top['cases']) && cases.length === 0) reader.say('cases', 'must not be empty');
  const scenario: Scenario = {
    id: reader.text(top['id'], 'id', 40),
    title: reader.text(top['title'], 'title', 200),
    teaches: reader.text(top['teaches'], 'teaches'),
    source: reader.text(top['source'], 'source'),
    cases: cases.filter((one) => one !== undefined),
  };
  return reader.problems.length === 0 ? { scenario, problems: [] } : { scenario: undefined, problems: reader.problems };
}
