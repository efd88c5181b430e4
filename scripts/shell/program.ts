/** The program as shells and manual pages see it, read from the manifest that also answers --help. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RULES } from '../../src/findings/catalogue.ts';
import { ALL_LOADERS } from '../../src/loaders/by-name.ts';
import { SCHEMAS } from '../../src/schemas/all.ts';
import { PROTOCOLS } from '../../src/sim/protocols/registry.ts';
import { SERIES } from '../../src/xen/releases.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What a shell offers where a value is expected. */
export type Offer =
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'nothing' };

export interface Flag {
  readonly name: string;
  readonly char: string | undefined;
  readonly about: string;
  readonly group: string;
  /** Absent for a switch. */
  readonly value: { readonly title: string; readonly offer: Offer } | undefined;
  readonly repeatable: boolean;
  readonly required: boolean;
  readonly fallback: string | undefined;
}

export interface Argument {
  readonly name: string;
  readonly about: string;
  readonly required: boolean;
  /** Takes all further words. */
  readonly rest: boolean;
  readonly offer: Offer;
}

export interface Command {
  /** `initrd build` */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly flags: readonly Flag[];
  readonly args: readonly Argument[];
}

export interface Program {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly topics: readonly { readonly name: string; readonly summary: string }[];
  readonly commands: readonly Command[];
}

interface ManifestFlag {
  readonly name: string;
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly helpGroup?: string;
  readonly helpValue?: string;
  readonly options?: readonly string[];
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly default?: string | number | boolean | readonly string[];
}

interface ManifestArg {
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly required?: boolean;
}

export interface ManifestCommand {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly flags: Readonly<Record<string, ManifestFlag>>;
  readonly args: Readonly<Record<string, ManifestArg>>;
  readonly strict?: boolean;
}

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly oclif: { readonly topics: Readonly<Record<string, { readonly description: string }>> };
}

const FILES: Offer = { kind: 'files' };
const FOLDERS: Offer = { kind: 'folders' };
const NOTHING: Offer = { kind: 'nothing' };
const words = (list: readonly string[]): Offer => ({ kind: 'words', words: list });

const RULE_IDS = Object.keys(RULES);
const topicOf = (rule: string): string => rule.slice(0, rule.indexOf('/'));
const PROTOCOL_IDS = words(PROTOCOLS.map(({ id }) => id));

/** By what a flag calls its value. */
const OFFERS: Readonly<Record<string, Offer>> = {
  FILE: FILES,
  'FILE=PATH': FILES,
  INITRD: FILES,
  PATH: FILES,
  DIR: FOLDERS,
  ID: PROTOCOL_IDS,
  LOADER: words(['all', ...ALL_LOADERS.map(({ name }) => name)]),
  RELEASE: words(SERIES.map(({ name }) => name)),
  RULE: words([...new Set(RULE_IDS.map(topicOf)), ...RULE_IDS]),
  CPU: NOTHING,
  DATE: NOTHING,
  ENTRY: NOTHING,
  FILTER: NOTHING,
  'ID,...': NOTHING,
  'NAME=N,...': NOTHING,
  'NAME=VALUE': NOTHING,
  SIZE: NOTHING,
  STEP: NOTHING,
  TIME: NOTHING,
  VALUE: NOTHING,
  WORDS: NOTHING,
  '[Px]CxT': NOTHING,
};

/** By the name of an argument. */
const ARGUMENT_OFFERS: Readonly<Record<string, Offer>> = {
  config: FILES,
  file: FILES,
  new: FILES,
  old: FILES,
  path: FILES,
  scenario: FILES,
  trace: FILES,
  id: PROTOCOL_IDS,
  name: words(Object.keys(SCHEMAS)),
  cpu: NOTHING,
  member: NOTHING,
};

/** @throws RangeError for a kind of value that the tables above do not know */
function offerOf(table: Readonly<Record<string, Offer>>, key: string, options: readonly string[] | undefined): Offer {
  if (options !== undefined) return words(options);
  const offer = table[key];
  if (offer === undefined) throw new RangeError(`scripts/shell/program.ts does not say what to offer for "${key}"`);
  return offer;
}

function flagOf(flag: ManifestFlag): Flag {
  const title = flag.helpValue ?? 'VALUE';
  return {
    name: flag.name,
    char: flag.char,
    about: flag.summary ?? flag.description ?? '',
    group: flag.helpGroup ?? '',
    value: flag.type === 'boolean' ? undefined : { title, offer: offerOf(OFFERS, title, flag.options) },
    repeatable: flag.multiple ?? false,
    required: flag.required ?? false,
    fallback: flag.default?.toString() || undefined,
  };
}

/** The command as the manifest describes it. */
export function commandOf(program: string, command: ManifestCommand): Command {
  const name = command.id.replaceAll(':', ' ');
  const args = Object.values(command.args);
  return {
    name,
    summary: command.summary,
    description: command.description ?? '',
    examples: (command.examples ?? []).map((example) =>
      example.replaceAll('<%= config.bin %>', program).replaceAll('<%= command.id %>', name),
    ),
    flags: Object.values(command.flags).map(flagOf),
    args: args.map((arg, i) => ({
      name: arg.name,
      about: arg.description ?? '',
      required: arg.required ?? false,
      rest: command.strict === false && i === args.length - 1,
      offer: offerOf(ARGUMENT_OFFERS, arg.name, arg.options),
    })),
  };
}

/** The built program; `npm run build` writes the manifest first. */
export function builtProgram(): Program {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
  const { name, version, description, oclif } = read('package.json') as PackageFile;
  const manifest = read('oclif.manifest.json') as { readonly commands: Readonly<Record<string, ManifestCommand>> };
  return {
    name,
    version,
    summary: description,
    topics: Object.entries(oclif.topics).map(([topic, about]) => ({ name: topic, summary: about.description })),
    commands: Object.values(manifest.commands)
      .map((command) => commandOf(name, command))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** First words that may follow the program's name, and what they are about. */
export const firstWords = ({ topics, commands }: Program): { readonly name: string; readonly summary: string }[] =>
  [...topics, ...commands.filter(({ name }) => !name.includes(' '))].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Verbs of a topic, and what they are about. */
export const verbsOf = ({ commands }: Program, topic: string): { readonly name: string; readonly summary: string }[] =>
  commands
    .filter(({ name }) => name.startsWith(`${topic} `))
    .map(({ name, summary }) => ({ name: name.slice(topic.length + 1), summary }));

/** How a flag is spelt: `-o`, `--output`. */
export const spellings = ({ char, name }: Flag): string[] => [...(char === undefined ? [] : [`-${char}`]), `--${name}`];
