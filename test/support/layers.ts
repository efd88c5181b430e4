/** The import table of ARCHITECTURE.md as data: what a folder under src/ may import. Walls inside a folder stand in inner-walls.ts. */
interface Room {
  /** Other folders of src/. */
  readonly folders: readonly string[];
  /** Node built-ins and packages. */
  readonly packages: readonly string[];
}

const room = (folders: string, packages = ''): Room => ({
  folders: folders.split(' ').filter((name) => name !== ''),
  packages: packages.split(' ').filter((name) => name !== ''),
});

export const ROOMS: Readonly<Record<string, Room>> = {
  bytes: room('', 'node:zlib node:crypto'),
  findings: room(''),
  io: room('bytes findings', 'node:fs node:fs/promises node:path node:os node:crypto node:zlib node:child_process'),
  // AMD's formats write CPU signatures down in three ways and change their signing at a revision per CPU: both are knowledge of CPUs.
  formats: room('bytes findings cpu', 'node:crypto'),
  cpu: room('bytes'),
  host: room('io cpu bytes findings', 'node:path'),
  inputs: room('formats io bytes findings', 'node:zlib node:stream node:path tar-stream fzstd xz-decompress'),
  // A collection is judged by a policy file, whose shape stands beside its schema; extracted files are named by their content. Since when
  // Linux does something, its findings take from the loaders' table.
  bundle: room('formats cpu inputs schemas loaders bytes findings', 'node:crypto'),
  // Linux and Xen compare AMD patches with lists of digests.
  loaders: room('formats cpu bytes findings', 'node:crypto'),
  initrd: room('formats bundle loaders inputs cpu bytes findings'),
  xen: room('formats loaders cpu initrd bytes findings'),
  // A log is read by the releases that wrote it.
  log: room('xen bytes'),
  sim: room('formats cpu loaders bytes findings', 'node:worker_threads'),
  report: room('formats cpu bundle host initrd xen log loaders sim inputs schemas bytes findings', 'node:crypto'),
  schemas: room('bytes findings'),
  // The tables of data/ as values, for commands and for the library.
  'knowledge.ts': room('cpu io report'),
  // Flags name updates, CPUs and releases in the words of what is behind them; what is an initrd, initrd says.
  cli: room(
    'report findings io bytes schemas inputs cpu host bundle loaders initrd xen log',
    '@oclif/core ora node:process node:tty node:path',
  ),
  commands: room(
    'bytes findings io formats cpu host inputs bundle loaders initrd xen sim report schemas cli knowledge.ts',
    '@oclif/core node:path',
  ),
  'index.ts': room(
    'bytes findings io formats cpu host inputs bundle loaders initrd xen sim report schemas knowledge.ts',
  ),
};

/** Module specifiers that a source text imports or re-exports, statically or dynamically. */
export function importsOf(source: string): string[] {
  const found = source.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|import\s*\(?\s*'([^']+)'/g);
  return [...found].map((match) => match[1] ?? match[2] ?? '');
}

/** Those of `targets` (paths from src/, or package names) that the file `name` (path from src/) may not import. */
export function forbiddenImports(name: string, targets: readonly string[]): string[] {
  const folder = name.split('/')[0] ?? '';
  const allowed = ROOMS[folder];
  if (allowed === undefined) return [...targets];
  return targets.filter((target) => {
    if (target.startsWith('../data/')) return false;
    if (!target.endsWith('.ts') && !target.endsWith('.json')) {
      return !allowed.packages.some((name) => target === name || target.startsWith(`${name}/`));
    }
    const other = target.split('/')[0] ?? '';
    if (folder === 'commands' && other === 'commands') return true;
    return other !== folder && !allowed.folders.includes(other);
  });
}
