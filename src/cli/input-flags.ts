/** Arguments and flags of every command that reads microcode. */
import { Args, Flags } from '@oclif/core';

export const pathArg = Args.string({
  required: true,
  description: 'file, folder, or - for standard input; more than one may be given',
});

export const INPUT_FLAGS = {
  recursive: Flags.boolean({ char: 'r', summary: 'enter subfolders', helpGroup: 'INPUT' }),
};

export const SELECTION_FLAGS = {
  select: Flags.string({
    char: 's',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'only updates for this CPU: [!]SIGNATURE[,[MASK][,[lt:|eq:|gt:]REVISION]]; repeatable',
    helpValue: 'FILTER',
    helpGroup: 'SELECTION',
  }),
  vendor: Flags.option({
    options: ['intel', 'amd'] as const,
    summary: 'only updates of this vendor',
    helpGroup: 'SELECTION',
  })(),
};
