#!/usr/bin/env node
'use strict';

/* Runs a command from its source, without a build: `node bin/dev.js inspect PATH`. Help comes from the built program. */
const { existsSync } = require('node:fs');
const paths = require('node:path');
const { pathToFileURL } = require('node:url');

const source = paths.join(__dirname, '..', 'src');
const words = process.argv.slice(2);
const count = [2, 1].find(
  (n) => words.length >= n && existsSync(paths.join(source, 'commands', ...words.slice(0, n)) + '.ts'),
);
if (count === undefined) {
  process.stderr.write(`no command ${words.slice(0, 2).join(' ')} under src/commands\n`);
  process.exit(2);
}
const load = (path) => import(pathToFileURL(paths.join(source, path)).href);
void (async () => {
  const { register } = await import('tsx/esm/api');
  register();
  const { runCommand } = await load('cli/start/front.ts');
  const command = (await load(`commands/${words.slice(0, count).join('/')}.ts`)).default;
  const { name, version } = require('../package.json');
  await runCommand(command, words.slice(0, count).join(':'), words.slice(count), { name, version });
})();
