/** The answer to an unknown command; also oclif's hook for it (`command_not_found` in package.json). */
import type { Hook } from '@oclif/core';
import { EXIT } from '../exit-codes.ts';
import { tell } from '../terminal/streams.ts';

/** Steps from one word to another by changing, adding or leaving out a letter (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(to).entries()) {
      const kept = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(kept, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** Letters that a slip of the finger may get wrong. */
const CLOSE = 2;

/** `id` and `known` as oclif has them: words with colons between. */
export function unknownCommand(id: string, known: readonly string[]): void {
  const spelt = (one: string): string => one.replaceAll(':', ' ');
  const words = id.split(':');
  // What follows the words of a command are its arguments.
  const beginning = (one: string): string => words.slice(0, one.split(':').length).join(':');
  const [near] = known
    .map((one) => ({ one, far: distance(beginning(one), one) }))
    .filter(({ far }) => far <= CLOSE)
    .sort((a, b) => a.far - b.far || (a.one < b.one ? -1 : 1));
  const advice = near === undefined ? '' : `Did you mean ${spelt(near.one)}? `;
  const name = near === undefined ? (words[0] ?? '') : spelt(beginning(near.one));
  tell(`ucodekit: no command is called ${name}\n  ${advice}ucodekit --help lists all.`);
  process.exitCode = EXIT.usage;
}

const hook: Hook<'command_not_found'> = ({ id, config }) => {
  unknownCommand(id, config.commandIDs);
  return Promise.resolve();
};

export default hook;
