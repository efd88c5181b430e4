/**
 * Builds dist/start: what all commands share as one file, each command as one more, packages that few runs need, and the table that
 * bin/run.js reads. The library beside it is scripts/library.ts.
 * CommonJS, because that is what cached code can be supplied for on every supported Node.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build as bundle, type Plugin } from 'esbuild';
import { bundleLibrary } from './library.ts';
import { thirdPartyNotices } from './third-party.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');
const OUT = join(ROOT, 'dist', 'start');

/** The table of rules, and the file it becomes: most runs have no finding to word. */
const CATALOGUE = join(SRC, 'findings', 'catalogue.ts');
const RULES_FOLDER = join(SRC, 'findings', 'rules');
const RULES = './rules.cjs';

/** Folders whose modules every command uses: bundled once, but for those that import from beyond them. */
const SHARED = ['bytes', 'cli', 'findings', 'io'];
/** What commands use of oclif, by the narrow entries that do not pull in its loader and help. */
const OCLIF = `export { Command } from '@oclif/core/command';
export * as Args from '@oclif/core/args';
export * as Flags from '@oclif/core/flags';`;

const filesOf = (folder: string): string[] =>
  readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(SRC, folder, name));

/** Whether everything that the file imports, and what that imports, stays in the shared folders; types do not count. */
function staysInside(file: string): boolean {
  if (!SHARED.includes(relative(SRC, file).split(sep)[0] ?? '')) return false;
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type ).*from '(\.[^']+)';$/gm);
  return [...imports].every(([, path = '']) => staysInside(resolve(file, '..', path)));
}

const sharedFiles = (): string[] =>
  SHARED.flatMap(filesOf)
    .filter((file) => staysInside(file) && !file.startsWith(RULES_FOLDER))
    .sort();

const keyOf = (file: string): string => relative(SRC, file).split(sep).join('/');

/** Parts of oclif that nothing here reaches: it finds sources by them, and its spinner (progress is ora's, loaded when it is shown). */
const UNSEEN: readonly (readonly [RegExp, string])[] = [
  [/@oclif\/core\/lib\/config\/ts-path\.js$/, 'exports.tsPath = async (_, path) => path;'],
  [/@oclif\/core\/lib\/ux\/action\/spinner\.js$/, 'exports.__esModule = true; exports.default = class {};'],
];

/**
 * Parts of oclif that a command running on its own never reaches, and what stands in for them: its loader of plugins and configurations,
 * its handler of errors (the base command's own comes first), its templates of help, its debug output (with DEBUG set the thin front
 * steps aside).
 */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  // A command that oclif runs brings its configuration with it.
  [/@oclif\/core\/lib\/config\/index\.js$/, 'exports.Config = class { static load(config) { return config; } };'],
  ...UNSEEN,
  [/@oclif\/core\/lib\/module-loader\.js$/, ''],
  [/@oclif\/core\/lib\/errors\/handle\.js$/, ''],
  [/@oclif\/core\/lib\/help\/index\.js$/, ''],
  [/node_modules\/ejs\/lib\/cjs\/ejs\.js$/, ''],
  [
    /node_modules\/debug\/src\/index\.js$/,
    'module.exports = () => Object.assign(() => {}, { extend: () => () => {} });',
  ],
];

/** Built-in modules that are imported at once and needed only for what most runs do not do: loaded at their first use. */
const LATE = 'late';
const LATE_MODULES = /^node:(?:readline|fs\/promises|crypto|child_process|worker_threads|os|tty)$/;

/** The same of packages that are one function: it is loaded when it is called. */
const LATE_FUNCTIONS = /node_modules\/(?:wrap-ansi|clean-stack|indent-string)\/index\.js$/;

/** The same of oclif's own: what it prints. */
const LATE_FILES =
  /@oclif\/core\/lib\/(?:errors\/errors\/pretty-print|ux\/index|ux\/list|ux\/theme|ux\/write|screen)\.js$/;

const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup(build) {
    build.onResolve({ filter: LATE_MODULES }, ({ path, namespace }) =>
      namespace === LATE ? { path, external: true } : { path, namespace: LATE },
    );
    build.onLoad({ filter: /.*/, namespace: LATE }, ({ path }) => ({ contents: lateModule(path) }));
  },
};

/** A module that loads `path` when one of its names is looked up. Getters and no proxy: what imports it copies the names at once. */
function lateModule(path: string): string {
  const loaded = createRequire(import.meta.url)(path.replace('?', '')) as object;
  // The mark of a module that was compiled from an ES module is not among its keys.
  const names = [...Object.keys(loaded), ...('__esModule' in loaded ? ['__esModule'] : [])];
  const getters = names.map(
    (name) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(path)})[${JSON.stringify(name)}]; }`,
  );
  return `module.exports = { ${getters.join(', ')} };`;
}

/** oclif's command listens for a closed pipe at standard output, which makes a stream of it; nothing here writes to that stream. */
function withoutListener(path: string): string {
  const text = readFileSync(path, 'utf8');
  const listener = /^process\.stdout\.on\('error', [^]*?^\}\);$/m;
  if (!listener.test(text)) throw new Error(`${path} has changed: it no longer listens at standard output`);
  return text.replace(listener, '');
}

/** Inside the core: `@oclif/core` is its narrow part with those stand-ins. */
const narrowOclif: Plugin = {
  name: 'narrow-oclif',
  setup(build) {
    build.onResolve({ filter: /^@oclif\/core$/ }, () => ({ path: 'oclif', namespace: 'narrow' }));
    build.onLoad({ filter: /.*/, namespace: 'narrow' }, () => ({ contents: OCLIF, resolveDir: ROOT }));
    for (const [filter, contents] of STAND_INS) build.onLoad({ filter }, () => ({ contents }));
    build.onLoad({ filter: /@oclif\/core\/lib\/command\.js$/ }, ({ path }) => ({ contents: withoutListener(path) }));
    build.onResolve({ filter: /[\\/]catalogue\.ts$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === CATALOGUE ? { path: RULES, namespace: 'rules' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'rules' }, () => ({
      contents: `module.exports = { get RULES() { return require('${RULES}').RULES; } };`,
    }));
    build.onLoad({ filter: LATE_FUNCTIONS }, ({ path, suffix }) =>
      suffix === ''
        ? { contents: `module.exports = (...given) => require(${JSON.stringify(`${path}?`)})(...given);` }
        : undefined,
    );
    build.onLoad({ filter: LATE_FILES }, ({ path, suffix }) =>
      suffix === '' ? { contents: lateModule(`${path}?`), resolveDir: dirname(path) } : undefined,
    );
  },
};

/** Inside a command: shared modules and oclif come from the core. */
const fromCore: Plugin = {
  name: 'from-core',
  setup(build) {
    const shared = new Set(sharedFiles());
    build.onResolve({ filter: /^@oclif\/core$/ }, () => ({ path: '@oclif/core', namespace: 'core' }));
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = resolve(resolveDir, path);
      return shared.has(file) ? { path: keyOf(file), namespace: 'core' } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'core' }, ({ path }) => ({
      contents: `module.exports = require('./core.cjs').modules[${JSON.stringify(path)}];`,
    }));
  },
};

const OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  define: { 'import.meta.dirname': '__dirname' },
  // Node 20 forgets, in cached code, who serves import(); from 20.19 on require() loads modules of either kind.
  supported: { 'dynamic-import': false },
  write: false,
  metafile: true,
  logLevel: 'warning',
  packages: 'bundle',
  absWorkingDir: ROOT,
} as const;

/** Packages that only some runs need: a file for each, loaded when it comes to that. */
const LAZY = ['ora', 'tar-stream', 'fzstd', 'xz-decompress'];

function write(name: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const file = `${name}-${hash}.cjs`;
  writeFileSync(join(OUT, file), text, 'latin1');
  return file;
}

/** All of oclif, for help, mistakes and abbreviations; commands that it finds are the bundled ones. */
const wholeOclif: Plugin = {
  name: 'whole-oclif',
  setup(build) {
    for (const [filter, contents] of UNSEEN) build.onLoad({ filter }, () => ({ contents }));
    build.onLoad({ filter: /@oclif\/core\/lib\/module-loader\.js$/ }, () => ({
      contents: `exports.loadWithDataFromManifest = async ({ id }) => ({ isESM: false, filePath: '', module: require('./command.cjs')(id) });
        exports.loadWithData = async () => ({ isESM: false, filePath: '', module: require('./unknown-command.cjs')() });`,
    }));
  },
};

const bundled = new Set<string>();
const note = (files: readonly string[]): void => {
  for (const file of files) bundled.add(file.replace(/\?$/, ''));
};

/** The text of a bundle with one file, as the function that bin/run.js calls; what went into it is noted. */
function textOf(result: {
  readonly outputFiles: readonly { readonly text: string }[];
  readonly metafile: { readonly inputs: Readonly<Record<string, unknown>> };
}): string {
  note(Object.keys(result.metafile.inputs));
  const text = result.outputFiles[0]?.text ?? '';
  // esbuild escapes what is not ASCII, but for regular expressions; a byte is a character, and bin/run.js need not decode.
  if (/[^\0-ÿ]/.test(text)) throw new Error('a bundle has characters beyond Latin-1');
  return `(function (exports, require, module, __dirname) {${text}\n})`;
}

async function bundleCore(): Promise<string> {
  // Getters: a shared module that a command does not use is not even evaluated.
  const lines = sharedFiles().map(
    (file) => `get ${JSON.stringify(keyOf(file))}() { return require(${JSON.stringify(file)}); },`,
  );
  const contents = `module.exports = { modules: { get '@oclif/core'() { return require('@oclif/core'); }, ${lines.join('\n')} },
    get unknownCommand() { return require(${JSON.stringify(join(SRC, 'cli/start/unknown-command.ts'))}); },
    runCommand: (...args) => require(${JSON.stringify(join(SRC, 'cli/start/front.ts'))}).runCommand(...args) };`;
  const stdin = { contents, resolveDir: ROOT, loader: 'js' } as const;
  return write(
    'core',
    textOf(await bundle({ ...OPTIONS, stdin, external: [...LAZY, RULES], plugins: [narrowOclif, lateBuiltins] })),
  );
}

async function bundleOclif(): Promise<string> {
  const contents = `exports.execute = require('@oclif/core/execute').execute;`;
  const stdin = { contents, resolveDir: ROOT, loader: 'js' } as const;
  const external = ['./command.cjs', './unknown-command.cjs', 'typescript', 'ts-node', 'tsx', '@swc/core'];
  return write('oclif', textOf(await bundle({ ...OPTIONS, stdin, external, plugins: [wholeOclif, lateBuiltins] })));
}

async function bundlePackage(name: string): Promise<string> {
  // As Node gives a CommonJS module to import(): the whole of it is the default export.
  const contents = `const whole = require('${name}'); module.exports = whole.default ?? whole;`;
  const stdin = { contents, resolveDir: ROOT, loader: 'js' } as const;
  return write(name, textOf(await bundle({ ...OPTIONS, stdin })));
}

const bundleRules = async (): Promise<string> =>
  write('rules', textOf(await bundle({ ...OPTIONS, entryPoints: [CATALOGUE] })));

async function bundleCommand(file: string): Promise<string> {
  const name = keyOf(file).replace('commands/', '').replace('.ts', '').replaceAll('/', '-');
  const external = [...LAZY, './core.cjs'];
  const options = { ...OPTIONS, entryPoints: [file], external, plugins: [fromCore, lateBuiltins] };
  return write(name, textOf(await bundle(options)));
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
/** The compiled class, as oclif will see it. */
interface CommandClass {
  readonly args?: Readonly<Record<string, unknown>>;
  readonly strict?: boolean;
}

/** Whether words may follow the command's name; where none may, oclif takes them for more of the name. */
async function takesWords(name: string): Promise<boolean> {
  const path = join(ROOT, 'dist', 'commands', name.replace(/\.ts$/, '.js'));
  const { default: command } = (await import(path)) as { default: CommandClass };
  return Object.keys(command.args ?? {}).length > 0 || command.strict === false;
}

const commands: Record<string, { file: string; takesWords: boolean }> = {};
const files = readdirSync(join(SRC, 'commands'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const core = await bundleCore();
const oclif = await bundleOclif();
const packages = Object.fromEntries(await Promise.all(LAZY.map(async (name) => [name, await bundlePackage(name)])));
const late = { ...packages, [RULES]: await bundleRules() };
for (const name of files.sort()) {
  const file = await bundleCommand(join(SRC, 'commands', name));
  commands[name.replace(/\.ts$/, '').split(sep).join(':')] = { file, takesWords: await takesWords(name) };
}
const { name, version, homepage } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  homepage?: string;
};
note(await bundleLibrary(ROOT));
writeFileSync(join(ROOT, 'dist', 'THIRD-PARTY.txt'), thirdPartyNotices([...bundled], ROOT));
writeFileSync(
  join(OUT, 'table.json'),
  JSON.stringify({ program: { name, version, homepage }, core, oclif, late, commands }),
);
