/** Writes share/: completions and manual pages, laid out as under /usr/share. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bashCompletion } from './shell/bash.ts';
import { fishCompletion } from './shell/fish.ts';
import { manualPages } from './shell/man.ts';
import { builtProgram } from './shell/program.ts';
import { zshCompletion } from './shell/zsh.ts';

const SHARE = resolve(import.meta.dirname, '..', 'share');

const program = builtProgram();
const files: Record<string, string> = {
  'bash-completion/completions/ucodekit': bashCompletion(program),
  'fish/vendor_completions.d/ucodekit.fish': fishCompletion(program),
  'zsh/vendor-completions/_ucodekit': zshCompletion(program),
};
for (const [name, text] of Object.entries(manualPages(program))) files[`man/man1/${name}`] = text;

rmSync(SHARE, { recursive: true, force: true });
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(SHARE, path)), { recursive: true });
  writeFileSync(join(SHARE, path), text);
}
