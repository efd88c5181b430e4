import { finding, type Finding } from '../../../findings/finding.ts';
import { asComments, type BootLoader, type FoundEntry, written, type XenEntry } from '../boot-loader.ts';
import { EntryBuilder } from '../entry-builder.ts';
import { grubQuote, grubStatements, type GrubWord, loaderCommandLine } from './script.ts';
import { commonRefusals, paths, show } from '../refusals.ts';

const HYPERVISOR = new Set(['multiboot', 'multiboot2', 'xen_hypervisor']);
const MODULE = new Set(['module', 'module2', 'xen_module']);
const KEYWORDS = new Set(['then', 'else', 'do']);

function refusals(entry: XenEntry): string[] {
  const words = [...entry.xenArguments, ...entry.dom0.arguments, ...entry.modules.flatMap((m) => m.arguments)];
  return [
    ...commonRefusals(entry, { kinds: ['module'] }),
    ...words
      .filter((word) => /[\\'"]/.test(word))
      .map((word) => `the option ${show(word)}: GRUB puts a backslash before \\ ' and ", and nothing removes it`),
    ...paths(entry)
      .filter(({ text }) => text.startsWith('-'))
      .map(({ what }) => `${what} would be read as an option`),
  ];
}

const line = (command: string, words: readonly string[]): string =>
  `\t${[command, ...words.map((word) => (word === '--nounzip' ? word : grubQuote(word)))].join(' ')}`;

/** GRUB 2, `multiboot2` and `module2`. The file name is not passed as first word, and Xen drops none when GRUB 2 started it. */
export const GRUB2: BootLoader = {
  id: 'grub2',
  name: 'GRUB 2',
  modules: 'listed',
  expands: 'unless-told',
  titles: true,
  namesHypervisor: true,
  write: (entry, comments = []) =>
    written(refusals(entry), () => [
      {
        name: 'grub.cfg',
        text: [
          `menuentry ${grubQuote(entry.title)} {`,
          ...asComments(comments, '\t'),
          line('multiboot2', [entry.hypervisor, ...entry.xenArguments]),
          line('module2', [entry.dom0.kernel, ...entry.dom0.arguments]),
          ...entry.modules.map(({ path, arguments: words, nounzip }) =>
            line('module2', [...(nounzip ? ['--nounzip'] : []), path, ...words]),
          ),
          '}',
          '',
        ].join('\n'),
      },
    ]),
  read(text) {
    const entries: FoundEntry[] = [];
    const findings: Finding[] = [];
    const blocks: { menu: boolean; title: string }[] = [];
    let current: EntryBuilder | undefined;
    const finish = (): void => {
      if (current !== undefined) entries.push(current.finish());
      current = undefined;
    };
    const unterminated = (offset: number): void => {
      findings.push(finding('xen/unterminated-quote', { offset }, {}));
    };
    for (const { words, start, end } of grubStatements(text, unterminated)) {
      const [command, ...rest] = withoutKeywords(words);
      const name = command?.text ?? '';
      if (HYPERVISOR.has(name)) {
        finish();
        const [path, ...args] = rest.filter(({ text }) => !text.startsWith('--quirk'));
        const xenLine = loaderCommandLine(args.map(({ text }) => text));
        current = new EntryBuilder(
          blocks.findLast(({ menu }) => menu)?.title ?? '',
          { path: path?.text ?? '', at: start },
          xenLine,
        );
      } else if (MODULE.has(name) && current !== undefined) {
        const nounzip = rest[0]?.text === '--nounzip';
        const [path, ...args] = nounzip ? rest.slice(1) : rest;
        const plain = args.map(({ text }) => text);
        current.add({ path: path?.text ?? '', at: start }, plain, { nounzip });
      }
      if (end === '{') blocks.push({ menu: name === 'menuentry', title: rest[0]?.text ?? '' });
      if (end === '}' && blocks.pop()?.menu === true) finish();
    }
    finish();
    return { entries, findings };
  },
};

function withoutKeywords(words: readonly GrubWord[]): readonly GrubWord[] {
  const first = words.findIndex(({ text }) => !KEYWORDS.has(text));
  return first <= 0 ? words : words.slice(first);
}
