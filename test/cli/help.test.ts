import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ucodekit } from '../support/ucodekit.ts';

interface Manifest {
  readonly commands: Readonly<Record<string, { readonly summary: string; readonly description?: string }>>;
}

const MANIFEST = join(resolve(import.meta.dirname, '../..'), 'oclif.manifest.json');
const { commands } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as Manifest;

test('help says its first sentence once', () => {
  for (const id of ['verify', 'initrd:build', 'initrd:inspect', 'sim:list']) {
    const { exit, stdout } = ucodekit([...id.split(':'), '--help'], { env: { COLUMNS: '200' } });
    expect(exit).toBe(0);
    const { summary = '', description = '' } = commands[id] ?? {};
    expect(stdout.split(summary)).toHaveLength(2);
    expect(stdout).toContain(description.slice(0, 60));
  }
});

test('no description has several lines: help prints the last of them only', () => {
  for (const [id, { description = '' }] of Object.entries(commands))
    expect(`${id}: ${description}`).not.toContain('\n');
});
