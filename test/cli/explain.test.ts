import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../fixtures/amd.ts';
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
      schema: 'ucodekit/explain@2',
      input: 'image',
      cpus: [{ vendor: 'intel', signature: '0x000906a4', platformMask: '0x80', running: '0x00000010' }],
    });
    expect(report).toHaveProperty('cpus.0.loaders.0.chosen.revision', '0x00000030');
    expect(report).toHaveProperty('cpus.0.loaders.0.reason.code', 'loads');
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
      cpus: [
        { loaders: [{ source: { path: 'amd-ucode/microcode_amd_fam19h.bin' }, chosen: { revision: '0x0a0011d5' } }] },
      ],
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
    expect(ucodekit(['explain', path, '--cpu', '0x906a4,0x80,0x31', '--loader', 'xen-4.17']).exit).toBe(0);
    expect(ucodekit(['explain', path, '--cpu', '0x906a4,0x80,0x31', '--loader', 'xen-4.17', '--require']).exit).toBe(1);
    expect(ucodekit(['explain', path, ...cpu, '--require']).exit).toBe(0);
  });

  test('a CPU that already runs what is offered is fine for --require, and told so', () => {
    const path = saved('initrd', image);
    const { exit, stdout } = ucodekit(['explain', path, '--cpu', '0x906a4,0x80,0x30', '--require']);
    expect(exit).toBe(0);
    expect(stdout).toContain('the CPU already runs what is offered, revision 0x00000030');
    const { stdout: json } = ucodekit(['explain', path, '--cpu', '0x906a4,0x80,0x30', '--json']);
    expect(JSON.parse(json)).toHaveProperty('cpus.0.loaders.0', expect.objectContaining({ chosen: null }));
    expect(JSON.parse(json)).toHaveProperty('cpus.0.loaders.0.reason.code', 'already-runs');
    expect(ucodekit(['explain', path, ...cpu]).stdout).not.toContain('already runs');
  });

  test('several CPUs have a part each, and each of them counts for --require', () => {
    const path = saved('initrd', image);
    const args = ['explain', path, ...cpu, '--cpu', '06-9a-03', '--loader', 'linux-6.12'];
    const { exit, stdout } = ucodekit(args);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^CPU 0x000906a4, platforms 0x80, running 0x00000010\n\nlinux-6.12: hands revision/);
    expect(stdout).toMatch(
      /\n\nCPU 0x000906a3, platforms 0xff, running none\n\nlinux-6.12: no update is for this CPU\n/,
    );
    expect(ucodekit([...args, '--require']).exit).toBe(1);
    expect(ucodekit(['explain', path, ...cpu, ...cpu, '--require']).exit).toBe(0);
    expect(JSON.parse(ucodekit([...args, '--json']).stdout)).toMatchObject({
      cpus: [{ signature: '0x000906a4' }, { signature: '0x000906a3', running: '0x00000000' }],
    });
  });

  test('standard input is read once for all of them', () => {
    const { stdout } = ucodekit(['explain', '-', ...cpu, '--cpu', '06-9a-04', '--loader', 'linux-6.12'], {
      input: newer,
    });
    expect(stdout.split('linux-6.12: hands revision 0x00000030')).toHaveLength(3);
  });

  test('a folder and a package give each CPU its own file', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'intel-ucode'));
    writeFileSync(join(folder, 'intel-ucode', '06-9a-04'), newer);
    writeFileSync(join(folder, 'intel-ucode', '06-9a-03'), intelUpdate({ signature: 0x906a3, revision: 0x40 }));
    const tree = join(temporaryFolder(), 'tree.tgz');
    execFileSync('tar', ['-czf', tree, '-C', folder, 'intel-ucode']);
    for (const path of [folder, tree]) {
      const { stdout } = ucodekit(['explain', path, ...cpu, '--cpu', '06-9a-03', '--loader', 'linux-6.12']);
      expect(stdout).toContain('hands revision 0x00000030');
      expect(stdout).toContain('hands revision 0x00000040');
    }
  });

  describe('which rules it was answered by', () => {
    const pair = amdContainer({ patches: [zenPatch(0x0a00_11de), zenPatch(0x0a00_11d5)] });
    const milan = ['--cpu', '0xa00f11,,0x0a0011dd', '--loader'];
    const run = (...args: string[]) => ucodekit(['explain', saved('pair', pair), ...milan, ...args]);

    test('an unknown point and an unknown release: one line in the text, the same in JSON', () => {
      const line = 'nothing behind 6.12.118 was read in that series, so it is answered by the rules of 6.12.118';
      expect(run('linux-6.12.999').stdout.split(line)).toHaveLength(2);
      expect(run('linux-99.99').stdout).toContain('the newest release that was read is 7.3.4');
      expect(JSON.parse(run('linux-6.12.999', '--json').stdout)).toMatchObject({
        cpus: [{ loaders: [{ answeredAs: '6.12.118', notes: [`linux-6.12.999: ${line}`] }] }],
      });
    });

    test('a series names the older points that do otherwise, and --require wants them too', () => {
      const { stdout } = run('linux-6.12');
      expect(stdout).toContain('hands revision 0x0a0011de to the CPU');
      expect(stdout).toContain('older ones load otherwise (6.12.0 to 6.12.63: nothing): name the point');
      expect(run('linux-6.12', '--require').exit).toBe(1);
      expect(run('linux-6.12.69', '--require').exit).toBe(0);
      expect(run('linux-6.12.43', '--require').exit).toBe(1);
      expect(JSON.parse(run('linux-6.12', '--json').stdout)).toMatchObject({
        cpus: [{ loaders: [{ otherPoints: [{ first: '6.12.0', last: '6.12.63', revision: null }] }] }],
      });
    });

    test('in a table the lines stand below it', () => {
      const { stdout } = run('linux-6.12,xen-4.20');
      expect(stdout).toMatch(/^linux-6\.12 {2,}0x0a0011de/m);
      expect(stdout).toMatch(/^linux-6\.12 stands for 6\.12\.118/m);
    });

    test('--no-digest-check is amd_sha_check=off on Linux', () => {
      const unlisted = saved('unlisted', amdContainer({ patches: [zenPatch(0x0a00_11d9)] }));
      const args = ['explain', unlisted, '--cpu', '0xa00f11,,0x0a001173', '--loader', 'linux-6.12.69'];
      expect(ucodekit(args).stdout).toContain('is not in the list of genuine patches');
      expect(ucodekit([...args, '--no-digest-check']).stdout).toContain('hands revision 0x0a0011d9 to the CPU');
    });

    test('force_minrev and no minimum: the reason is the minimum', () => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, 'intel-ucode'));
      writeFileSync(join(folder, 'intel-ucode', '06-9a-04'), newer);
      const { stdout } = ucodekit(['explain', folder, ...cpu, '--loader', 'linux-6.6.81', '--force-minrev']);
      expect(stdout).toContain('0x00000030 declares no minimum revision');
      expect(stdout).not.toContain('no update is newer');
    });
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
