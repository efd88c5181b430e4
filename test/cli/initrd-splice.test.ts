import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { concat, seeded } from '../../fixtures/bytes.ts';
import { archive, file, folder } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { findCpioData } from '../../src/formats/cpio/early-lookup.ts';
import { VENDOR_FILES } from '../../src/loaders/early-paths.ts';
import { lacking, program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { RUN, ucodekit } from '../support/ucodekit.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const main = new Uint8Array(gzipSync(archive(folder('.'), file('init', '#!/bin/sh\n'))));

interface Place {
  readonly folder: string;
  readonly initrd: string;
  readonly update: string;
}

function prepared(initrdBytes: Uint8Array = main): Place {
  const folder = temporaryFolder();
  const [initrd, update] = [join(folder, 'initrd.img'), join(folder, '06-9a-04')];
  writeFileSync(initrd, initrdBytes);
  writeFileSync(update, intelUpdate());
  return { folder, initrd, update };
}

const splice = (...args: readonly string[]) => ucodekit(['initrd', 'splice', ...args]);

describe('initrd splice', () => {
  test('puts microcode in, finds nothing to change, takes it out again', () => {
    const { initrd, update, folder } = prepared();
    expect(splice(initrd, update)).toMatchObject({ exit: 0, stderr: '' });
    const bytes = readFileSync(initrd);
    expect(findCpioData(bytes, VENDOR_FILES.intel)).toMatchObject({ found: true, size: 1024 });
    const before = statSync(initrd);
    expect(splice(initrd, update).stdout).toContain('nothing to change in');
    expect(statSync(initrd)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    expect(splice(initrd, '--remove').exit).toBe(0);
    expect(Buffer.compare(readFileSync(initrd), main)).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['06-9a-04', 'initrd.img']);
  });

  test('--dry-run and -o leave the initrd as it is', () => {
    const { initrd, update, folder } = prepared();
    const dry = splice(initrd, update, '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({
      schema: 'ucodekit/initrd-splice@2',
      outcome: 'planned',
      before: [{ kind: 'compressed', start: 0, compression: 'gzip' }],
      after: [{ kind: 'archive', start: 0, memberCount: 4 }, { kind: 'zeros' }, { kind: 'compressed', start: 2048 }],
    });
    const other = join(folder, 'other.img');
    expect(splice(initrd, update, '-o', other).exit).toBe(0);
    expect(Buffer.compare(readFileSync(initrd), main)).toBe(0);
    expect(Buffer.compare(readFileSync(other).subarray(2048), main)).toBe(0);
  });

  test('--add puts a further member in front', () => {
    const { initrd, folder, update } = prepared();
    const table = join(folder, 'dsdt.aml');
    writeFileSync(table, 'DSDT');
    const name = 'kernel/firmware/acpi/dsdt.aml';
    expect(splice(initrd, update, '--add', `${table}=${name}`).exit).toBe(0);
    expect(findCpioData(readFileSync(initrd), name)).toMatchObject({ found: true, size: 4 });
    expect(splice(initrd, '--add', 'dsdt.aml').exit).toBe(2);
    expect(splice(initrd, '--add', `${folder}/none=${name}`).exit).toBe(3);
  });

  test.each([
    ['nothing to do', [], 2],
    ['microcode and --remove', ['UPDATE', '--remove'], 2],
    ['no such microcode', ['/nonexistent'], 3],
  ] as const)('%s is refused', (_, args, exit) => {
    const { initrd, update } = prepared();
    expect(splice(initrd, ...args.map((arg) => (arg === 'UPDATE' ? update : arg))).exit).toBe(exit);
    expect(Buffer.compare(readFileSync(initrd), main)).toBe(0);
  });

  test('--require keeps an initrd from being written that lacks an update', () => {
    const { initrd, update } = prepared();
    const { exit, stdout } = splice(initrd, update, '--require', '0x906a4', '--require', '0x50654,0xb7');
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: 'nothing was written: no update for 0x00050654,0xb7\n' });
    expect(Buffer.compare(readFileSync(initrd), main)).toBe(0);
    expect(splice(initrd, update, '--require', '0x906a4,0x80').exit).toBe(0);
    expect(splice(initrd, update, '--require', '0x906a4,0x40').exit).toBe(1);
  });

  test('an initrd that is not understood is left alone', () => {
    const { initrd, update } = prepared(concat(archive(folder('a')), Buffer.from('garbage')));
    const { exit, stderr } = splice(initrd, update);
    expect(exit).toBe(3);
    expect(stderr).toContain('[cpio/garbage]');
    expect(stderr).toContain(`${initrd}+0x200`);
  });

  test('an initrd that is not there, or is a folder', () => {
    const { folder, update } = prepared();
    expect(splice(join(folder, 'none'), update)).toMatchObject({ exit: 3 });
    expect(splice(folder, update).stderr).toContain('is not a regular file');
  });
});

describe('what belongs to the file stays', () => {
  test('mode, owner, extended attributes and the link that leads to it', (context) => {
    if (process.getuid?.() !== 0) lacking(context, 'only root may give files away');
    const { initrd, update, folder } = prepared();
    const link = join(folder, 'link');
    symlinkSync('initrd.img', link);
    execFileSync('chmod', ['0640', initrd]);
    chownSync(initrd, 1234, 4321);
    const python = program(context, 'python3');
    try {
      execFileSync(python, ['-c', `import os; os.setxattr('${initrd}', 'user.note', b'kept')`], { stdio: 'pipe' });
    } catch {
      lacking(context, 'the file system of the temporary folder has no extended attributes');
    }
    expect(splice(link, update).exit).toBe(0);
    const { mode, uid, gid } = statSync(initrd);
    expect({ mode: mode & 0o7777, uid, gid }).toEqual({ mode: 0o640, uid: 1234, gid: 4321 });
    const note = execFileSync(python, ['-c', `import os; print(os.getxattr('${initrd}', 'user.note').decode())`]);
    expect(note.toString().trim()).toBe('kept');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test('without GNU cp mode and owner are kept, and that is said', () => {
    const { initrd, update } = prepared();
    execFileSync('chmod', ['0600', initrd]);
    const { stdout } = ucodekit(['initrd', 'splice', initrd, update], { env: { PATH: '/nonexistent' } });
    expect(stdout).toContain('kept mode and owner; extended attributes need GNU cp');
    expect(statSync(initrd).mode & 0o7777).toBe(0o600);
  });

  test('a full disk leaves the old file', (context) => {
    const { folder, update } = prepared();
    const small = join(folder, 'small');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      lacking(context, 'a tmpfs cannot be mounted here');
    }
    onTestFinished(() => void execFileSync('umount', [small]));
    const initrd = join(small, 'initrd.img');
    const bytes = concat(main, new Uint8Array(40_000 - main.length).fill(7));
    writeFileSync(initrd, bytes);
    expect(splice(initrd, update).exit).toBe(4);
    expect(Buffer.compare(readFileSync(initrd), bytes)).toBe(0);
    expect(readdirSync(small)).toEqual(['initrd.img']);
  });
});

/** Moments at which the process is killed; every one leaves the old file or the new one. */
const KILLS = process.env['CI'] === 'true' ? 200 : 20;

test(`${KILLS} kills at random moments leave the old initrd or the new one, whole`, async () => {
  const { initrd, update } = prepared();
  const old = concat(main, new Uint8Array(24 * 1024 * 1024).fill(0x5a));
  writeFileSync(initrd, old);
  const start = process.hrtime.bigint();
  expect(splice(initrd, update).exit).toBe(0);
  const duration = Number(process.hrtime.bigint() - start) / 1e6;
  const whole = sha256(readFileSync(initrd));
  const random = seeded(9);
  const seen: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    writeFileSync(initrd, old);
    await killed([RUN, 'initrd', 'splice', initrd, update], duration * (0.3 + (random() % 1000) / 1000));
    seen.push(sha256(readFileSync(initrd)));
  }
  expect(seen.filter((digest) => digest !== sha256(old) && digest !== whole)).toEqual([]);
  expect(seen).toContain(sha256(old));
});

function killed(args: readonly string[], delay: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), delay);
    child.on('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Prints the largest resident set of the process, in KiB, when it ends. */
const REPORT_MEMORY =
  "--import=data:text/javascript,process.on('exit',()=>process.stderr.write('rss='+process.resourceUsage().maxRSS))";

test('an initrd of 500 MB takes less than 200 MB of memory', () => {
  const { initrd, update } = prepared();
  const size = 500 * 1024 * 1024;
  truncateSync(initrd, size);
  const end = openSync(initrd, 'r+');
  writeSync(end, 'the end', size - 7);
  closeSync(end);
  const { exit, stderr } = ucodekit(['initrd', 'splice', initrd, update], { env: { NODE_OPTIONS: REPORT_MEMORY } });
  expect(exit).toBe(0);
  expect(Number(/rss=(\d+)/.exec(stderr)?.[1])).toBeLessThan(200 * 1024);
  expect(statSync(initrd).size).toBe(size + 2048);
});
