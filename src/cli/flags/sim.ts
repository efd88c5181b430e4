/** Arguments and flags of the commands that simulate something. */
import { Args, Flags } from '@oclif/core';
import { Failure } from '../../findings/failure.ts';
import { readOneFile } from '../input/one-file.ts';

export const scenarioArg = Args.string({ description: 'a scenario file (JSON), or - for standard input' });

/** What to simulate when there is no scenario file. */
export const SUBJECT_FLAGS = {
  protocol: Flags.string({ summary: 'the protocol, see sim list', helpValue: 'ID', helpGroup: 'SUBJECT' }),
  topology: Flags.string({
    summary: 'packages x cores of each x threads of each, such as 2x28x2; 2x2: one package',
    helpValue: '[Px]CxT',
    helpGroup: 'SUBJECT',
  }),
  faults: Flags.string({
    summary:
      'how often what may go wrong: nmi=1,timeout=unlimited,reject=1,hang=1,breakpoint=1,mce=1,store=1,hotplug=1; a protocol refuses what it does not know',
    helpValue: 'NAME=N,...',
    helpGroup: 'SUBJECT',
  }),
  choice: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'a variant of the protocol, see sim show; repeatable',
    helpValue: 'NAME=VALUE',
    helpGroup: 'SUBJECT',
  }),
  cpus: Flags.option({ options: ['intel', 'amd'] as const, summary: 'whose CPUs they are', helpGroup: 'SUBJECT' })(),
  offline: Flags.string({ summary: 'CPUs that the OS took offline', helpValue: 'ID,...', helpGroup: 'SUBJECT' }),
  dormant: Flags.string({ summary: 'CPUs that were never started', helpValue: 'ID,...', helpGroup: 'SUBJECT' }),
};

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

function quantity(text: string, units: Readonly<Record<string, number>>, flag: string, example: string): number {
  const parts = /^(\d{1,12}(?:\.\d{1,3})?)([a-z]?)$/i.exec(text.trim());
  const unit = units[parts?.[2]?.toLowerCase() ?? ''];
  const value = Number(parts?.[1]) * (unit ?? Number.NaN);
  if (value > 0) return value;
  throw new Failure({
    kind: 'usage',
    code: 'usage/quantity',
    where: flag,
    message: `"${text}" is not a positive quantity`,
    advice: `Write it like ${example}.`,
  });
}

/** Bytes of `8G`, `512M` or a plain number. @throws Failure (usage) */
export const bytesOf = (text: string, flag: string): number => quantity(text, UNITS, flag, '8G or 512M');

/** Milliseconds of `90`, `5m` or `2h`. @throws Failure (usage) */
export const millisecondsOf = (text: string, flag: string): number => 1000 * quantity(text, SECONDS, flag, '90s or 5m');

/** Text of the scenario or trace file at `path`. @throws Failure when it cannot be read */
export const textOf = async (path: string): Promise<string> => new TextDecoder().decode(await readOneFile(path));
