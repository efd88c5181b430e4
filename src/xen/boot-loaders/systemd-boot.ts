import { asComments, type BootLoader, type FoundEntry, type OpenText, written, type XenEntry } from './boot-loader.ts';
import { keyword, linesOf, startsBlank, xenWords } from './raw-line.ts';
import { commonRefusals } from './refusals.ts';
import { cfgEntries, cfgRefusals, cfgSections, cfgText } from './xen-cfg.ts';

const CFG = 'xen.cfg';
const SECTION = 'xen';

const refusals = (entry: XenEntry): string[] => [
  ...new Set([...commonRefusals(entry, { kinds: ['ramdisk', 'xsm', 'ucode'] }), ...cfgRefusals(entry)]),
  ...(entry.title === entry.title.trim()
    ? []
    : ['the title begins or ends with a blank, which systemd-boot takes off']),
  ...(entry.hypervisor === entry.hypervisor.trim() ? [] : ['the path of xen.efi begins or ends with a blank']),
  ...(/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(entry.hypervisor) ? ['the path of xen.efi leads upwards'] : []),
  ...(entry.xenArguments.some((word) => word.includes('"')) ? ['xen.efi reads quotes in its own arguments'] : []),
];

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/**
 * A loader entry of type 1 that starts xen.efi; what follows a bare `--` among its options reaches Xen. Kernel and modules stand in
 * xen.cfg beside xen.efi, which is the second file.
 */
export const SYSTEMD_BOOT: BootLoader = {
  id: 'systemd-boot',
  name: 'systemd-boot',
  modules: 'keyed',
  expands: 'never',
  titles: true,
  namesHypervisor: true,
  write: (entry, comments = []) =>
    written(refusals(entry), () => [
      {
        name: 'loader/entries/xen.conf',
        text: [
          ...asComments(comments),
          ...(entry.title === '' ? [] : [`title ${entry.title}`]),
          `efi ${entry.hypervisor}`,
          `options ${[`-cfg=${CFG}`, SECTION, '--', ...entry.xenArguments].join(' ')}`,
          '',
        ].join('\n'),
      },
      {
        name: `${folderOf(entry.hypervisor)}${CFG}`.replace(/^\/+/, ''),
        text: cfgText(SECTION, { ...entry, xenArguments: [] }),
      },
    ]),
  read(text, open = () => undefined) {
    let title = '';
    let efi: { path: string; at: number } | undefined;
    const options: string[] = [];
    let optionsAt: number | undefined;
    for (const { line, start } of linesOf(text)) {
      const { name: key, rest } = keyword(line);
      if (!startsBlank(rest)) continue;
      const value = rest.trim();
      if (key === 'title') title = value;
      else if (key === 'efi') efi = { path: value, at: start };
      else if (key === 'options') {
        options.push(value);
        optionsAt ??= start;
      }
    }
    if (efi === undefined) return { entries: [], findings: [] };
    const found = withCfg(efi.path, xenWords(options.join(' ')), open);
    const entry: XenEntry = { ...found.entry, title, hypervisor: efi.path };
    const xen = optionsAt ?? efi.at;
    // The lines of xen.cfg are in another file: everything is pointed at from the line that leads there.
    const at = { xen, kernel: xen, modules: entry.modules.map(() => xen) };
    return { entries: [{ ...found, entry, at }], findings: [] };
  },
};

/** The section of xen.cfg that the options choose, with the options behind `--` added to its own. */
function withCfg(efi: string, options: readonly string[], open: OpenText): FoundEntry {
  const dashes = options.indexOf('--');
  const own = dashes === -1 ? options : options.slice(0, dashes);
  const forXen = dashes === -1 ? [] : options.slice(dashes + 1);
  const named = own.find((word) => word.startsWith('-cfg='))?.slice('-cfg='.length);
  const text = firstText(named === undefined ? cfgNames(efi) : [folderOf(efi) + named], open) ?? '';
  const section = own.find((word) => !word.startsWith('-')) ?? defaultSection(text);
  const entries = cfgEntries(text, forXen);
  const chosen = entries.find((entry) => entry.section === section) ?? entries[0];
  if (chosen !== undefined) return chosen.found;
  const xenLine = forXen.join(' ');
  return {
    entry: { title: '', hypervisor: efi, xenArguments: forXen, dom0: { kernel: '', arguments: [] }, modules: [] },
    at: { xen: 0, kernel: 0, modules: [] },
    xenLine,
    dropped: { xen: null, kernel: null },
    byKey: true,
  };
}

const defaultSection = (text: string): string | undefined =>
  cfgSections(text)
    .find(({ name }) => name === 'global')
    ?.values.get('default')?.text;

/** Names that xen.efi tries: its own with `.cfg`, then with tails dropped at `.`, `-` and `_`. */
function cfgNames(efi: string): string[] {
  const names: string[] = [];
  const folder = folderOf(efi);
  let stem = efi.slice(folder.length).replace(/\.efi$/i, '');
  while (stem !== '') {
    names.push(`${folder}${stem}.cfg`);
    stem = stem.slice(0, Math.max(stem.lastIndexOf('.'), stem.lastIndexOf('-'), stem.lastIndexOf('_'), 0));
  }
  return names;
}

function firstText(names: readonly string[], open: OpenText): string | undefined {
  for (const name of names) {
    const text = open(name);
    if (text !== undefined) return text;
  }
  return undefined;
}
