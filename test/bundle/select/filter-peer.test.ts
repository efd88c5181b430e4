import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IntelRecipe, intelUpdate } from '../../../fixtures/intel.ts';
import { newestByIucodeTool } from '../../../src/bundle/select/newest-intel.ts';
import { EVERYTHING, type Selection, matchingPlatforms } from '../../../src/bundle/select/selection.ts';
import { parseFilter } from '../../../src/bundle/select/filter.ts';
import { type IntelUpdate, parseIntelFile } from '../../../src/formats/intel/update.ts';
import { program } from '../../support/debian.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** The updates that the recorded runs of iucode_tool 2.3.1 were made with. */
const SAMPLES: Readonly<Record<string, IntelRecipe>> = {
  'pos.bin': {},
  'pos2.bin': { revision: 0x20 },
  'neg.bin': { revision: 0x8000_0020 },
  'sub.bin': { platformMask: 0x40, revision: 0x30 },
  'sup.bin': { platformMask: 0xc0, revision: 0x20 },
  'ov.bin': { platformMask: 0x60, revision: 0x25 },
  'ext.bin': {
    revision: 0x15,
    dataSize: 932,
    extended: [
      { signature: 0x906a4, platformMask: 0x80 },
      { signature: 0x906a3, platformMask: 0x80 },
    ],
  },
  'old.bin': { revision: 0x40, date: '1999-01-01' },
  'newd.bin': { revision: 0x11, date: '2024-01-01' },
};

interface Case {
  readonly args: readonly string[];
  /** Number of the file, counted from 1, for each update listed as selected, each once. */
  readonly selected: readonly number[];
}

const listed = (text: string): number[] => [
  ...new Set([...text.matchAll(/^ +(\d+)\/\d+: sig/gm)].map((match) => Number(match[1]))),
];

const CASES: readonly Case[] = readFileSync(join(import.meta.dirname, '../../data/iucode-selection.txt'), 'utf8')
  .split(/^\$ /m)
  .slice(1)
  .map((block) => {
    const command = block.slice(0, block.indexOf(' -> '));
    return { args: command.split(' ').slice(2), selected: listed(block) };
  });

/** Files and selection of a command line; iucode_tool's date flags are our `--after` and `--before`. */
function understood(args: readonly string[]): { readonly files: readonly string[]; readonly selection: Selection } {
  const files: string[] = [];
  let selection = EVERYTHING;
  for (const [i, arg] of args.entries()) {
    const [, flag, date] = /^--date-(after|before)=(.*)$/.exec(arg) ?? [];
    if (flag !== undefined) selection = { ...selection, [flag]: date };
    else if (arg.endsWith('.bin')) files.push(arg);
    else if (args[i - 1] === '-s') selection = { ...selection, filters: [...selection.filters, parseFilter(arg)] };
  }
  return { files, selection };
}

const updateOf = (file: string): IntelUpdate => {
  const [update] = parseIntelFile(intelUpdate(SAMPLES[file])).updates;
  if (update === undefined) throw new Error(`no sample is called ${file}`);
  return update;
};

function selectedByUs(args: readonly string[]): number[] {
  const { files, selection } = understood(args);
  const updates = files.map(updateOf);
  return newestByIucodeTool(updates, (candidate, update) =>
    matchingPlatforms(selection, update, { ...candidate, revision: update.revision }),
  ).map((update) => updates.indexOf(update) + 1);
}

test('the recorded cases are all there', () => {
  expect(CASES).toHaveLength(22);
});

describe('what iucode_tool was seen to select', () => {
  test.each(CASES.map(({ args, selected }) => [args.join(' '), args, selected] as const))('%s', (_, args, selected) => {
    expect(selectedByUs(args)).toEqual(selected);
  });
});

describe('with iucode_tool itself', () => {
  const samplesIn = (folder: string): void => {
    for (const [name, recipe] of Object.entries(SAMPLES)) writeFileSync(join(folder, name), intelUpdate(recipe));
  };
  const selectedByTool = (tool: string, folder: string, args: readonly string[]): number[] =>
    listed(execFileSync(tool, ['-l', ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));

  test('the recorded cases come out as recorded', (context) => {
    const tool = program(context, 'iucode_tool');
    const folder = temporaryFolder();
    samplesIn(folder);
    expect(CASES.map(({ args }) => selectedByTool(tool, folder, args))).toEqual(CASES.map(({ selected }) => selected));
  });

  test('any filters in any order select the same', (context) => {
    const tool = program(context, 'iucode_tool');
    const folder = temporaryFolder();
    samplesIn(folder);
    const filter = fc
      .tuple(
        fc.constantFrom('', '!'),
        fc.constantFrom('0x906a4', '0x906a3', '591524'),
        fc.constantFrom('', ',0x80', ',0x40', ',0xc0', ',1', ',0'),
        fc.constantFrom('', 'lt:0x20', 'gt:0x15', 'eq:0x30', '0x10', 'lt:0'),
      )
      .map(([not, signature, mask, revision]) => {
        const tail = revision === '' ? mask : `${mask === '' ? ',' : mask},${revision}`;
        return ['-s', `${not}${signature}${tail}`];
      });
    const files = fc.shuffledSubarray(Object.keys(SAMPLES), { minLength: 1 });
    const run = fc
      .tuple(fc.array(filter, { maxLength: 4 }), files)
      .map(([filters, names]) => [...filters.flat(), ...names]);
    fc.assert(
      fc.property(run, (args) => {
        expect(selectedByUs(args)).toEqual(selectedByTool(tool, folder, args));
      }),
      { numRuns: 300, seed: 77 },
    );
  });
});
