/** Two runs that change one file at once, runs that were killed, and vendors that come one by one. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch } from '../../fixtures/amd.ts';
import { concat } from '../../fixtures/bytes.ts';
import { archive, file, folder } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { hex32 } from '../../src/bytes/hex.ts';
import { parseAmdContainers } from '../../src/formats/amd/container.ts';
import { findCpioData } from '../../src/formats/cpio/early-lookup.ts';
import { thisProcess } from '../../src/io/write/lock-owner.ts';
import { lockPath } from '../../src/io/write/lock.ts';
import { EARLY_VENDORS, VENDOR_FILES } from '../../src/loaders/early-paths.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type Ran, RUN, ucodekit } from '../support/ucodekit.ts';

const main = new Uint8Array(gzipSync(archive(folder('.'), file('init', '#!/bin/sh\n'))));

/** Of a family that EntrySign does not divide. */
const AMD = amdContainer({ patches: [amdPatch({ kind: 'fam15h' })] });

interface Place {
  readonly folder: string;
  readonly initrd: string;
  readonly intel: string;
  readonly amd: string;
}

function prepared(): Place {
  const folder = temporaryFolder();
  const [initrd, intel, amd] = ['initrd.img', '06-9a-04', 'amd.bin'].map((name) => join(folder, name));
  const place = { folder, initrd: initrd ?? '', intel: intel ?? '', amd: amd ?? '' };
  writeFileSync(place.initrd, main);
  writeFileSync(place.intel, intelUpdate());
  writeFileSync(place.amd, AMD);
  return place;
}

const NAMES = ['06-9a-04', 'amd.bin', 'initrd.img'];

const splice = (...args: readonly string[]): Ran => ucodekit(['initrd', 'splice', ...args]);

const vendorsIn = (path: string): string[] =>
  EARLY_VENDORS.filter((vendor) => findCpioData(readFileSync(path), VENDOR_FILES[vendor]).found);

interface Started {
  readonly pid: number | undefined;
  /** Resolves when something was written to standard error, or the run is over. */
  readonly spoke: Promise<void>;
  readonly ended: Promise<Ran>;
}

function started(args: readonly string[]): Started {
  const child = spawn(process.execPath, [RUN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (data: Buffer) => void out.push(data.toString()));
  child.stderr.on('data', (data: Buffer) => void err.push(data.toString()));
  const ended = new Promise<Ran>((resolve) => {
    child.on('close', (exit) => {
      resolve({ exit, stdout: out.join(''), stderr: err.join('') });
    });
  });
  const spoke = new Promise<void>((resolve) => {
    child.stderr.once('data', () => {
      resolve();
    });
    void ended.then(() => {
      resolve();
    });
  });
  return { pid: child.pid, spoke, ended };
}

/** Pairs of runs; UCODEKIT_SPLICE_PAIRS=200 for a longer look. */
const PAIRS = Number(process.env['UCODEKIT_SPLICE_PAIRS'] ?? 20);

test(`${PAIRS} pairs of splices at once, one vendor each: no vendor is lost in silence`, async () => {
  const { initrd, folder, intel, amd } = prepared();
  const whole = temporaryFolder();
  expect(splice(initrd, intel, amd, '-o', join(whole, 'both.img')).exit).toBe(0);
  const both = readFileSync(join(whole, 'both.img'));
  const outcomes: string[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    writeFileSync(initrd, main);
    const runs = [intel, amd].map((update) => started(['initrd', 'splice', initrd, update]).ended);
    const exits = (await Promise.all(runs)).map(({ exit }) => exit);
    const inside = vendorsIn(initrd);
    outcomes.push(`${exits.toSorted((a, b) => (a ?? -1) - (b ?? -1)).join(' ')}: ${inside.length}`);
    const asWhole = Buffer.compare(readFileSync(initrd), both) === 0;
    expect(asWhole).toBe(inside.length === 2);
    expect(readdirSync(folder).sort()).toEqual(NAMES);
  }
  // Both in, or one refused (as when the file changed while it was read) and the other in.
  expect(outcomes.filter((outcome) => !['0 0: 2', '0 3: 1', '0 4: 1'].includes(outcome))).toEqual([]);
  expect(outcomes).toContain('0 0: 2');
});

describe('while another run has the file', () => {
  test('a splice in place waits, says for whom, and can be interrupted', async () => {
    const { folder, initrd, intel } = prepared();
    const owner = JSON.stringify(thisProcess());
    writeFileSync(lockPath(initrd), owner);
    const { pid, spoke, ended } = started(['initrd', 'splice', initrd, intel]);
    await spoke;
    process.kill(pid ?? 0, 'SIGTERM');
    const { exit, stderr } = await ended;
    expect(exit).toBe(143);
    expect(stderr).toContain(`waiting for process ${process.pid} on `);
    expect(readFileSync(lockPath(initrd), 'utf8')).toBe(owner);
    expect(Buffer.compare(readFileSync(initrd), main)).toBe(0);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  test('what would replace its result unseen is refused: -o of splice and of build', () => {
    const { folder, initrd, intel } = prepared();
    const output = join(folder, 'out.img');
    writeFileSync(lockPath(output), JSON.stringify(thisProcess()));
    for (const command of [
      ['initrd', 'splice', initrd, intel, '-o', output],
      ['initrd', 'build', intel, '-o', output],
      ['initrd', 'build', intel, '--base', initrd, '-o', output],
    ]) {
      const { exit, stderr } = ucodekit(command);
      expect({ command, exit }).toEqual({ command, exit: 4 });
      expect(stderr).toContain(`${output}: is being written by process ${process.pid} on `);
      expect(existsSync(output)).toBe(false);
      expect(ucodekit([...command, '--dry-run']).exit).toBe(0);
    }
  });
});

test('a run that was killed leaves nothing that the next one does not remove', async () => {
  const { folder, initrd, intel } = prepared();
  const { pid, ended } = started(['inspect', intel]);
  await ended;
  writeFileSync(join(folder, `.initrd.img.${pid}-abc.tmp`), 'half');
  writeFileSync(lockPath(initrd), JSON.stringify({ ...thisProcess(), pid }));
  expect(splice(initrd, intel)).toMatchObject({ exit: 0, stderr: '' });
  expect(readdirSync(folder).sort()).toEqual(NAMES);
  expect(vendorsIn(initrd)).toEqual(['intel']);
});

describe('a vendor of whom nothing new is given', () => {
  test('initrd splice keeps it and says so; --replace-all drops it and says so', () => {
    const { initrd, intel, amd } = prepared();
    splice(initrd, intel, amd);
    const kept = splice(initrd, intel);
    expect(kept.exit).toBe(0);
    expect(kept.stdout).toContain('nothing to change in');
    expect(kept.stdout).toContain(`kept ${VENDOR_FILES.amd}: 1 update that was there, nothing new is for AMD`);
    expect(vendorsIn(initrd)).toEqual(['amd', 'intel']);
    const report: unknown = JSON.parse(splice(initrd, amd, '--dry-run', '--json').stdout);
    expect(report).toMatchObject({ kept: [{ vendor: 'intel', path: VENDOR_FILES.intel, size: 1024, updates: 1 }] });
    const all = splice(initrd, intel, '--replace-all');
    expect(all.stdout).toContain(`dropped ${VENDOR_FILES.amd}:`);
    expect(all.stdout).not.toContain('kept kernel');
    expect(vendorsIn(initrd)).toEqual(['intel']);
  });

  test('initrd build --base does the same', () => {
    const { folder, initrd, intel, amd } = prepared();
    const output = join(folder, 'out.img');
    splice(initrd, intel, amd);
    const build = (...args: readonly string[]): Ran =>
      ucodekit(['initrd', 'build', intel, '--base', initrd, '-o', output, ...args]);
    expect(build().stdout).toContain(`kept ${VENDOR_FILES.amd}: 1 update`);
    expect(Buffer.compare(readFileSync(output), readFileSync(initrd))).toBe(0);
    expect(JSON.parse(build('--json').stdout)).toMatchObject({ kept: [{ vendor: 'amd', updates: 1 }] });
    expect(build('--replace-all').stdout).toContain(`dropped ${VENDOR_FILES.amd}:`);
    expect(vendorsIn(output)).toEqual(['intel']);
    expect(JSON.parse(build('--replace-all', '--json').stdout)).toMatchObject({ kept: [] });
  });

  test('its CPUs count for --require', () => {
    const { initrd, intel, amd } = prepared();
    splice(initrd, amd);
    const cpuid = parseAmdContainers(AMD).containers[0]?.patches[0]?.cpuids[0];
    const cpu = hex32(cpuid ?? 0);
    expect(splice(initrd, intel, '--require', cpu, '--replace-all').exit).toBe(1);
    expect(splice(initrd, intel, '--require', cpu).exit).toBe(0);
  });

  test('--replace-all is for a splice that puts something in, and for a base', () => {
    const { initrd, intel } = prepared();
    expect(splice(initrd, '--remove', '--replace-all').exit).toBe(2);
    expect(ucodekit(['initrd', 'build', intel, '--replace-all', '-o', '/dev/null']).exit).toBe(2);
  });
});

test('--remove of nothing is no success', () => {
  const { folder, initrd, intel } = prepared();
  const { exit, stdout, stderr } = splice(initrd, '--remove');
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
  expect(stderr).toContain(`${initrd}: has no early microcode, so there is nothing to take out\n`);
  const output = join(folder, 'out.img');
  expect(splice(initrd, '--remove', '-o', output).exit).toBe(1);
  expect(existsSync(output)).toBe(false);
  splice(initrd, intel);
  expect(splice(initrd, '--remove').exit).toBe(0);
  const table = join(folder, 'table');
  writeFileSync(table, 'SSDT');
  expect(splice(initrd, '--remove', '--add', `${table}=kernel/firmware/acpi/ssdt.aml`).exit).toBe(0);
  expect(Buffer.compare(readFileSync(initrd).subarray(-main.length), concat(main))).toBe(0);
});
