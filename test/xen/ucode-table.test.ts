import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SERIES } from '../../src/xen/releases.ts';
import { answerGroups, ucodeTable } from '../../src/xen/ucode-table.ts';

test('docs/xen-ucode.md is what scripts/xen-ucode-table.ts writes', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/xen-ucode.md'), 'utf8')).toBe(ucodeTable());
});

test('every series stands in exactly one group', () => {
  const names = answerGroups().flatMap(({ releases }) => releases.map(({ name }) => name));
  for (const { name } of SERIES) expect(names.filter((other) => other === name)).toHaveLength(1);
});
