import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { zenPatch } from '../../fixtures/amd.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const shipped = (name: string): string =>
  readFileSync(resolve(import.meta.dirname, '../../data/catalogue', name), 'utf8');

test('catalogue search and info answer from the shipped tables', () => {
  const found = JSON.parse(ucodekit(['catalogue', 'search', '0xf4a,0x04', '--json']).stdout) as unknown;
  expect(found).toMatchObject({
    schema: 'ucodekit/catalogue-search@2',
    updates: [{ revision: '0x00000004', newest: true }, {}],
  });
  for (const spelled of ['f4a', '0f-04-0a', '0f-04-0a/04']) {
    expect(ucodekit(['catalogue', 'search', spelled])).toMatchObject({ exit: 0, stderr: '' });
  }
  expect(ucodekit(['catalogue', 'search', 'f4a,,,']).stderr).toContain('f4a,,,: has more than three parts');
  expect(ucodekit(['catalogue', 'search', '0x12345']).exit).toBe(1);
  expect(ucodekit(['catalogue', 'search', 'MILAN']).stdout).toMatch(
    /amd +19-01-01 +0x00a00f11 +- +0x0a0011\w\w +Milan/,
  );
  const unknown = ucodekit(['catalogue', 'search', 'i7-1260P']);
  expect(unknown).toMatchObject({ exit: 1, stdout: '' });
  expect(unknown.stderr).toBe('no CPU with "i7-1260P" in its code name is known to the catalogue\n');
  const info = JSON.parse(ucodekit(['catalogue', 'info', '--json']).stdout) as unknown;
  expect(info).toMatchObject({
    vendors: [
      { vendor: 'intel', entries: 1319 },
      { vendor: 'amd', entries: 423 },
      { vendor: 'via', entries: 81 },
    ],
  });
});

test('catalogue build writes both tables, alone or on top of the shipped ones', () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'in'));
  writeFileSync(join(cwd, 'in', 'a'), intelUpdate());
  writeFileSync(join(cwd, 'in', 'b'), zenPatch(0x0a00_11d5));
  expect(ucodekit(['catalogue', 'build', 'in', '-o', 'out'], { cwd }).exit).toBe(0);
  const row = readFileSync(join(cwd, 'out/intel.tsv'), 'utf8').split('\n')[1] ?? '';
  expect(row).toMatch(/^0x000906a4\t0x80\t0x00000010\t2020-01-15\t1024\t\t[0-9a-f]{64}\t\t$/);
  expect(ucodekit(['catalogue', 'build', 'in', '-o', 'out'], { cwd }).exit).toBe(4);
  expect(ucodekit(['catalogue', 'build', 'in', '-o', 'out', '--overwrite', '--extend'], { cwd }).exit).toBe(0);
  const lines = (text: string): string[] => text.trimEnd().split('\n');
  expect(lines(readFileSync(join(cwd, 'out/intel.tsv'), 'utf8')).filter((line) => line !== row)).toEqual(
    lines(shipped('intel.tsv')),
  );
});
