import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { examplesIn, exampleFolder } from '../../support/console-blocks.ts';
import { amdFolder, intelFolder } from '../../support/debian.ts';
import { pseudoTerminal } from '../../support/pseudo-terminal.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const README = join(resolve(import.meta.dirname, '../../..'), 'README.md');
const COLUMNS = 80;

/** Head of a table: titles in capitals, at least two of them, with a gap between. */
const HEAD = /^[A-Z][A-Z0-9-]*(?: [A-Z0-9-]+)?(?: {2,}[A-Z][A-Z0-9-]*(?: [A-Z0-9-]+)?)+$/;

/** The lines of every table in the text: from a head to the next empty line or sentence. */
function tableLines(text: string): readonly string[] {
  let inside = false;
  return text.split('\n').filter((line) => {
    if (line === '' || /^[A-Z][a-z]/.test(line)) inside = false;
    else if (HEAD.test(line)) inside = true;
    return inside;
  });
}

const MORE = [
  'inspect early-ucode.img',
  'diff intel-ucode/06-9a-03 intel-ucode',
  'catalogue search milan',
  'schema',
  'host intel-ucode',
];

test('every table of the README fits a terminal of 80 columns', (context) => {
  const script = pseudoTerminal(context);
  const run = exampleFolder(temporaryFolder(), { intel: intelFolder(context), amd: amdFolder(context) });
  const examples = examplesIn(readFileSync(README, 'utf8')).map(({ command }) => command);
  const ours = examples.filter((command) => command.startsWith('ucodekit '));
  // In order and in one folder: later examples use what earlier ones wrote.
  const tables = [...examples, ...MORE.map((words) => `ucodekit ${words}`)].map((command) => {
    const quoted = command.replaceAll("'", String.raw`'\''`);
    const text = run(`unset COLUMNS; '${script}' -qec 'stty columns ${COLUMNS}; ${quoted}' /dev/null`);
    return { command, lines: tableLines(text) };
  });
  expect(ours.length).toBeGreaterThan(15);
  expect(tables.filter(({ lines }) => lines.length > 0).length).toBeGreaterThan(8);
  const wide = tables.flatMap(({ command, lines }) =>
    lines.filter((line) => line.length > COLUMNS).map((line) => `${command}: ${line}`),
  );
  expect(wide).toEqual([]);
});
