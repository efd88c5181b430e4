/**
 * The walls inside the folders of src/, as data: which subfolder may import which of its siblings. A subfolder may always import the files
 * that stand in the folder above it; `.` says which subfolders those files may import in turn.
 */
const table = (rows: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(rows).map(([name, others]) => [name, others.split(' ').filter((one) => one !== '')]),
  );

export const WALLS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  bundle: table({ '.': '', select: '', compare: 'select', verify: 'select compare', export: 'select' }),
  // A base class may stand for several commands, with their flags.
  cli: table({
    '.': 'flags input output start terminal',
    flags: 'input terminal',
    input: '',
    output: 'terminal',
    start: 'terminal',
    terminal: '',
  }),
  // The catalogue of rules is made of all of them.
  findings: table({ '.': 'rules', rules: '' }),
  'findings/rules': table({ '.': '', formats: '' }),
  // Text that wraps Intel updates; a scan looks for every format.
  formats: table({ '.': 'intel', amd: '', cpio: '', intel: '', scan: 'amd intel' }),
  initrd: table({ '.': '', inspect: '', image: '', splice: 'image', extract: '' }),
  inputs: table({ '.': 'expand', expand: '' }),
  io: table({ '.': '', read: '', write: 'read' }),
  // A loader is chosen by its name in the folder above.
  loaders: table({ '.': 'linux xen', efi: '', linux: '', xen: '' }),
  log: table({ '.': 'messages', messages: '' }),
  report: table({ '.': '', host: '', updates: '', verify: '', initrd: 'updates', xen: 'verify', sim: '' }),
  'report/sim': table({ '.': 'timeline', timeline: '' }),
  schemas: table({ '.': 'generated outputs', generated: '', outputs: '' }),
  sim: table({
    '.': 'engine language machine protocols scenario timed',
    engine: 'language',
    export: 'engine language',
    language: '',
    // What an observer notes, and the setting of a run, stand beside the protocols.
    machine: 'language protocols',
    protocols: 'language machine',
    // Whether a fault can happen is worked out from the grounded model.
    scenario: 'engine language machine protocols timed',
    timed: 'language machine protocols scenario',
  }),
  'sim/protocols': table({ '.': 'parts sources', parts: '', sources: '' }),
  'sim/engine': table({
    '.': 'compile ground search states',
    ground: '',
    reduce: 'ground',
    states: '',
    compile: 'ground reduce states',
    search: 'compile states',
  }),
  xen: table({ '.': 'boot-loaders', 'boot-loaders': '', check: 'boot-loaders', stanza: 'boot-loaders check' }),
  'xen/boot-loaders': table({ '.': 'grub', grub: '' }),
  'xen/check': table({ '.': 'rules', rules: '' }),
};

/** Files that a folder may have of its own. */
export const MOST_FILES = 14;

const folderOf = (name: string): string => name.split('/').slice(0, -1).join('/');

/** What is wrong with `importer` importing `imported` (paths from src/) as far as walls inside one top folder go; undefined: nothing. */
export function brokenWall(importer: string, imported: string): string | undefined {
  const [from, to] = [folderOf(importer), folderOf(imported)];
  const [top = '', other = ''] = [from.split('/')[0], to.split('/')[0]];
  if (from === to || top !== other || top === '' || top === 'commands') return undefined;
  const [a, b] = [from.split('/'), to.split('/')];
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  const room = a.slice(0, shared).join('/');
  const own = a[shared] ?? '.';
  const target = b[shared];
  const walls = WALLS[room];
  if (walls === undefined) return `${room} has subfolders and no row in WALLS`;
  if (walls[own] === undefined) return `${room} has no row for ${own}`;
  if (target === undefined) return undefined;
  if (walls[target] === undefined) return `${room} has no row for ${target}`;
  return walls[own].includes(target) ? undefined : `${room}: ${own} may not import ${target}`;
}

/** Groups of modules that import each other, directly or through others; each group sorted. */
export function importCircles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (name: string): void => {
    index.set(name, index.size);
    low.set(name, index.size - 1);
    stack.push(name);
    for (const next of imports.get(name) ?? []) {
      if (!imports.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(name, Math.min(low.get(name) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(name) !== index.get(name)) return;
    const group = stack.splice(stack.indexOf(name));
    if (group.length > 1) circles.push(group.sort());
  };
  for (const name of imports.keys()) if (!index.has(name)) visit(name);
  return circles;
}
