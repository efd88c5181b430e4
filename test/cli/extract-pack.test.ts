import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, zenPatch } from '../../fixtures/amd.ts';
import { concat, patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

/** A folder with these files in a folder `in`. */
function withInputs(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'in'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, 'in', name), bytes);
  return folder;
}

const run = (cwd: string, ...args: readonly string[]) => ucodekit(args, { cwd });

describe('extract', () => {
  test('writes the files, lists them as JSON and refuses to write them again', () => {
    const cwd = withInputs({ 'all.bin': concat(intelUpdate(), intelUpdate({ signature: 0x906a3 })) });
    const { exit, stdout } = run(cwd, 'extract', 'in', '-o', 'out', '--json');
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'ucodekit/extract@2',
      written: 'out',
      layout: 'kernel',
      files: [
        { path: 'intel-ucode/06-9a-03', size: 1024, updates: [{ signature: '0x000906a3' }] },
        { path: 'intel-ucode/06-9a-04', size: 1024, updates: [{ signature: '0x000906a4' }] },
      ],
    });
    expect(readdirSync(join(cwd, 'out/intel-ucode'))).toEqual(['06-9a-03', '06-9a-04']);
    const again = run(cwd, 'extract', 'in', '-o', 'out');
    expect(again.exit).toBe(4);
    expect(again.stderr).toContain('would overwrite intel-ucode/06-9a-03, intel-ucode/06-9a-04');
    expect(run(cwd, 'extract', 'in', '-o', 'out', '--overwrite').exit).toBe(0);
  });

  test('goes on beside a damaged update and ends with 3', () => {
    const damaged = patched(intelUpdate({ signature: 0x906a3 }), 500, [1, 2, 3]);
    const cwd = withInputs({ damaged, sound: intelUpdate() });
    const { exit, stderr } = run(cwd, 'extract', 'in', '-o', 'out');
    expect(exit).toBe(3);
    expect(stderr).toContain('[intel/checksum]');
    expect(readdirSync(join(cwd, 'out/intel-ucode'))).toEqual(['06-9a-04']);
  });

  test('writes nothing under --dry-run', () => {
    const cwd = withInputs({ update: intelUpdate() });
    expect(run(cwd, 'extract', 'in', '-o', 'out', '--dry-run').stdout).toBe(
      'would write 1 file, 1024 bytes\n  intel-ucode/06-9a-04: 1024 bytes\n',
    );
    expect(readdirSync(cwd)).toEqual(['in']);
  });
});

describe('pack', () => {
  test('makes a container and says what went in', () => {
    const [milan, vermeer] = [zenPatch(0x0a00_11d5), zenPatch(0x0a20_102d)];
    const cwd = withInputs({ vermeer, milan });
    const { exit, stdout } = run(cwd, 'pack', 'in', '--as', 'amd', '-o', 'out.bin', '--json');
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'ucodekit/pack@2',
      written: 'out.bin',
      format: 'amd',
      updates: [{ revision: '0x0a0011d5' }, { revision: '0x0a20102d' }],
    });
    expect(readFileSync(join(cwd, 'out.bin'))).toEqual(Buffer.from(amdContainer({ patches: [milan, vermeer] })));
  });

  test('a refusal names the file, the rule and what to do, and leaves the old file', () => {
    const cwd = withInputs({ 'old.bin': amdPatch({ kind: 'fam10h' }) });
    writeFileSync(join(cwd, 'out.bin'), 'kept');
    const { exit, stderr } = run(cwd, 'pack', 'in', '--as', 'amd', '-o', 'out.bin');
    expect(exit).toBe(3);
    expect(stderr).toContain('in/old.bin: error: nothing says which CPUs patch 0x010000c8 is for [pack/cpus-unknown]');
    expect(stderr).toContain('--map CPUID=EQUIV');
    expect(readFileSync(join(cwd, 'out.bin'), 'utf8')).toBe('kept');
    expect(run(cwd, 'pack', 'in', '--as', 'amd', '-o', 'out.bin', '--map', '0x100f43=0x1043').exit).toBe(0);
  });
});

test('inspect understands every flag of the selection', () => {
  const cwd = withInputs({
    a: intelUpdate({ platformMask: 0x5d, revision: 2 }),
    b: intelUpdate({ platformMask: 0x5c, revision: 4, date: '2022-02-02' }),
    c: amdContainer(),
  });
  const revisions = (...flags: readonly string[]): string[] => {
    const { updates } = JSON.parse(run(cwd, 'inspect', 'in', '--json', ...flags).stdout) as {
      updates: readonly { revision: string }[];
    };
    return updates.map(({ revision }) => revision);
  };
  expect(revisions('--cpu', '0x906a4,0x04', '--latest')).toEqual(['0x00000004']);
  expect(revisions('--vendor', 'intel', '--latest')).toEqual(['0x00000002', '0x00000004']);
  expect(revisions('--before', '2022-02-02', '--vendor', 'intel')).toEqual(['0x00000002']);
  expect(revisions('--cpu', '0xa00f11', '--cpu', '0x906a4,1')).toEqual(['0x00000002', '0x0a0011d5']);
});
