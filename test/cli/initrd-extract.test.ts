import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concat } from '../../fixtures/bytes.ts';
import { archive, file, folder, parents } from '../../fixtures/cpio.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const early = archive(...parents, file('kernel/x86/microcode/GenuineIntel.bin', 'x'), file('../../escape', 'x'));
const main = gzipSync(
  archive(folder('bin'), file('bin/sh', '#!', { mode: 0o100700 }), file('sh', 'bin/sh', { mode: 0o120777 })),
);

function prepared(): { place: string; initrd: string; out: string } {
  const place = temporaryFolder();
  const initrd = join(place, 'initrd');
  writeFileSync(initrd, concat(early, main));
  return { place, initrd, out: join(place, 'out') };
}

describe('initrd extract', () => {
  test('writes files and folders, leaves out the rest and says so', () => {
    const { place, initrd, out } = prepared();
    const { exit, stdout, stderr } = ucodekit(['initrd', 'extract', initrd, '-o', out, '--deep']);
    expect(stdout).toContain('wrote 2 files of 3 bytes');
    expect(stdout).toContain('left out 1 symbolic links');
    expect(stdout).toContain('left out 1 members with unsafe names');
    expect(stderr).toContain('[cpio/parent-path]');
    expect(exit).toBe(3);
    expect(readdirSync(out).sort()).toEqual(['early-1', 'main-1']);
    expect(readFileSync(join(out, 'early-1/kernel/x86/microcode/GenuineIntel.bin'), 'utf8')).toBe('x');
    expect(statSync(join(out, 'main-1/bin/sh')).mode & 0o777).toBe(0o700);
    expect(readdirSync(place).sort()).toEqual(['initrd', 'out']);
  });

  test('nothing is written into a folder that holds something', () => {
    const { initrd, out } = prepared();
    mkdirSync(out);
    symlinkSync('/nonexistent', join(out, 'early-1'));
    const { exit, stderr } = ucodekit(['initrd', 'extract', initrd, '-o', out]);
    expect(exit).toBe(4);
    expect(stderr).toContain('is not empty');
    expect(readdirSync(out)).toEqual(['early-1']);
  });
});
