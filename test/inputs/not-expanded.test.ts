import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openInputs } from '../../src/inputs/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('an archive of a kind that nobody makes any more is left closed: input/not-expanded', async () => {
  const path = join(temporaryFolder(), 'old.cpio');
  writeFileSync(path, '0707070000010000020100644000000000000000010000000000000000000000000001300000000000');
  const rules: string[] = [];
  for await (const item of openInputs([path])) rules.push(item.kind === 'finding' ? item.finding.rule : item.kind);
  expect(rules).toEqual(['input/not-expanded', 'input/no-microcode']);
});
