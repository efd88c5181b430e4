/** Command lines that read nothing, half, or the wrong thing: none of them ends as if all were well. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { amdContainer } from '../../fixtures/amd.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { sampleInitrd } from '../../fixtures/sample-initrd.ts';
import { ucodekit } from '../support/ucodekit.ts';

const EMPTY = 'holds no microcode: the folder is empty [input/no-microcode]';
const FOREIGN = 'holds no microcode: 1 other file passed over, not microcode by name, place or first bytes';
const TEXT = 'is neither microcode nor a container of it (starts with 746578740a) [input/unknown-format]';
const ZERO = 'holds no bytes [input/empty]';
const NONE = 'no update is selected of the 1 that were read [bundle/none-selected]';
const HALF = 'the update needs 1024 bytes, 100 are left [intel/truncated]';
const ABSENT = 'absent: error: cannot be read: no such file or folder [input/unreadable]';

type Case = readonly [words: string, exit: number, says: string];

/** What every command that reads updates says of inputs without any. */
const READERS: readonly Case[] = [
  'inspect',
  'show',
  'verify',
  'extract -o out',
  'pack --as intel -o out',
  'initrd build -o out',
].flatMap((command): Case[] => {
  const [verb = '', ...flags] = command.split(' -');
  const line = (paths: string): string => [verb, paths, ...flags.map((flag) => `-${flag}`)].join(' ');
  return [
    [line('empty'), 3, EMPTY],
    [line('tree'), 3, FOREIGN],
    [line('tree --no-recursive'), 3, 'subfolders were not entered (--no-recursive)'],
    [line('text'), 3, TEXT],
    [line('zero'), 3, ZERO],
    [line('absent'), 3, ABSENT],
    [line('update empty'), 3, EMPTY],
    [line('update -s 0x999999'), 1, NONE],
    [line('update --cpu 06-99-09'), 1, NONE],
  ];
});

const CASES: readonly Case[] = [
  ...READERS,
  ['inspect half', 3, HALF],
  ['verify half', 1, HALF],
  ['extract half -o out', 3, HALF],
  ['initrd build half -o out', 3, HALF],
  ['inspect update --vendor amd', 1, NONE],
  ['inspect update --after 2030-01-01', 1, NONE],
  ['verify empty --only intel/checksum', 3, EMPTY],
  ['verify update -s 0x999999 --only intel/checksum', 1, NONE],
  ['diff empty update', 3, 'nothing was compared: one side holds no update'],
  ['diff update empty', 3, 'nothing was compared: one side holds no update'],
  ['diff empty tree', 3, 'nothing was compared: one side holds no update'],
  ['diff update update -s 0x999999', 1, 'no update is selected of the 2 that were read'],
  ['pack update --as amd -o out', 3, 'but a file of format amd cannot hold them [pack/other-vendor]'],
  ['initrd splice initrd.img empty -o out', 3, EMPTY],
  ['initrd splice initrd.img update -s 0x999999 -o out', 1, NONE],
  ['initrd splice initrd.img --remove', 1, 'initrd.img: has no early microcode, so there is nothing to take out'],
  ['catalogue build empty -o out', 3, EMPTY],
  ['catalogue search 0x999999', 1, '0x00999999 is unknown to the catalogue'],
  ['catalogue search i7-1260P', 1, 'no CPU with "i7-1260P" in its code name is known to the catalogue'],
  [
    'initrd extract initrd.img nosuch -o out',
    1,
    'no member is called nosuch, nor is any in a folder of that name [extract/no-member]',
  ],
  ['initrd extract zero -o out', 3, 'no uncompressed archive with files is in it [extract/no-files]'],
  ['host empty', 3, EMPTY],
  ['explain empty --cpu 06-9a-04', 3, EMPTY],
  ['explain text --cpu 06-9a-04', 3, TEXT],
  ['explain zero --cpu 06-9a-04', 3, ZERO],
  ['explain initrd.img --cpu 06-9a-04', 3, 'holds no microcode: it was looked through [input/no-microcode]'],
  ['explain boot --cpu 06-9a-04', 3, 'boot: holds 1 initrd and 1 other file, but no intel-ucode or amd-ucode'],
  [
    'explain boot --cpu 06-9a-04',
    3,
    'for example boot/initrd.img-6.1; ucodekit initrd inspect boot looks at all of them',
  ],
  ['explain raw --cpu 06-9a-04', 3, 'raw: holds 1 update file, but no intel-ucode or amd-ucode'],
  ['explain raw --cpu 06-9a-04', 3, 'ucodekit extract raw -o FOLDER makes a firmware folder of them'],
  ['explain tree --cpu 06-9a-04', 3, FOREIGN],
  ['initrd inspect raw', 3, 'raw: holds no initrd: 1 file passed over'],
  ['initrd inspect empty', 3, 'empty: holds no initrd: the folder is empty'],
  ['initrd inspect boot absent', 3, 'absent: cannot be read: no such file or folder'],
  ['initrd inspect raw absent', 3, 'none of the paths could be looked at'],
  ['initrd inspect package.tar', 3, 'is a package or a tar archive, no initrd'],
  ['initrd extract package.tar -o out', 3, 'is a package or a tar archive, no initrd'],
  ['initrd inspect zero', 3, 'the 0 bytes hold neither an archive nor compressed data [initrd/nothing]'],
  ['explain firmware --cpu 06-99-09', 1, 'no file intel-ucode/06-99-09'],
  ['initrd inspect zero', 3, 'there is nothing to unpack'],
  ['log zero', 3, 'no line about microcode: the log is empty'],
  ['log text', 3, 'no line about microcode: '],
  ['host --root empty', 3, 'names no x86 CPU'],
  ['extract update -o -', 2, 'standard output cannot take a folder of files'],
  ['initrd extract initrd.img -o -', 2, 'standard output cannot take a folder of files'],
  ['catalogue build update -o -', 2, 'standard output cannot take a folder of files'],
  ['inspcet update', 2, 'Did you mean inspect?'],
  ['initrd isnpect update', 2, 'Did you mean initrd inspect?'],
  ['inspect update --cpu 0x906a4,64', 2, '"64" may be decimal or hexadecimal: write 0x64 or 0x40'],
  ['inspect update --cpu i7-1260P', 2, 'Write a CPU as 0x906a4, 906a4 or 06-9a-04'],
];

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'ucodekit-test-'));
  for (const folder of ['empty', 'tree/other', 'firmware/intel-ucode', 'boot', 'raw'])
    mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, 'tree/other/wifi.ucode'), 'text\n');
  writeFileSync(join(cwd, 'text'), 'text\n');
  writeFileSync(join(cwd, 'zero'), '');
  writeFileSync(join(cwd, 'update'), intelUpdate());
  writeFileSync(join(cwd, 'firmware/intel-ucode/06-9a-04'), intelUpdate());
  writeFileSync(join(cwd, 'boot/config-6.1'), 'text\n');
  writeFileSync(join(cwd, 'boot/initrd.img-6.1'), sampleInitrd());
  writeFileSync(join(cwd, 'raw/patch'), intelUpdate());
  execFileSync('tar', ['-cf', 'package.tar', 'raw'], { cwd });
  writeFileSync(join(cwd, 'half'), intelUpdate().subarray(0, 100));
  writeFileSync(join(cwd, 'amd.bin'), amdContainer());
  writeFileSync(join(cwd, 'initrd.img'), sampleInitrd());
  return () => rmSync(cwd, { recursive: true });
});

test.each(CASES)('%s: exit %i, %s', (words, exit, says) => {
  const { stdout, stderr, exit: code } = ucodekit(words.split(' '), { cwd });
  expect({ exit: code, text: stdout + stderr }).toEqual({ exit, text: expect.stringContaining(says) });
  // Nothing that says so, or looks like it, was done.
  expect(stdout).not.toMatch(/: passed|no difference|^wrote [^1]/m);
  expect(existsSync(join(cwd, '-'))).toBe(false);
});

test('the same commands end well with something to work on', () => {
  for (const words of [
    'inspect update',
    'verify update --fail-on error',
    '--json inspect update',
    '-q inspect update',
  ]) {
    expect({ words, ...ucodekit(words.split(' '), { cwd }) }).toMatchObject({ words, exit: 0, stderr: '' });
  }
  expect(ucodekit(['extract', 'update', '-o', 'fine'], { cwd }).exit).toBe(0);
  expect(readdirSync(join(cwd, 'fine'))).toEqual(['intel-ucode']);
});
