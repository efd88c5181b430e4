/** What a log says about microcode. */
import { choice, count, documentSchema, HEX32, listOf, members, orNull, text } from '../schema.ts';
import { TEXTS } from './common.ts';

const FROM = choice(['xen', 'linux']);

export const LOG = documentSchema('log', 'What a kernel or Xen log says about microcode', {
  path: text(),
  release: orNull(text()),
  kernel: orNull(text()),
  boots: count(),
  cpus: listOf(
    members({
      from: FROM,
      cpu: count(),
      outcome: choice(['updated', 'failed', 'unchanged']),
      before: orNull(HEX32),
      after: orNull(HEX32),
      refused: orNull(HEX32),
      date: orNull(text()),
    }),
  ),
  omittedCpus: count(),
  messages: listOf(
    members({
      id: text(),
      from: FROM,
      kind: choice(['revision', 'updated', 'failed', 'reason', 'note', 'detail', 'unknown']),
      meaning: text(),
      advice: orNull(text()),
      releases: orNull(text()),
      source: orNull(text()),
      text: text(),
      line: count(),
      count: count(),
    }),
  ),
  silentReasons: TEXTS,
  nothing: orNull(text()),
});
