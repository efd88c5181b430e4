/** The schema of scenario files, for editors and other programs; only the simulator can check what depends on the protocol. */
import { choice, count, documentSchema, flag, type JsonSchema, listOf, matching, members, text } from './schema.ts';

const CPU = count('CPU id: core * threads + thread, cores numbered through the packages');
const MICROSECONDS: JsonSchema = { description: 'microseconds', type: 'number', minimum: 0 };
const AT: JsonSchema = {
  description: 'when: a time, or when the CPU arrives at a label',
  anyOf: [members({ us: MICROSECONDS }), members({ label: text() })],
};
const VIOLATED = listOf(text(), 'ids of the properties that are violated, exactly');

const MACHINE = members({
  'packages?': { description: 'one when left out', type: 'integer', minimum: 1 },
  'cores?': { description: 'of each package', type: 'integer', minimum: 1 },
  'threads?': { description: 'of each core', type: 'integer', minimum: 1 },
  'vendor?': choice(['intel', 'amd']),
  'offline?': listOf(CPU, 'taken offline, still reached by NMIs'),
  'dormant?': listOf(CPU, 'never started'),
});

const EVENT: JsonSchema = {
  anyOf: [
    members({ what: choice(['nmi']), cpu: CPU, at: AT }, 'an unrelated NMI'),
    members({ what: choice(['mce']), cpu: CPU, at: AT }, 'a machine check'),
    members({ what: choice(['store']), cpu: CPU, at: AT }, 'somebody writes to the line that an offline CPU monitors'),
    members({ what: choice(['breakpoint']), cpu: CPU, at: AT }, 'a breakpoint in the wait loop of a handler'),
    members({ what: choice(['stall']), cpu: CPU, at: AT, us: MICROSECONDS }, 'the CPU executes nothing for a while'),
    members({ what: choice(['slow load']), cpu: CPU, us: MICROSECONDS }, 'its load takes so long'),
    members({ what: choice(['reject', 'hang']), cpu: CPU }, 'its load is refused, or never retires'),
  ],
};

const FAULTS = members(
  {
    'nmi?': count(),
    'timeout?': { anyOf: [count(), choice(['unlimited'])] },
    'reject?': count(),
    'hang?': count(),
    'breakpoint?': count(),
    'mce?': count(),
    'store?': count(),
    'hotplug?': count(),
  },
  'how often what may go wrong, anywhere, when every interleaving is explored',
);

const RUN = members(
  {
    'answer?': { description: 'what the caller gets', type: ['string', 'number'] },
    'updated?': listOf(CPU, 'CPUs with the new revision at the end; all others have the old one'),
    'panics?': flag(),
    'violated?': VIOLATED,
    'blackoutUs?': members({ 'min?': MICROSECONDS, 'max?': MICROSECONDS }, 'longest time a CPU is away from its work'),
    'endsByUs?': MICROSECONDS,
  },
  'what one timed run must show',
);

const CASE = members({
  name: text(),
  'protocol?': text('see sim list'),
  'choices?': { description: 'variants of the protocol, see sim show', type: 'object', additionalProperties: text() },
  'machine?': MACHINE,
  'faults?': FAULTS,
  'refused?': choice(
    ['ENOENT', 'EBADFD', 'EINVAL', 'EEXIST', 'ENXIO', 'EBUSY', 'EPERM'],
    'the OS refuses the update before it stops any CPU',
  ),
  'events?': listOf(EVENT, 'what happens in a timed run'),
  'load?': members({
    'size?': { description: 'bytes of the update', type: 'integer', minimum: 1 },
    'wbinvd?': flag('caches are written back first'),
    'us?': MICROSECONDS,
  }),
  'seed?': count('of the timed run'),
  'check?': members({ violated: VIOLATED }, 'what exploring every interleaving must find'),
  'run?': RUN,
});

export const SCENARIO_SCHEMA = documentSchema(
  'scenario',
  'A late load: a machine, a protocol, what goes wrong, what must follow',
  {
    id: matching('.'),
    title: matching('.'),
    teaches: matching('.', 'what a reader should take from it'),
    source: matching('.', 'where it is from'),
    'protocol?': text('of all cases that name none'),
    'machine?': MACHINE,
    cases: listOf(CASE, 'the scenario, then its siblings: what mends it, or what breaks it'),
  },
);
