import { asComments, type BootLoader, type FoundEntry, written, type XenEntry } from '../boot-loader.ts';
import { EntryBuilder } from '../entry-builder.ts';
import { firstWord, keyword, linesOf, linuxWord } from '../raw-line.ts';
import { blankRefusals, commonRefusals, paths } from '../refusals.ts';

const refusals = (entry: XenEntry): string[] => [
  ...commonRefusals(entry, { kinds: ['module'] }),
  ...blankRefusals(entry),
  ...[...paths(entry), { what: 'the title', text: entry.title }]
    .filter(({ text }) => text.startsWith('='))
    .map(({ what }) => `${what} begins with an equals sign, which GRUB takes for a blank`),
  ...(entry.title === entry.title.trim() ? [] : ['the title begins or ends with a blank, which GRUB takes off']),
];

/** GRUB 0.97. It passes the file name as first word, which Xen drops. */
export const GRUB_LEGACY: BootLoader = {
  id: 'grub-legacy',
  name: 'GRUB legacy',
  modules: 'listed',
  expands: 'unless-told',
  titles: true,
  namesHypervisor: true,
  write: (entry, comments = []) =>
    written(refusals(entry), () => [
      {
        name: 'menu.lst',
        text: [
          ...asComments(comments),
          `title ${entry.title}`,
          `\t${['kernel', entry.hypervisor, ...entry.xenArguments].join(' ')}`,
          `\t${['module', entry.dom0.kernel, ...entry.dom0.arguments.map(linuxWord)].join(' ')}`,
          ...entry.modules.map(
            ({ path, arguments: words, nounzip }) =>
              `\t${[nounzip ? 'modulenounzip' : 'module', path, ...words.map(linuxWord)].join(' ')}`,
          ),
          '',
        ].join('\n'),
      },
    ]),
  read(text) {
    const entries: FoundEntry[] = [];
    let title = '';
    let current: EntryBuilder | undefined;
    const finish = (): void => {
      if (current !== undefined) entries.push(current.finish());
      current = undefined;
    };
    for (const { line, start } of linesOf(text)) {
      const { name: command, rest: behind } = keyword(line);
      // GRUB 0.97 takes an equals sign after a command for a blank.
      const rest = behind.trim().replace(/^=/, '');
      const { word: path, rest: words } = firstWord(rest);
      const at = { path, at: start };
      if (command === 'title') {
        finish();
        title = rest.trim();
      } else if (command === 'kernel') {
        finish();
        current = new EntryBuilder(title, at, words);
      } else if (command === 'module') current?.addLine(at, words);
      else if (command === 'modulenounzip') current?.addLine(at, words, { nounzip: true });
    }
    finish();
    return { entries: entries.filter(({ entry }) => entry.dom0.kernel !== ''), findings: [] };
  },
};
