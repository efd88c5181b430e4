/** The ```console blocks of a Markdown page: commands after `$ `, below each what it prints. They are run as printed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleInitrd } from '../../fixtures/sample-initrd.ts';
import { RUN } from './ucodekit.ts';

export interface Example {
  readonly command: string;
  /** What the page says it prints: standard output and error, then `exit N` when that is not 0. */
  readonly output: string;
  /** Line of the page, from 1. */
  readonly line: number;
}

export function examplesIn(page: string): Example[] {
  const examples: { command: string; output: string; line: number }[] = [];
  let inside = false;
  for (const [index, text] of page.split('\n').entries()) {
    if (text.startsWith('```')) inside = text === '```console';
    else if (inside && text.startsWith('$ ')) examples.push({ command: text.slice(2), output: '', line: index + 1 });
    else if (inside) {
      const last = examples.at(-1);
      if (last !== undefined) last.output += `${text}\n`;
    }
  }
  return examples;
}

/** Lines of the blocks that nothing runs and that give no reason: `console` runs, `ts`, `text`, `yaml` and `json` are no shell, all others want a comment above. */
export function unexplainedBlocks(page: string): number[] {
  const lines = page.split('\n');
  let inside = false;
  return lines.flatMap((text, index) => {
    if (!text.startsWith('```')) return [];
    inside = !inside;
    if (!inside || /^```(?:console|ts|text|yaml|json)$/.test(text)) return [];
    return /^<!-- not run: .+ -->$/.test(lines[index - 1] ?? '') ? [] : [index + 1];
  });
}

/** The page with the output of every example replaced by what it prints now. */
export function refreshed(page: string, run: (command: string) => string): string {
  return page.replaceAll(/```console\n([\s\S]*?)```/g, (_, body: string) => {
    const commands = body.split('\n').filter((line) => line.startsWith('$ '));
    return `\`\`\`console\n${commands.map((line) => `${line}\n${run(line.slice(2))}`).join('')}\`\`\``;
  });
}

/** A folder as `npm run microcode` makes it, and a program `ucodekit` on the path. */
export function exampleFolder(
  folder: string,
  firmware: { readonly intel: string; readonly amd: string },
): (command: string) => string {
  cpSync(firmware.intel, join(folder, 'intel-ucode'), { recursive: true });
  cpSync(firmware.amd, join(folder, 'amd-ucode'), { recursive: true });
  writeFileSync(join(folder, 'initrd.img'), sampleInitrd());
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'ucodekit'), `#!/bin/sh\nexec "${process.execPath}" "${RUN}" "$@"\n`);
  chmodSync(join(bin, 'ucodekit'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C' };
  // CSV ends its lines in CRLF, a page in LF.
  return (command) =>
    execFileSync('bash', ['-c', `{ ${command}\n} 2>&1; status=$?; [ $status -eq 0 ] || echo "exit $status"`], {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }).replaceAll('\r\n', '\n');
}
