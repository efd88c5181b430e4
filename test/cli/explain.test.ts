import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { zenPatch } from '../../fixtures/amd.ts';
import { archive, file, parents } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { AMD, amdFolder, debianPackage } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const older = intelUpdate({ revision: 0x20, minimumRevision: 0x10 });
const newer = intelUpdate({ revision: 0x30 });
const cpu = ['--cpu', '0x906a4,0x80,0x10'];

function saved(name: string, bytes: Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

describe('ucodekit explain', () => {
  const image = archive(...parents, file('kernel/x86/microcode/GenuineIntel.bin', Buffer.concat([older, newer])));

  test('one loader: what it reads, what it loads, and the fate of the others', () => {
    const { exit, stdout } = ucodekit(['explain', saved('initrd', image), ...cpu, '--loader', 'linux-6.12']);
    expect(exit).toBe(0);
    expect(stdout).toContain('linux-6.12: hands revision 0x00000030 to the CPU');
    expect(stdout).toContain(createHash('sha256').update(newer).digest('hex'));
    expect(stdout).toContain('0x00000020 at 524: is replaced by 0x00000030, which comes later');
  });

  test('all loaders as JSON: one document, a row each', () => {
    const { exit, stdout } = ucodekit(['explain', saved('initrd', image), ...cpu, '--json']);
    const report: unknown = JSON.parse(stdout);
    expect(exit).toBe(0);
    expect(report).toMatchObject({
      schema: 'ucodekit/explain@1',
      input: 'image',
      cpu: { vendor: 'intel', signature: '0x000906a4', platformMask: '0x80', running: '0x00000010' },
    });
    expect(report).toHaveProperty('loaders.0.chosen.revision', '0x00000030');
    expect(report).toHaveProperty('loaders.0.reason.code', 'loads');
  });

  test('updates by themselves are told from an image, also on standard input', () => {
    const { stdout } = ucodekit(['explain', '-', ...cpu, '--json'], { input: newer });
    expect(JSON.parse(stdout)).toMatchObject({ input: 'blob' });
  });

  test('a folder is for late loading, where force_minrev changes the choice', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'intel-ucode'));
    writeFileSync(join(folder, 'intel-ucode', '06-9a-04'), Buffer.concat([older, newer]));
    const late = (...flags: string[]): string =>
      ucodekit(['explain', folder, ...cpu, '--loader', 'linux-6.12', ...flags]).stdout;
    expect(late()).toContain('hands revision 0x00000030');
    expect(late('--force-minrev')).toContain('hands revision 0x00000020');
    expect(ucodekit(['explain', join(folder, 'intel-ucode'), ...cpu, '--loader', 'linux-6.12']).stdout).toContain(
      'hands revision 0x00000030',
    );
  });

  test('the root of a system has its firmware folder in it', () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'usr/lib/firmware/intel-ucode'), { recursive: true });
    writeFileSync(join(root, 'usr/lib/firmware/intel-ucode', '06-9a-04'), newer);
    expect(ucodekit(['explain', root, ...cpu, '--loader', 'linux-6.12']).stdout).toContain('hands revision 0x00000030');
    expect(ucodekit(['explain', join(root, 'usr'), ...cpu, '--loader', 'linux-6.12']).stdout).toContain(
      'hands revision 0x00000030',
    );
  });

  test('a package is the firmware folder that it would install', (context) => {
    const { deb } = debianPackage(context, AMD);
    const milan = ['--cpu', '0xa00f11,,0x0a001173', '--loader', 'linux-7.2'];
    const { exit, stdout } = ucodekit(['explain', deb, ...milan, '--json']);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      input: 'folder',
      loaders: [{ source: { path: 'amd-ucode/microcode_amd_fam19h.bin' }, chosen: { revision: '0x0a0011d5' } }],
    });
    const none = ucodekit(['explain', deb, ...cpu, '--loader', 'linux-7.2']);
    expect(none.stdout).toContain('no file intel-ucode/06-9a-04');
    const tree = join(temporaryFolder(), 'tree.tgz');
    execFileSync('tar', ['-czf', tree, '-C', amdFolder(context).replace(/[/]amd-ucode$/, ''), 'amd-ucode']);
    expect(ucodekit(['explain', tree, ...milan]).stdout).toContain('hands revision 0x0a0011d5');
  });

  test('of a bare AMD patch is said that no loader reads it, and what makes it readable', () => {
    const patch = saved('patch.bin', zenPatch(0x0830_107f, { kind: 'zen2' }));
    const container = join(temporaryFolder(), 'container.bin');
    const rome = ['--cpu', '0x830f10,,0x0830107d', '--loader', 'linux-7.2'];
    const { exit, stderr } = ucodekit(['explain', patch, ...rome]);
    expect(exit).toBe(3);
    expect(stderr).toContain('is an AMD patch without a container, which no loader reads');
    expect(stderr).toContain('ucodekit pack --as amd');
    expect(ucodekit(['pack', '--as', 'amd', patch, '-o', container]).exit).toBe(0);
    expect(ucodekit(['explain', container, ...rome]).stdout).toContain('hands revision 0x0830107f');
    expect(ucodekit(['explain', patch, ...rome, '--as', 'blob']).stdout).toContain('no container starts at 0');
  });

  test('--require makes "nothing" an exit of 1', () => {
    const path = saved('initrd', image);
    expect(ucodekit(['explain', path, '--cpu', '0x906a4,0x80,0x30', '--loader', 'xen-4.17']).exit).toBe(0);
    expect(ucodekit(['explain', path, '--cpu', '0x906a4,0x80,0x30', '--loader', 'xen-4.17', '--require']).exit).toBe(1);
    expect(ucodekit(['explain', path, ...cpu, '--require']).exit).toBe(0);
  });

  test.each([
    ['an unknown loader', ['x', ...cpu, '--loader', 'xen-3.4'], 2],
    ['a CPU that is none', ['x', '--cpu', 'zen'], 2],
    ['a file that is not there', ['/nowhere/at/all', ...cpu], 3],
  ])('%s', (_, args, exit) => {
    const run = ucodekit(['explain', ...args]);
    expect(run.exit).toBe(exit);
    expect(run.stderr).toMatch(/^ucodekit: /);
  });
});
