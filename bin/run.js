#!/usr/bin/env node
'use strict';

/*
 * The entry of the built program. A command named in full is run from its own bundle, compiled with V8's cached code when there is any;
 * everything else (help, version, abbreviations, mistakes) goes to oclif. Without dist/start/ all of it goes to oclif.
 */
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const paths = require('node:path');
const vm = require('node:vm');

const root = paths.join(__dirname, '..');
const folder = paths.join(root, 'dist', 'start');

function readTable() {
  try {
    return JSON.parse(readFileSync(paths.join(folder, 'table.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The longest command id that the first words spell, or undefined when oclif has to look. */
function findCommand(table, words) {
  if (words.some((word) => word === '--help' || word === '-h') || process.env.DEBUG !== undefined) return undefined;
  for (let count = Math.min(2, words.length); count > 0; count--) {
    const id = words.slice(0, count).join(':');
    if (!Object.hasOwn(table.commands, id)) continue;
    const { takesWords } = table.commands[id];
    const argv = words.slice(count);
    return takesWords || argv.length === 0 || argv[0].startsWith('-') ? { id, argv } : undefined;
  }
  return undefined;
}

/** Neither a command nor the beginning of one, nor a call for help. */
function isUnknown(table, [word = '-', ...rest]) {
  if (word.startsWith('-') || rest.includes('--help') || rest.includes('-h') || process.env.DEBUG !== undefined)
    return false;
  return !Object.keys(table.commands).some((id) => id.split(':')[0] === word);
}

/** V8 rejects cached code of another version or build; the file's name carries the hash of the source, which V8 does not compare. */
function load(file, parts) {
  const path = paths.join(folder, file);
  const cachePath = `${path}.${process.version}-${process.arch}.v8`;
  let cachedData;
  try {
    cachedData = readFileSync(cachePath);
  } catch {
    // First run on this Node: compiled as usual.
  }
  const script = new vm.Script(readFileSync(path, 'latin1'), {
    filename: path,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (cachedData === undefined || script.cachedDataRejected) process.once('exit', () => keepCode(script, cachePath));
  const module = { exports: {} };
  script.runInThisContext()(module.exports, (id) => parts?.[id] ?? bundled(id) ?? require(id), module, folder);
  return module.exports;
}

/** What only some runs need, from its own file: packages, the table of rules. */
function bundled(id) {
  return Object.hasOwn(table.late, id) ? (loadedLate[id] ??= load(table.late[id])) : undefined;
}

/** Made after the command has run, so that the functions it compiled on the way are in it. */
function keepCode(script, cachePath) {
  const temporary = `${cachePath}.${process.pid}`;
  try {
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, cachePath);
  } catch {
    // An installation that this user may not write to works without.
    rmSync(temporary, { force: true });
  }
}

const loadedLate = {};
const given = process.argv.slice(2);
// Flags that every command has may stand in front of it.
const everywhere = new Set(['--json', '-q', '--quiet', '-v', '--verbose']);
const start = given.findIndex((word) => !everywhere.has(word));
const turned = start > 0 ? [...given.slice(start), ...given.slice(0, start)] : given;
// `help inspect` is what some type for `inspect --help`.
const words = turned[0] === 'help' ? [...turned.slice(1), '--help'] : turned;
const table = readTable();
const found = table === undefined ? undefined : findCommand(table, words);
if (table !== undefined && words[0] === '--version') {
  const { name, version } = table.program;
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else if (table === undefined) {
  void import('@oclif/core').then(({ execute }) => execute({ dir: root, args: words }));
} else {
  let loaded;
  const core = () => (loaded ??= load(table.core));
  const command = (id) => load(table.commands[id].file, { './core.cjs': core() });
  if (found !== undefined) {
    const { default: commandClass } = command(found.id);
    void core().runCommand(commandClass, found.id, found.argv, table.program);
  } else if (isUnknown(table, words)) {
    const flag = words.findIndex((word) => word.startsWith('-'));
    const id = words.slice(0, flag < 0 ? undefined : flag).join(':');
    core().unknownCommand.unknownCommand(id, Object.keys(table.commands));
  } else {
    const parts = { './command.cjs': command, './unknown-command.cjs': () => core().unknownCommand };
    void load(table.oclif, parts).execute({ dir: root, args: words });
  }
}
