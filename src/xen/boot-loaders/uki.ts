import { asComments, type BootLoader, written, type XenEntry } from './boot-loader.ts';
import { linesOf } from './raw-line.ts';
import { show } from './refusals.ts';
import { cfgEntries, cfgRefusals, cfgText } from './xen-cfg.ts';

const CFG = 'xen.cfg';
const SECTION = 'xen';

/** Sections of a unified image in the order in which xen.efi loads them, with the key of xen.cfg that each stands for. */
const SECTIONS = { '.kernel': 'kernel', '.ramdisk': 'ramdisk', '.xsm': 'xsm', '.ucode': 'ucode' } as const;

/** The kernel's name in xen.cfg only stands for its section, so the file's own name without blanks does. */
const plainName = (path: string): string => path.replace(/^.*[/\\]/, '').replaceAll(/[^A-Za-z0-9._-]/g, '_') || 'file';

const withPlainNames = (entry: XenEntry): XenEntry => ({
  ...entry,
  dom0: { ...entry.dom0, kernel: plainName(entry.dom0.kernel) },
  modules: entry.modules.map(({ arguments: words, kind, nounzip, path }) => ({
    path: plainName(path),
    arguments: words,
    kind,
    nounzip,
  })),
});

const refusals = (entry: XenEntry): string[] => [
  ...cfgRefusals(withPlainNames(entry)),
  ...[entry.hypervisor, entry.dom0.kernel, ...entry.modules.map(({ path }) => path)]
    .filter((path) => path === '' || /[\r\n]/.test(path))
    .map((path) => `the path ${show(path)} is empty or has a line end`),
];

const shellQuote = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
const shellUnquote = (word: string): string => word.replaceAll(String.raw`'\''`, "'").slice(1, -1);

/**
 * The script that makes the image: every file becomes a section behind the last one of xen.efi, at a multiple of 4 KiB. Only the low
 * half of an address is calculated with, because not every shell has unsigned 64-bit numbers.
 */
const script = (entry: XenEntry, comments: readonly string[]): string =>
  [
    '#!/bin/sh',
    ...asComments(comments),
    'set -eu',
    `xen=${shellQuote(entry.hypervisor)}`,
    'out=xen-unified.efi',
    'set -- $(objdump -h "$xen" | awk \'$1 ~ /^[0-9]+$/ { size = $3; high = substr($4, 1, 8); low = substr($4, 9) } END { print size, high, low }\')',
    'high=$2',
    'next=$(( (0x$3 + 0x$1 + 4095) / 4096 * 4096 ))',
    'cp "$xen" "$out"',
    'add() {',
    '\tobjcopy --add-section "$1=$2" --change-section-vma "$1=$(printf \'0x%s%08x\' "$high" "$next")" "$out"',
    '\tnext=$(( (next + $(wc -c < "$2") + 4095) / 4096 * 4096 ))',
    '}',
    `add .config ${shellQuote(CFG)}`,
    `add .kernel ${shellQuote(entry.dom0.kernel)}`,
    ...entry.modules.map(({ kind, path }) => `add .${kind} ${shellQuote(path)}`),
    '',
  ].join('\n');

/** A unified Xen image: the script that builds it and the xen.cfg inside it. */
export const UKI: BootLoader = {
  id: 'uki',
  name: 'unified xen.efi',
  modules: 'keyed',
  expands: 'never',
  titles: false,
  namesHypervisor: true,
  write: (entry, comments = []) =>
    written(refusals(entry), () => [
      { name: 'build-xen-unified.sh', text: script(entry, comments) },
      { name: CFG, text: cfgText(SECTION, { ...withPlainNames(entry), modules: [] }) },
    ]),
  read(text, open = () => undefined) {
    let hypervisor = { path: '', at: 0 };
    const files = new Map<string, { path: string; at: number }>();
    for (const { line, start } of linesOf(text)) {
      const xen = /^xen=('.*')$/.exec(line);
      const add = /^add (\.[a-z]+) ('.*')$/.exec(line);
      if (xen !== null) hypervisor = { path: shellUnquote(xen[1] ?? ''), at: start };
      if (add !== null) files.set(add[1] ?? '', { path: shellUnquote(add[2] ?? ''), at: start });
    }
    const config = open(files.get('.config')?.path ?? CFG);
    const found = config === undefined ? undefined : cfgEntries(config)[0]?.found;
    const kernel = files.get('.kernel');
    if (found === undefined || kernel === undefined) return { entries: [], findings: [] };
    const modules = Object.entries(SECTIONS).flatMap(([name, kind]) => {
      const file = kind === 'kernel' ? undefined : files.get(name);
      return file === undefined || kind === 'kernel' ? [] : [{ kind, ...file }];
    });
    return {
      entries: [
        {
          ...found,
          entry: {
            ...found.entry,
            title: '',
            hypervisor: hypervisor.path,
            dom0: { kernel: kernel.path, arguments: found.entry.dom0.arguments },
            modules: modules.map(({ kind, path }) => ({ path, arguments: [], kind, nounzip: false })),
          },
          byKey: false,
          at: { xen: hypervisor.at, kernel: kernel.at, modules: modules.map(({ at }) => at) },
        },
      ],
      findings: [],
    };
  },
};
