/** The schemas of the simulator's input files. What only a model can tell (labels, properties, CPU ids) is checked when one is read. */
import { choice, count, documentSchema, flag, type JsonSchema, listOf, members, orNull, text, TREE } from './schema.ts';

const TIME: JsonSchema = { description: 'microseconds', type: 'number', minimum: 0 };
const CPUS = listOf(count(), 'CPU ids');

const MACHINE = members({
  'cores?': count(),
  'threads?': count('of each core'),
  'vendor?': choice(['intel', 'amd']),
  'offline?': CPUS,
  'dormant?': CPUS,
});

const FAULTS = members(
  {
    'nmi?': count(),
    'timeout?': { anyOf: [count(), choice(['unlimited'])] },
    'reject?': count(),
    'hang?': count(),
    'breakpoint?': count(),
  },
  'how often the environment may do it',
);

const MOMENT: JsonSchema = { anyOf: [members({ us: TIME }), members({ label: text('of a step') })] };

const EVENT: JsonSchema = {
  anyOf: [
    members({ what: choice(['nmi']), cpu: count(), at: MOMENT }),
    members({ what: choice(['stall']), cpu: count(), at: MOMENT, us: TIME }),
    members({ what: choice(['slow load']), cpu: count(), us: TIME }),
    members({ what: choice(['reject', 'hang']), cpu: count() }),
  ],
};

const IDS = listOf(text('property'));

const CASE = members({
  name: text(),
  'protocol?': text('id, see `sim list`'),
  'choices?': { type: 'object', additionalProperties: text() },
  'machine?': MACHINE,
  'faults?': FAULTS,
  'refused?': text(),
  'events?': listOf(EVENT),
  'seed?': count(),
  'check?': members({ violated: IDS }, 'what `sim check` is expected to find'),
  'run?': members(
    {
      'answer?': { anyOf: [text(), { type: 'number' }] },
      'updated?': CPUS,
      'panics?': flag(),
      'violated?': IDS,
      'blackoutUs?': members({ 'min?': TIME, 'max?': TIME }),
      'endsByUs?': TIME,
    },
    'what `sim run` is expected to do',
  ),
});

export const SCENARIO = documentSchema('scenario', 'Cases for the simulator', {
  id: text(),
  title: text(),
  teaches: text(),
  source: text(),
  'protocol?': text('of every case that names none'),
  'machine?': MACHINE,
  cases: listOf(CASE),
});

export const SIM_TRACE = documentSchema('sim-trace', 'One run of the simulator', {
  token: text('the same run in one word, for `sim replay`'),
  property: orNull(text('that it is a counterexample of')),
  story: TREE,
});
