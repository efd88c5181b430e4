import { asComments, type BootLoader, type FoundEntry, written, type XenEntry } from './boot-loader.ts';
import { EntryBuilder } from './entry-builder.ts';
import { firstWord, keyword, linesOf, linuxWord } from './raw-line.ts';
import { blankRefusals, commonRefusals, paths, show } from './refusals.ts';

/** MAX_MODULES of iPXE's multiboot.c, the hypervisor not counted. */
export const IPXE_MODULES = 8;
/** Bytes for all command lines, file names and their NULs included (MB_MAX_CMDLINE); longer text is cut without a word. */
export const IPXE_COMMAND_LINES = 512;

const commandLines = (entry: XenEntry): string[] => [
  [entry.hypervisor, ...entry.xenArguments].join(' '),
  [entry.dom0.kernel, ...entry.dom0.arguments.map(linuxWord)].join(' '),
  ...entry.modules.map(({ path, arguments: words }) => [path, ...words.map(linuxWord)].join(' ')),
];

/** Bytes that the entry takes of the room for command lines. */
export const ipxeCommandBytes = (entry: XenEntry): number =>
  commandLines(entry).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);

function refusals(entry: XenEntry): string[] {
  const modules = entry.modules.length + 1;
  const bytes = ipxeCommandBytes(entry);
  const special = commandLines(entry)
    .flatMap((line) => line.split(/\s/))
    .filter((word) => word === '||' || word === '&&' || word.includes('${') || word.endsWith('\\'));
  return [
    ...commonRefusals(entry, { kinds: ['module'] }),
    ...blankRefusals(entry).map((text) => `${text}; write %20 in a URI`),
    ...paths(entry)
      .filter(({ text }) => text.startsWith('-'))
      .map(({ what }) => `${what} would be read as an option`),
    ...special.map((word) => `the word ${show(word)} means something to iPXE`),
    ...(modules > IPXE_MODULES ? [`${modules} modules: iPXE takes ${IPXE_MODULES}`] : []),
    ...(bytes > IPXE_COMMAND_LINES
      ? [
          `the command lines take ${bytes} bytes with their URIs: iPXE has ${IPXE_COMMAND_LINES} and cuts the rest silently`,
        ]
      : []),
  ];
}

/** iPXE, multiboot 1. The URI is passed as first word; nothing is decompressed. */
export const IPXE: BootLoader = {
  id: 'ipxe',
  name: 'iPXE',
  modules: 'listed',
  expands: 'never',
  titles: false,
  namesHypervisor: true,
  write: (entry, comments = []) =>
    written(refusals(entry), () => {
      const [hypervisor = '', ...modules] = commandLines(entry);
      return [
        {
          name: 'xen.ipxe',
          text: [
            '#!ipxe',
            ...asComments(comments),
            `kernel ${hypervisor}`,
            ...modules.map((line) => `module ${line}`),
            'boot',
            '',
          ].join('\n'),
        },
      ];
    }),
  read(text) {
    const entries: FoundEntry[] = [];
    let current: EntryBuilder | undefined;
    const finish = (): void => {
      if (current !== undefined) entries.push(current.finish());
      current = undefined;
    };
    for (const { line, start } of linesOf(text)) {
      const { name: command, rest } = keyword(line);
      const { path, words } = withoutOptions(rest);
      if (command === 'kernel' || command === 'imgselect' || command === 'chain') {
        finish();
        current = new EntryBuilder('', { path, at: start }, words);
      } else if (command === 'module' || command === 'initrd' || command === 'imgfetch') {
        current?.addLine({ path, at: start }, words);
      }
    }
    finish();
    return { entries: entries.filter(({ entry }) => entry.dom0.kernel !== ''), findings: [] };
  },
};

/** The URI and what follows it, up to an operator; `--name NAME` and other options in front of it are for iPXE itself. */
function withoutOptions(line: string): { path: string; words: string } {
  let { word, rest } = firstWord(line);
  while (word.startsWith('-')) {
    const named = word === '--name' || word === '-n';
    ({ word, rest } = firstWord(named ? firstWord(rest).rest : rest));
  }
  const operator = rest.search(/(?:^|(?<=[ \t]))(?:\|\||&&)(?=[ \t]|$)/);
  return { path: word, words: operator === -1 ? rest : rest.slice(0, operator).trimEnd() };
}
