import { asComments, type BootLoader, type FoundEntry, written, type XenEntry } from './boot-loader.ts';
import { EntryBuilder } from './entry-builder.ts';
import { firstWord, keyword, linesOf, linuxWord, linuxWords } from './raw-line.ts';
import { commonRefusals, paths } from './refusals.ts';

/** Limine passes no file name. Xen knows this of GRUB 2 only, and drops the first word: this one. */
export const DUMMY = 'placeholder';

const refusals = (entry: XenEntry): string[] => [
  ...commonRefusals(entry, { kinds: ['module'] }),
  ...[...paths(entry), { what: 'the title', text: entry.title }]
    .filter(({ text }) => text !== text.trim())
    .map(({ what }) => `${what} begins or ends with a blank, which Limine takes off`),
  ...paths(entry)
    .filter(({ text }) => text.includes('#'))
    .map(({ what }) => `${what}: Limine reads what follows # as a checksum`),
  ...(/^[/+]/.test(entry.title) ? ['the title begins with / or +, which Limine reads as the depth of the entry'] : []),
  ...(JSON.stringify(entry).includes('${') ? ['${ begins a macro in Limine'] : []),
];

/** Limine 8, protocol multiboot2. */
export const LIMINE: BootLoader = {
  id: 'limine',
  name: 'Limine',
  modules: 'listed',
  expands: 'never',
  titles: true,
  namesHypervisor: true,
  write: (entry, comments = []) =>
    written(refusals(entry), () => [
      {
        name: 'limine.conf',
        text: [
          `/${entry.title}`,
          ...asComments(comments, '    '),
          '    protocol: multiboot2',
          `    kernel_path: ${entry.hypervisor}`,
          `    cmdline: ${[DUMMY, ...entry.xenArguments].join(' ')}`,
          `    module_path: ${entry.dom0.kernel}`,
          `    module_string: ${[DUMMY, ...entry.dom0.arguments.map(linuxWord)].join(' ')}`,
          ...entry.modules.flatMap(({ path, arguments: words }) => [
            `    module_path: ${path}`,
            ...(words.length === 0 ? [] : [`    module_string: ${words.map(linuxWord).join(' ')}`]),
          ]),
          '',
        ].join('\n'),
      },
    ]),
  read(text) {
    const entries: FoundEntry[] = [];
    let block: Block | undefined;
    const finish = (): void => {
      if (block?.multiboot === true && block.path !== undefined) entries.push(fromBlock(block));
      block = undefined;
    };
    for (const { line, start } of linesOf(text)) {
      const text = line.trim();
      if (text.startsWith('/')) {
        finish();
        block = { title: text.replace(/^\/+\+?/, ''), multiboot: false, path: undefined, cmdline: '', modules: [] };
      } else if (block !== undefined) {
        const { name, rest } = keyword(text);
        if (rest.startsWith(':')) setKey(block, name.toLowerCase(), rest.slice(1).trim(), start);
      }
    }
    finish();
    return { entries, findings: [] };
  },
};

interface Block {
  readonly title: string;
  multiboot: boolean;
  path: { path: string; at: number } | undefined;
  cmdline: string;
  readonly modules: { path: string; at: number; string: string }[];
}

function setKey(block: Block, key: string, value: string, at: number): void {
  switch (key) {
    case 'protocol':
      block.multiboot = /^multiboot/i.test(value);
      break;
    case 'kernel_path':
    case 'path':
      block.path = { path: value, at };
      break;
    case 'cmdline':
    case 'kernel_cmdline':
      block.cmdline = value;
      break;
    case 'module_path':
      block.modules.push({ path: value, at, string: '' });
      break;
    case 'module_string':
    case 'module_cmdline': {
      const last = block.modules.at(-1);
      if (last !== undefined) last.string = value;
      break;
    }
    default:
  }
}

function fromBlock({ title, path, cmdline, modules }: Block): FoundEntry {
  const { word, rest } = firstWord(cmdline);
  const builder = new EntryBuilder(title, path ?? { path: '', at: 0 }, rest, word === '' ? null : word);
  for (const [i, module] of modules.entries()) {
    const kernel = firstWord(module.string);
    // Xen drops a word of the kernel's line only; the other modules' lines are read by nobody.
    if (i === 0) builder.add(module, linuxWords(kernel.rest), { dropped: kernel.word === '' ? null : kernel.word });
    else builder.addLine(module, module.string);
  }
  return builder.finish();
}
