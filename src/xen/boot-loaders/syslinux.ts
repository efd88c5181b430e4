import { asComments, type BootLoader, type FoundEntry, written, type XenEntry } from './boot-loader.ts';
import { EntryBuilder } from './entry-builder.ts';
import { firstWord, keyword, linesOf, linuxWord, startsBlank } from './raw-line.ts';
import { blankRefusals, commonRefusals } from './refusals.ts';

function refusals(entry: XenEntry): string[] {
  const words = [
    entry.hypervisor,
    entry.dom0.kernel,
    ...entry.xenArguments,
    ...entry.dom0.arguments,
    ...entry.modules.flatMap(({ path, arguments: args }) => [path, ...args]),
  ];
  return [
    ...commonRefusals(entry, { kinds: ['module'] }),
    ...blankRefusals(entry),
    // Also inside quotes: mboot.c32 knows none.
    ...(words.some((word) => word.split(/\s/).includes('---')) ? ['the word "---" separates modules'] : []),
    ...(entry.title === entry.title.trim() ? [] : ['the title begins or ends with a blank, which syslinux takes off']),
  ];
}

/** SYSLINUX, ISOLINUX, PXELINUX with mboot.c32, which passes file names as first words and expands every gzip file. */
export const SYSLINUX: BootLoader = {
  id: 'syslinux',
  name: 'SYSLINUX (mboot.c32)',
  modules: 'listed',
  expands: 'always',
  titles: true,
  namesHypervisor: true,
  write: (entry, comments = []) =>
    written(refusals(entry), () => {
      const modules = [
        [entry.hypervisor, ...entry.xenArguments],
        [entry.dom0.kernel, ...entry.dom0.arguments.map(linuxWord)],
        ...entry.modules.map(({ path, arguments: words }) => [path, ...words.map(linuxWord)]),
      ];
      return [
        {
          name: 'syslinux.cfg',
          text: [
            ...asComments(comments),
            'LABEL xen',
            ...(entry.title === '' ? [] : [`\tMENU LABEL ${entry.title}`]),
            '\tKERNEL mboot.c32',
            `\tAPPEND ${modules.map((words) => words.join(' ')).join(' --- ')}`,
            '',
          ].join('\n'),
        },
      ];
    }),
  read(text) {
    const entries: FoundEntry[] = [];
    let title = '';
    let mboot = false;
    let append: { text: string; at: number } | undefined;
    const finish = (): void => {
      if (mboot && append !== undefined) entries.push(fromAppend(title, append.text, append.at));
      mboot = false;
      append = undefined;
      title = '';
    };
    for (const { line, start } of linesOf(text)) {
      const { name, rest } = keyword(line);
      if (!startsBlank(rest)) continue;
      switch (name.toLowerCase()) {
        case 'label':
          finish();
          break;
        case 'menu': {
          const menu = firstWord(rest);
          if (menu.word.toLowerCase() === 'label') title = menu.rest;
          break;
        }
        case 'kernel':
        case 'com32':
          mboot = /(?:^|\/)mboot\.c32$/i.test(firstWord(rest).word);
          break;
        case 'append':
          append = { text: rest.trim(), at: start };
          break;
        default:
      }
    }
    finish();
    return { entries, findings: [] };
  },
};

function fromAppend(title: string, text: string, at: number): FoundEntry {
  const [hypervisor = '', ...modules] = text.split(/(?:^|(?<=\s))---(?=\s|$)/);
  const { word, rest } = firstWord(hypervisor);
  const builder = new EntryBuilder(title, { path: word, at }, rest);
  for (const module of modules) {
    const { word: path, rest: words } = firstWord(module);
    builder.addLine({ path, at }, words);
  }
  return builder.finish();
}
