import {
  asComments,
  type BootLoader,
  type FoundEntry,
  type ModuleKind,
  written,
  type XenEntry,
  type XenModule,
} from './boot-loader.ts';
import { firstWord, keyword, linesOf, linuxWord, linuxWords, xenWords } from './raw-line.ts';
import { commonRefusals, show } from './refusals.ts';

/** The order in which xen.efi loads its files; it is also the order of the modules. */
const KEYED: readonly Exclude<ModuleKind, 'module'>[] = ['ramdisk', 'xsm', 'ucode'];

/** Why an entry cannot be said in xen.cfg. */
export function cfgRefusals(entry: XenEntry): string[] {
  const kinds = entry.modules.map(({ kind }) => kind);
  const order = KEYED.filter((kind) => kinds.includes(kind));
  const values = [
    ...entry.xenArguments,
    entry.dom0.kernel,
    ...entry.dom0.arguments,
    ...entry.modules.map(({ path }) => path),
  ];
  const files = [entry.dom0.kernel, ...entry.modules.map(({ path }) => path)];
  return [
    ...commonRefusals(entry, { kinds: KEYED, namesHypervisor: false }),
    ...(kinds.join() === order.join()
      ? []
      : [`xen.cfg has one file each of ${KEYED.join(', ')}, loaded in this order`]),
    ...files
      .filter((path) => path.includes(' '))
      .map((path) => `the path ${show(path)}: xen.efi cuts a file name at the first blank`),
    ...files
      .filter((path) => path.includes('/'))
      .map((path) => `the path ${show(path)}: the firmware needs backslashes between folders`),
    ...values.filter((text) => text.includes('#')).map((text) => `${show(text)}: # begins a comment in xen.cfg`),
    ...values.filter((text) => /[^ -~]/.test(text)).map((text) => `${show(text)}: xen.cfg is ASCII`),
    ...(entry.modules.some((module) => module.arguments.length > 0) ? ['files of xen.cfg have no arguments'] : []),
  ];
}

/** The text of a xen.cfg with one section. */
export function cfgText(
  section: string,
  { xenArguments, dom0, modules }: XenEntry,
  comments: readonly string[] = [],
): string {
  return [
    '[global]',
    `default=${section}`,
    '',
    `[${section}]`,
    ...asComments(comments),
    ...(xenArguments.length === 0 ? [] : [`options=${xenArguments.join(' ')}`]),
    `kernel=${[dom0.kernel, ...dom0.arguments.map(linuxWord)].join(' ')}`,
    ...modules.map(({ kind, path }) => `${kind}=${path}`),
    '',
  ].join('\n');
}

interface Value {
  readonly text: string;
  readonly at: number;
}

interface CfgSection {
  readonly name: string;
  readonly values: Map<string, Value>;
}

/** Sections of a xen.cfg; of a key given twice the first counts. */
export function cfgSections(text: string): CfgSection[] {
  const sections: CfgSection[] = [];
  for (const { line, start } of linesOf(text)) {
    // A semicolon begins a comment at the start of a line only, # anywhere.
    const content = line.trimStart().startsWith(';') ? '' : (line.split('#')[0] ?? '');
    const header = /^[ \t]*\[([^\]]*)\]/.exec(content);
    const { name: key, rest } = keyword(content);
    if (header !== null) sections.push({ name: header[1] ?? '', values: new Map() });
    // The equals sign follows the key directly.
    else if (key !== '' && rest.startsWith('=')) {
      const values = sections.at(-1)?.values;
      if (values !== undefined && !values.has(key)) values.set(key, { text: rest.slice(1).trim(), at: start });
    }
  }
  return sections;
}

/** An entry and the section that it stands in. */
export interface CfgEntry {
  readonly section: string;
  readonly found: FoundEntry;
}

/** Entries of a xen.cfg: every section that names a kernel. Keys that it lacks come from [global]. */
export function cfgEntries(text: string, before: readonly string[] = []): CfgEntry[] {
  const sections = cfgSections(text);
  const global = sections.find(({ name }) => name === 'global')?.values;
  return sections
    .filter(({ name, values }) => name !== 'global' && values.has('kernel'))
    .map(({ name, values }) => {
      const value = (key: string): Value | undefined => values.get(key) ?? global?.get(key);
      const kernel = value('kernel') ?? { text: '', at: 0 };
      const { word, rest } = firstWord(kernel.text);
      const options = value('options');
      const xenLine = [...(options === undefined ? [] : [options.text]), ...before].join(' ');
      const modules = KEYED.flatMap((kind): { module: XenModule; at: number }[] => {
        const file = value(kind);
        if (file === undefined) return [];
        // xen.efi cuts the value at the first blank; what it leaves out is kept as arguments.
        const { word: path, rest: cut } = firstWord(file.text);
        return [{ module: { path, arguments: linuxWords(cut), kind, nounzip: false }, at: file.at }];
      });
      const found: FoundEntry = {
        entry: {
          title: name,
          hypervisor: '',
          xenArguments: xenWords(xenLine),
          dom0: { kernel: word, arguments: linuxWords(rest) },
          modules: modules.map(({ module }) => module),
        },
        at: { xen: options?.at ?? kernel.at, kernel: kernel.at, modules: modules.map(({ at }) => at) },
        xenLine,
        dropped: { xen: null, kernel: null },
        byKey: true,
      };
      return { section: name, found };
    });
}

/** The file that xen.efi reads beside itself. */
export const XEN_CFG: BootLoader = {
  id: 'xen-cfg',
  name: 'xen.efi with xen.cfg',
  modules: 'keyed',
  expands: 'never',
  titles: true,
  namesHypervisor: false,
  write: (entry, comments = []) =>
    written(
      [
        ...cfgRefusals(entry),
        ...(/^[A-Za-z0-9._-]+$/.test(entry.title) && entry.title !== 'global'
          ? []
          : [`${show(entry.title)} cannot name a section`]),
      ],
      () => [{ name: 'xen.cfg', text: cfgText(entry.title, entry, comments) }],
    ),
  read: (text) => ({
    entries: cfgEntries(text).map(({ found }) => found),
    findings: [],
  }),
};
