import { MAX_OPTION } from '../releases.ts';
import { type ModuleKind, type XenEntry } from './boot-loader.ts';

// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Everything of an entry that is written somewhere, with the name by which a refusal speaks of it. */
function parts(entry: XenEntry): { what: string; text: string }[] {
  return [
    { what: 'the title', text: entry.title },
    ...paths(entry),
    ...entry.xenArguments.map((text) => ({ what: `the Xen option ${show(text)}`, text })),
    ...entry.dom0.arguments.map((text) => ({ what: `the dom0 option ${show(text)}`, text })),
    ...entry.modules.flatMap((module) =>
      module.arguments.map((text) => ({ what: `the module argument ${show(text)}`, text })),
    ),
  ];
}

export const paths = (entry: XenEntry): { what: string; text: string }[] =>
  [entry.hypervisor, entry.dom0.kernel, ...entry.modules.map(({ path }) => path)].map((text) => ({
    what: `the path ${show(text)}`,
    text,
  }));

export const show = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);

interface Limits {
  readonly kinds: readonly ModuleKind[];
  readonly namesHypervisor?: boolean;
}

/** What no boot loader can say, because Xen or Linux would not read it as meant. */
export function commonRefusals(entry: XenEntry, { kinds, namesHypervisor = true }: Limits): string[] {
  const refusals: string[] = [];
  for (const { what, text } of parts(entry)) {
    if (CONTROL.test(text)) refusals.push(`${what} has a control character`);
  }
  for (const { what, text } of namesHypervisor ? paths(entry) : paths(entry).slice(1)) {
    if (text === '') refusals.push(`${what} is empty`);
  }
  for (const text of entry.xenArguments) {
    const what = `the Xen option ${show(text)}`;
    if (text === '' || text.includes(' ')) refusals.push(`${what}: Xen splits its line at blanks and knows no quotes`);
    if (text === '--') refusals.push(`${what}: what follows " -- " belongs to dom0`);
    if (text.length > MAX_OPTION) refusals.push(`${what} is longer than ${MAX_OPTION} characters: Xen cuts it`);
  }
  for (const text of [...entry.dom0.arguments, ...entry.modules.flatMap((module) => module.arguments)]) {
    if (text === '') refusals.push('an argument is empty');
    if (text.includes('"')) refusals.push(`the argument ${show(text)}: Linux cannot escape a double quote`);
  }
  for (const { kind } of entry.modules) {
    if (!kinds.includes(kind)) refusals.push(`this boot loader cannot load a module of kind ${kind}`);
  }
  return refusals;
}

/** Paths and words on a line that the loader splits at blanks. */
export const blankRefusals = (entry: XenEntry): string[] =>
  paths(entry)
    .filter(({ text }) => text.includes(' '))
    .map(({ what }) => `${what} has a blank, and this boot loader knows no quotes`);
