import { expect, test } from 'vitest';
import { usageMessage } from '../../../src/cli/start/usage-message.ts';
import { ucodekit } from '../../support/ucodekit.ts';

/** Command lines that are wrong in one way each, and the first line of what is said. */
test.each([
  ['inspect', 'missing: path: file, folder, or - for standard input; more than one may be given'],
  ['diff', 'missing: old: file, folder, or - for standard input; new: file, folder, or - for standard input'],
  ['inspect x --typo', 'there is no flag --typo'],
  ['inspect x --type foo', '--type=foo is none of auto, intel, dat, amd, via'],
  ['completion tcsh', 'tcsh is none of bash, fish, zsh'],
  ['pack x', 'the flag --as is missing'],
  ['xen stanza', 'the flag --boot-loader is missing; the flag --kernel is missing; the flag --release is missing'],
  ['inspect -v -q x', '--verbose does not go together with --quiet'],
  ['sim run --protocol xen --update x', '--update needs also --cpu'],
  ['sim run --protocol xen --runs 0', '--runs: expected an integer greater than or equal to 1 but received: 0'],
  ['sim run --protocol xen --seed x', '--seed: expected an integer but received: x'],
  ['schema policy x', 'one word too many: x'],
])('%s', (line, message) => {
  const words = line.split(' ');
  const { stderr, exit } = ucodekit(words);
  expect(exit).toBe(2);
  const command = words.slice(0, ['sim', 'xen'].includes(words[0] ?? '') ? 2 : 1).join(' ');
  expect(stderr).toBe(`ucodekit: ${message}\n  \`ucodekit ${command} --help\` shows how it is used.\n`);
});

test('a sentence that is not known passes as it is', () => {
  expect(usageMessage('Something else')).toBe('Something else');
});
