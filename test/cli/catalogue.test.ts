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
    schema: 'ucodekit/catalogue-search@1',
    updates: [{ revision: '0x00000004', newest: true }, {}],
  });
  expect(ucodekit(['catalogue', 'search', 'f4a']).exit).toBe(2);
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
