import { Flags } from '@oclif/core';
import { Failure } from '../../findings/failure.ts';

/** The folder that a command writes files into; `-` is refused here; elsewhere it is standard output. */
export const folderFlag = (summary: string) =>
  Flags.string({
    char: 'o',
    required: true,
    summary,
    helpValue: 'DIR',
    parse: (text) => {
      if (text !== '-') return Promise.resolve(text);
      throw new Failure({
        kind: 'usage',
        code: 'usage/output',
        where: '--output -',
        message: 'standard output cannot take a folder of files',
        advice: 'Name a folder; ./- is one called "-".',
      });
    },
  });
