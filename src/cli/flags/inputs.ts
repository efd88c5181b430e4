/** Arguments and flags of every command that reads microcode. */
import { Args, Flags } from '@oclif/core';
import { parseFilter } from '../../bundle/select/filter.ts';
import { hostFilters, namedCpus } from '../cpus.ts';
import type { Selection, Vendor } from '../../bundle/select/selection.ts';
import { isCalendarDate } from '../../bytes/bcd-date.ts';
import { Failure } from '../../findings/failure.ts';
import type { OpenOptions } from '../../inputs/open.ts';

export const pathArg = Args.string({
  required: true,
  description: 'file, folder, or - for standard input; more than one may be given',
});

export const INPUT_FLAGS = {
  recursive: Flags.boolean({
    char: 'r',
    allowNo: true,
    default: true,
    summary: 'enter subfolders, as is done without it; --no-recursive reads the files of the folder itself only',
    helpGroup: 'INPUT',
  }),
  scan: Flags.boolean({ summary: 'search bytes of no known format for updates', helpGroup: 'INPUT' }),
  type: Flags.option({
    options: ['auto', 'intel', 'dat', 'amd', 'via'] as const,
    default: 'auto' as const,
    summary: 'what the inputs are, where their bytes do not say it: dat is Intel’s text form',
    helpGroup: 'INPUT',
  })(),
};

/** What the parser makes of `INPUT_FLAGS`. */
export interface InputFlags {
  readonly recursive: boolean;
  readonly scan: boolean;
  readonly type: 'auto' | 'intel' | 'dat' | 'amd' | 'via';
  readonly verbose: boolean;
}

export const openOptionsOf = ({ recursive, scan, type, verbose }: InputFlags): OpenOptions => ({
  recursive,
  scan,
  listOthers: verbose,
  type: type === 'amd' ? 'amd-container' : type,
});

export const SELECTION_FLAGS = {
  select: Flags.string({
    char: 's',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'only updates for this CPU: [!]CPU[,[MASK][,[lt:|eq:|gt:]REVISION]], a CPU as for --cpu; repeatable',
    helpValue: 'FILTER',
    helpGroup: 'SELECTION',
  }),
  cpu: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'only updates for this CPU: host, or 0x906a4, 906a4, 06-9a-04, with ,PLATFORMS behind it; repeatable',
    helpValue: 'CPU',
    helpGroup: 'SELECTION',
  }),
  vendor: Flags.option({
    options: ['intel', 'amd', 'via'] as const,
    summary: 'only updates of this vendor',
    helpGroup: 'SELECTION',
  })(),
  after: Flags.string({ summary: 'only updates dated after this day', helpValue: 'DATE', helpGroup: 'SELECTION' }),
  before: Flags.string({ summary: 'only updates dated before this day', helpValue: 'DATE', helpGroup: 'SELECTION' }),
  latest: Flags.boolean({
    summary: 'only what is the newest for at least one of its CPUs and platforms',
    helpGroup: 'SELECTION',
  }),
};

/** What the parser makes of `SELECTION_FLAGS`. */
export interface SelectionFlags {
  readonly select?: readonly string[] | undefined;
  readonly cpu?: readonly string[] | undefined;
  readonly vendor?: Vendor | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly latest?: boolean | undefined;
}

/** @throws Failure of kind `usage` when a flag's value cannot be understood */
export const selectionOf = (flags: SelectionFlags): Selection => ({
  filters: (flags.select ?? []).flatMap(hostFilters).map(parseFilter),
  cpus: namedCpus('--cpu', flags.cpu ?? []),
  vendor: flags.vendor,
  after: day('--after', flags.after),
  before: day('--before', flags.before),
  latest: flags.latest ?? false,
});

function day(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || isCalendarDate(text)) return text;
  throw new Failure({
    kind: 'usage',
    code: 'usage/date',
    where: `${flag} ${text}`,
    message: 'is not a calendar date',
    advice: 'Write YYYY-MM-DD.',
  });
}
