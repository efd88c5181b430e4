import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { concat, patched } from '../../fixtures/bytes.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { viaUpdate } from '../../fixtures/via.ts';
import type { Inspection } from '../../src/report/updates/inspect-table.ts';
import { amdFolder, intelFolder, program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const inspection = (text: string): Inspection => JSON.parse(text) as Inspection;

describe("Debian's Intel folder", () => {
  test('has 166 updates for 251 CPUs: 27 of its 278 rows repeat the header', (context) => {
    const { exit, stdout } = ucodekit(['inspect', intelFolder(context), '--json']);
    const { updates, schema } = inspection(stdout);
    expect(exit).toBe(0);
    expect(schema).toBe('ucodekit/inspect@2');
    expect(updates).toHaveLength(166);
    expect(updates.reduce((rows, { serves }) => rows + serves.length, 0)).toBe(251);
  });

  test('is listed as iucode_tool -L lists it, line for line once both are sorted by file', (context) => {
    const folder = intelFolder(context);
    const files = readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
    const peer = execFileSync(program(context, 'iucode_tool'), ['-L', ...files], { encoding: 'utf8' });
    const { stdout } = ucodekit(['inspect', folder, '--format', 'iucode']);
    // The peer goes on with the list of what it selected.
    expect(stdout).toBe(peer.split('selected microcodes:')[0]);
  });
});

describe("Debian's AMD containers", () => {
  test('have 41 patches for 46 CPUIDs, one by one and as one file', (context) => {
    const folder = amdFolder(context);
    const whole = concat(
      ...readdirSync(folder)
        .sort()
        .map((name) => readFileSync(join(folder, name))),
    );
    const path = join(temporaryFolder(), 'AuthenticAMD.bin');
    writeFileSync(path, whole);
    for (const input of [folder, path]) {
      const { exit, stdout } = ucodekit(['inspect', input, '--json']);
      const { updates } = inspection(stdout);
      expect(exit).toBe(0);
      expect(updates).toHaveLength(41);
      expect(updates.flatMap(({ serves }) => serves)).toHaveLength(46);
    }
  });
});

describe('inputs', () => {
  test('standard input is -', () => {
    const { exit, stdout } = ucodekit(['inspect', '-', '--json'], { input: intelUpdate() });
    expect(exit).toBe(0);
    expect(inspection(stdout).updates[0]?.origin.path).toBe('-');
  });

  test('a folder is sorted and entered with its subfolders', () => {
    const folder = temporaryFolder();
    execFileSync('mkdir', [join(folder, 'sub')]);
    writeFileSync(join(folder, 'b'), intelUpdate());
    writeFileSync(join(folder, 'a'), intelUpdate());
    writeFileSync(join(folder, 'sub', 'c'), intelUpdate());
    const names = (args: readonly string[]): string[] =>
      inspection(ucodekit(['inspect', folder, '--json', ...args]).stdout).updates.map(({ origin }) =>
        origin.path.slice(folder.length + 1),
      );
    expect(names([])).toEqual(['a', 'b', 'sub/c']);
    expect(names(['-r'])).toEqual(['a', 'b', 'sub/c']);
    expect(names(['--no-recursive'])).toEqual(['a', 'b']);
  });

  test('one bad input among many is reported, the rest is listed, the exit code is 3', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'bad'), patched(intelUpdate(), 100, [1, 2, 3]));
    writeFileSync(join(folder, 'good'), intelUpdate());
    const { exit, stdout, stderr } = ucodekit([
      'inspect',
      join(folder, 'none'),
      join(folder, 'bad'),
      join(folder, 'good'),
    ]);
    expect(exit).toBe(3);
    expect(stdout).toContain('bad (damaged)');
    expect(stdout).toContain('good');
    expect(stderr).toMatch(/none: error: cannot be read: no such file.* \[input\/unreadable\]/);
    expect(stderr).toMatch(
      /bad\+0x10: error: header and data sum to 0x[\da-f]{8}, expected 0x00000000 \[intel\/checksum\]/,
    );
  });

  test('a selection limits what is listed', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'two'), concat(intelUpdate(), intelUpdate({ signature: 0x50657 })));
    const { stdout } = ucodekit(['inspect', '-s', '0x50657', '--json', folder]);
    expect(inspection(stdout).updates.map(({ signature }) => signature)).toEqual(['0x00050657']);
  });

  test('updates of VIA are listed, without a mask', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'intel'), intelUpdate());
    writeFileSync(join(folder, 'via'), viaUpdate());
    const { exit, stdout } = ucodekit(['inspect', folder, '--vendor', 'via', '--format', 'csv']);
    expect(exit).toBe(0);
    expect(stdout.split('\r\n')[1]).toBe(`via,0x000006f3,-,0x00000000,2009-06-26,960,-,${join(folder, 'via')}`);
  });

  test('a bad selection is a usage error with the reason', () => {
    const { exit, stderr } = ucodekit(['inspect', '-s', 'all', '.']);
    expect(exit).toBe(2);
    expect(stderr).toContain('--select all: "all" is not a processor signature');
  });

  test('JSON errors are documents too', () => {
    const { exit, stdout } = ucodekit(['inspect', '-s', 'all', '.', '--json']);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'ucodekit/error@1', error: { code: 'usage/selection' } });
  });
});

describe('output', () => {
  test('CSV and Markdown repeat what the table leaves blank', () => {
    const extended = [
      { signature: 0x906a4, platformMask: 0x80 },
      { signature: 0x906a3, platformMask: 0x80 },
    ];
    const input = intelUpdate({ dataSize: 932, extended });
    const csv = ucodekit(['inspect', '-', '--format', 'csv'], { input }).stdout.split('\r\n');
    expect(csv).toEqual([
      'VENDOR,SIGNATURE,MASK,REVISION,DATE,SIZE,MINIMUM,FILE',
      'intel,0x000906a4,0x80,0x00000010,2020-01-15,1024,-,-',
      'intel,0x000906a3,0x80,0x00000010,2020-01-15,1024,-,-',
      '',
    ]);
  });

  test('a closed pipe is no error', () => {
    const { status, stderr } = closedPipe();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

function closedPipe(): { status: number; stderr: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'many'), concat(...Array.from({ length: 3000 }, () => intelUpdate({ dataSize: 64 }))));
  const script =
    `node bin/run.js inspect "${folder}" -q 2>err.txt | head -n 1 >/dev/null; echo "\${PIPESTATUS[0]}"; cat err.txt`.replaceAll(
      'err.txt',
      join(folder, 'stderr'),
    );
  const [status = '', ...stderr] = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n');
  return { status: Number(status), stderr: stderr.join('\n').trim() };
}
