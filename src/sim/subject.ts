/** What to simulate, as users type it: a protocol and what differs from its usual machine, faults and choices. */
import { Failure } from '../findings/failure.ts';
import { topologyText } from './language/model.ts';
import { NO_FAULTS } from './machine/faults.ts';
import { PROTOCOLS } from './protocols/registry.ts';
import { knownFaults, ownMachine } from './scenario/fits.ts';
import { type Parsed, parseScenario, SCENARIO_SCHEMA } from './scenario/parse.ts';
import type { Case, FaultName, Scenario } from './scenario/scenario.ts';

export interface SubjectText {
  readonly protocol?: string | undefined;
  /** `CxT` or `PxCxT`: packages x cores of each x threads of each. */
  readonly topology?: string | undefined;
  /** `nmi=1,timeout=unlimited`. */
  readonly faults?: string | undefined;
  /** `mode=no-nmi`, each. */
  readonly choices?: readonly string[] | undefined;
  readonly vendor?: string | undefined;
  /** CPU ids, comma between. */
  readonly offline?: string | undefined;
  readonly dormant?: string | undefined;
}

const usage = (message: string, where: string, because: readonly string[] = []): Failure =>
  new Failure({
    kind: 'usage',
    code: 'usage/simulation',
    where,
    message,
    because,
    advice: '`sim list` names the protocols; `sim show ID` their choices and faults.',
  });

function pairs(text: string, where: string): [string, string][] {
  return text
    .split(',')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usage(`"${pair}" is not NAME=VALUE`, where);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    });
}

const count = (text: string): number | string => (/^\d{1,9}$/.test(text) ? Number(text) : text);

function cpuList(text: string, where: string): (number | string)[] {
  const ids = text.split(',').map((id) => count(id.trim()));
  if (ids.includes('')) throw usage(`"${text}" is not a list of CPU ids`, where);
  return ids;
}

function machineOf({ topology, vendor, offline, dormant }: SubjectText): Readonly<Record<string, unknown>> {
  const size = topology === undefined ? null : /^(?:(\d{1,5})x)?(\d{1,5})x(\d{1,5})$/.exec(topology);
  if (topology !== undefined && size === null)
    throw usage(`"${topology}" is not CORESxTHREADS or PACKAGESxCORESxTHREADS, such as 2x2 or 2x28x2`, '--topology');
  return {
    ...(size === null ? {} : { packages: Number(size[1] ?? 1), cores: Number(size[2]), threads: Number(size[3]) }),
    ...(vendor === undefined ? {} : { vendor }),
    ...(offline === undefined ? {} : { offline: cpuList(offline, '--offline') }),
    ...(dormant === undefined ? {} : { dormant: cpuList(dormant, '--dormant') }),
  };
}

/**
 * The case that the text describes, checked like a scenario of one case.
 * @throws Failure (usage) that names every problem
 */
export function caseOf(text: SubjectText): Case {
  const { protocol } = text;
  if (protocol === undefined) throw usage('no scenario file and no --protocol is given', 'what to simulate');
  const [only] = whole(read(text), protocol).cases;
  if (only === undefined) throw usage('describes nothing to simulate', protocol);
  return only;
}

/** @throws Failure (usage) for what cannot even be put into a scenario */
function read(text: SubjectText): Parsed {
  const { protocol } = text;
  const faults = Object.fromEntries(pairs(text.faults ?? '', '--faults').map(([name, units]) => [name, count(units)]));
  const choices = Object.fromEntries((text.choices ?? []).flatMap((choice) => pairs(choice, '--choice')));
  const machine = machineOf(text);
  const document = {
    schema: SCENARIO_SCHEMA,
    id: 'command line',
    title: 'command line',
    teaches: '-',
    source: '-',
    cases: [{ name: protocol, protocol, machine, faults, choices }],
  };
  return parseScenario(JSON.stringify(document));
}

/**
 * A case for each protocol, on one machine, so that their runs can be compared.
 * @throws Failure (usage) that names every problem
 */
export function playedCasesOf(text: Omit<SubjectText, 'protocol'>, protocols: readonly string[]): Case[] {
  if (protocols.length === 0) throw usage('no scenario file and no --protocol is given', 'what to simulate');
  return protocols.map((protocol) => caseOf({ ...text, protocol }));
}

/**
 * One fault as `--faults` has it, in a protocol that knows those. A budget of timeouts would invent deadlocks: with it spent, CPUs would wait for
 * ever that in truth give up later. For the same reason a load that hangs comes with timeouts.
 */
function faultText(fault: FaultName, known: readonly FaultName[]): string {
  if (fault === 'timeout') return 'timeout=unlimited';
  return fault === 'hang' && known.includes('timeout') ? 'hang=1,timeout=unlimited' : `${fault}=1`;
}

/** Cases of every protocol, and the protocols that the asked for machine says nothing about. */
export interface EveryCase {
  readonly cases: readonly Case[];
  /** A line for each protocol that is left out. */
  readonly leftOut: readonly string[];
}

/**
 * Every protocol without faults and with each fault that can befall it, on the machine that the text describes; a protocol that has a machine of its
 * own on that.
 * @throws Failure (usage) that names every problem
 */
export function everyCase(text: SubjectText): EveryCase {
  const cases: Case[] = [];
  const leftOut: string[] = [];
  for (const entry of PROTOCOLS) {
    const { id } = entry;
    const { topology, ...machine } = text;
    const base = { ...machine, protocol: id, faults: '', ...(ownMachine(entry) === null ? { topology } : {}) };
    const away = read(base).problems.find(({ path }) => AWAY.test(path));
    if (away !== undefined) {
      leftOut.push(`${id} is left out: ${away.reason}`);
      continue;
    }
    const undisturbed = caseOf(base);
    const known = knownFaults(entry, undisturbed);
    const faulty = known.flatMap((fault) => {
      const faults = faultText(fault, known);
      const { scenario } = read({ ...base, faults });
      return scenario === undefined ? [] : scenario.cases.map((one) => ({ ...one, name: `${id} ${faults}` }));
    });
    cases.push(undisturbed, ...faulty);
  }
  return { cases, leftOut };
}

/** Where it is said that a protocol knows no CPU that is away; `machine.offline[0]` is a mistake of the one who asks. */
const AWAY = /machine\.(?:offline|dormant)$/;

/**
 * The scenario in a JSON text; `where` is its path.
 * @throws Failure (usage) that names every problem with its place
 */
export const casesOf = (json: string, where: string): Scenario => whole(parseScenario(json), where);

function whole({ scenario, problems }: Parsed, where: string): Scenario {
  if (scenario !== undefined) return scenario;
  const lines = problems.map(({ path, reason }) => {
    const place = path.replace(/^cases\[0\]\.?/, '');
    return place === '' ? reason : `${place}: ${reason}`;
  });
  const [line = '', ...more] = lines;
  throw more.length === 0 ? usage(line, where) : usage('cannot be simulated as described', where, lines);
}

/** A case in one word, for tokens: `xen@2x2,nmi=1,callback=holds+everyone`. */
export function caseText({ protocol, setting, choices }: Case): string {
  const { topology, vendor, faults, offline, dormant } = setting;
  const budgets = Object.entries(faults)
    .filter(([, units]) => units !== 0)
    .map(([name, units]) => `${name}=${units ?? 'unlimited'}`);
  const away = [
    ...(offline.length === 0 ? [] : [`offline=${offline.join('/')}`]),
    ...(dormant.length === 0 ? [] : [`dormant=${dormant.join('/')}`]),
  ];
  const chosen = Object.entries(choices).map(([name, value]) => `${name}=${value.replaceAll(' ', '+')}`);
  return `${protocol}@${[topologyText(topology), `vendor=${vendor}`, ...budgets, ...away, ...chosen].join(',')}`;
}

const FAULT_NAMES: ReadonlySet<string> = new Set(Object.keys(NO_FAULTS));

/**
 * The case that such a word stands for.
 * @throws Failure (usage) when it is none
 */
export function readCaseText(word: string): Case {
  const at = word.indexOf('@');
  const [topology, ...rest] = word.slice(at + 1).split(',');
  if (at < 1) throw usage(`"${word}" does not name a protocol and a machine`, 'token');
  const given = pairs(rest.join(','), 'token');
  const one = (name: string): string | undefined => given.find(([key]) => key === name)?.[1];
  const known = new Set(['vendor', 'offline', 'dormant']);
  return caseOf({
    protocol: word.slice(0, at),
    topology,
    vendor: one('vendor'),
    offline: one('offline')?.replaceAll('/', ','),
    dormant: one('dormant')?.replaceAll('/', ','),
    faults: given.flatMap(([name, value]) => (FAULT_NAMES.has(name) ? [`${name}=${value}`] : [])).join(','),
    choices: given.flatMap(([name, value]) =>
      FAULT_NAMES.has(name) || known.has(name) ? [] : [`${name}=${value.replaceAll('+', ' ')}`],
    ),
  });
}
