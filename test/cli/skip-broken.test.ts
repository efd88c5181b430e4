import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ar } from '../../fixtures/archives.ts';
import { patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { sampleInitrd } from '../../fixtures/sample-initrd.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const damaged = (bytes: Uint8Array): Uint8Array => patched(bytes, 500, [1, 2, 3]);

/** A firmware folder of which two files are broken: one has the newer update of a CPU, one the only update of another. */
function place(): string {
  const cwd = temporaryFolder();
  const folder = join(cwd, 'intel-ucode');
  mkdirSync(folder);
  writeFileSync(join(folder, '06-9a-04'), intelUpdate());
  writeFileSync(join(folder, '06-9a-04.early'), damaged(intelUpdate({ revision: 0x11 })));
  writeFileSync(join(folder, '06-9a-03'), damaged(intelUpdate({ signature: 0x906a3 })));
  writeFileSync(join(folder, '06-8f-08'), 'no update at all');
  writeFileSync(join(cwd, 'initrd.img'), sampleInitrd());
  return cwd;
}

const LINES = [
  'intel-ucode/06-9a-03: warning: left out: ',
  'intel-ucode/06-9a-04.early: warning: left out: ',
  'intel-ucode/06-8f-08: warning: left out: ',
  'its name is that of CPU 06-8f-08 [bundle/left-out]',
  '0x000906a3/0x80 had revision 0x00000010 and has nothing now, because a broken file was left out [bundle/left-out-cpu]',
  '0x000906a4/0x80 had revision 0x00000011 and has 0x00000010 now, because a broken file was left out [bundle/left-out-cpu]',
];

const COMMANDS = [
  ['initrd build', 'initrd build intel-ucode -o out'],
  ['initrd splice', 'initrd splice initrd.img intel-ucode -o out'],
  ['pack', 'pack intel-ucode --as intel -o out'],
] as const;

describe.each(COMMANDS)('%s --skip-broken', (_, words) => {
  test('writes the rest, and names each file and each CPU that loses by it', () => {
    const cwd = place();
    const { exit, stderr } = ucodekit([...words.split(' '), '--skip-broken'], { cwd });
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    for (const line of LINES) expect(stderr).toContain(line);
    expect(stderr.split('\n').filter((line) => line.includes(': warning: '))).toHaveLength(5);
    expect(readFileSync(join(cwd, 'out')).includes(Buffer.from(intelUpdate()))).toBe(true);
    expect(readFileSync(join(cwd, 'out')).includes(Buffer.from(damaged(intelUpdate({ revision: 0x11 }))))).toBe(false);
  });

  test('is not the default', () => {
    const cwd = place();
    const { exit, stderr } = ucodekit(words.split(' '), { cwd });
    expect(exit).toBe(3);
    expect(stderr).not.toContain('left out');
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });

  test('says nothing where nothing is broken', () => {
    const cwd = place();
    writeFileSync(join(cwd, 'sound'), intelUpdate());
    const { exit, stderr } = ucodekit([...words.replace('intel-ucode', 'sound').split(' '), '--skip-broken'], { cwd });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  test('writes nothing when nothing would be left', () => {
    const cwd = place();
    const args = words.replace('intel-ucode', 'intel-ucode/06-9a-03').split(' ');
    const { exit, stderr } = ucodekit([...args, '--skip-broken'], { cwd });
    expect(exit).toBe(3);
    expect(stderr).toContain('[intel/checksum]');
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });

  test('does not forgive a path that is not there', () => {
    const cwd = place();
    const args = words.replace('intel-ucode', 'intel-ucode none').split(' ');
    const { exit, stderr } = ucodekit([...args, '--skip-broken'], { cwd });
    expect(exit).toBe(3);
    expect(stderr).toContain('none: error: ');
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });

  test('leaves out one member of a package, not the package', () => {
    const cwd = place();
    const members = [
      { name: '06-9a-04', bytes: intelUpdate() },
      { name: '06-9a-03', bytes: damaged(intelUpdate({ signature: 0x906a3 })) },
    ];
    writeFileSync(join(cwd, 'both.a'), ar(...members));
    const { exit, stderr } = ucodekit([...words.replace('intel-ucode', 'both.a').split(' '), '--skip-broken'], { cwd });
    expect({ exit, stderr }).toMatchObject({ exit: 0 });
    expect(stderr).toContain('both.a!06-9a-03: warning: left out: ');
  });
});

test('--require still counts what is left', () => {
  const cwd = place();
  const args = ['initrd', 'build', 'intel-ucode', '-o', 'out', '--skip-broken', '--require'];
  expect(ucodekit([...args, '06-9a-03'], { cwd }).exit).toBe(1);
  expect(existsSync(join(cwd, 'out'))).toBe(false);
  expect(ucodekit([...args, '06-9a-04'], { cwd }).exit).toBe(0);
});
