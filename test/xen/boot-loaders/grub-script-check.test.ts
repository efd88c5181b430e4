import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GRUB2 } from '../../../src/xen/boot-loaders/grub/grub2.ts';
import { program } from '../../support/debian.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test("GRUB's own parser takes three hundred entries with random names", (context) => {
  const check = program(context, 'grub-script-check');
  const letters = fc.stringMatching(/^[ab/.\- '"\\$(){}[\]<>|&;#*?~!%é]{1,12}$/);
  const name = letters.map((text) => `x${text}`);
  const entries = fc.sample(fc.tuple(name, name, name), 300).flatMap(([title, hypervisor, kernel]) => {
    const written = GRUB2.write({
      title,
      hypervisor,
      xenArguments: ['ucode=scan'],
      dom0: { kernel, arguments: ['a$b', 'c d', 'e;f', '{', '}', '|'] },
      modules: [{ path: hypervisor, arguments: ['#'], kind: 'module', nounzip: true }],
    });
    return written.ok ? [written.files[0]?.text ?? ''] : [];
  });
  expect(entries).toHaveLength(300);
  const path = join(temporaryFolder(), 'grub.cfg');
  writeFileSync(path, entries.join('\n'));
  expect(execFileSync(check, [path], { encoding: 'utf8' })).toBe('');
  // And our reader sees as many, so that nothing has swallowed a neighbour.
  expect(GRUB2.read(entries.join('\n')).entries).toHaveLength(300);
});
