import { expect, test } from 'vitest';
import { SERIES } from '../../src/xen/releases.ts';
import { answerGroups } from '../../src/xen/ucode-table.ts';

test('every series stands in exactly one group', () => {
  const names = answerGroups().flatMap(({ releases }) => releases.map(({ name }) => name));
  for (const { name } of SERIES) expect(names.filter((other) => other === name)).toHaveLength(1);
});
