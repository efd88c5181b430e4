import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { abandonWrites, hasEnded, removeIfInterrupted, temporaryName } from '../../../src/io/write/temporary.ts';
import { writeOutput } from '../../../src/io/write/output.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** The id of a process that has ended. */
const ended = (): number => spawnSync('true').pid;

test('what a killed run left is removed at the next write of the same file, and nothing else is', () => {
  const folder = temporaryFolder();
  const left = `.file.${ended()}-abc123.tmp`;
  const others = [
    basename(temporaryName(join(folder, 'file'))),
    `.file.1-abc123.tmp`,
    `.other.${ended()}-abc123.tmp`,
    `.file.${ended()}.tmp`,
    `.file.x${ended()}-abc123.tmp`,
    `file.${ended()}-abc123.tmp`,
    `.file.${ended()}-abc123.tmp.bak`,
  ];
  for (const name of [left, ...others]) writeFileSync(join(folder, name), '');
  writeOutput(join(folder, 'file'), [Buffer.from('new')]);
  expect(readdirSync(folder).sort()).toEqual(['file', ...others].sort());
});

test('a process that runs has not ended, whoever owns it', () => {
  expect([process.pid, 1, ended()].map(hasEnded)).toEqual([false, false, true]);
});

test('an interrupt removes what is not finished', () => {
  const folder = temporaryFolder();
  const name = temporaryName(join(folder, 'file'));
  writeFileSync(name, '');
  writeFileSync(join(folder, 'other'), '');
  removeIfInterrupted(name);
  abandonWrites();
  expect(readdirSync(folder)).toEqual(['other']);
});
