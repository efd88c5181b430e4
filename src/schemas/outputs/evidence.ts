/** What a verdict of the simulator is about and rests on, in every document that has one. */
import { choice, count, flag, listOf, matching, members, orNull, text } from '../schema.ts';
import { LOADER_VENDOR, TEXTS } from './common.ts';

export const EVIDENCE = members({
  program: text('name and version of this program'),
  model: matching('^[0-9a-f]{64}$', 'SHA-256 of the model, see docs/checker.md'),
  protocol: text(),
  source: text('the release, commit or thread that the protocol was described from'),
  topology: text('CORESxTHREADS or PACKAGESxCORESxTHREADS'),
  cpus: LOADER_VENDOR,
  offline: listOf(count()),
  dormant: listOf(count()),
  choices: { type: 'object', additionalProperties: text() },
  variant: TEXTS,
  faults: { type: 'object', additionalProperties: { anyOf: [count(), choice(['unlimited'])] } },
  refused: orNull(text('what the OS answers before any CPU is disturbed')),
  memory: members({ model: text(), means: text() }),
  assumptions: listOf(members({ id: text(), sentence: text() })),
});

/** How the search for a verdict went. */
export const SEARCH = members({
  complete: flag('every verdict is certain'),
  ending: text(),
  states: count(),
  symmetry: flag(),
  partialOrder: flag(),
  approximate: flag('states were told apart by hashes alone'),
});
