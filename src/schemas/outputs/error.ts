/** The document of a command that failed. */
import { choice, documentSchema, members, text } from '../schema.ts';
import { TEXTS } from './common.ts';

export const ERROR = documentSchema('error', 'Why a command could not go on', {
  error: members({
    kind: choice(['unmatched', 'usage', 'input', 'output', 'interrupted']),
    code: text('stable identifier, topic/name'),
    message: text(),
    'where?': text('path, option or member that it is about'),
    'because?': TEXTS,
    advice: text(),
  }),
});
