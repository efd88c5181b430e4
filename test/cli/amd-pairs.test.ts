/** Debian's container of family 17h with one patch above the cut-off more: every command keeps both, and each CPU is answered by its side. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, type TestContext } from 'vitest';
import { zenPatch } from '../../fixtures/amd.ts';
import { archive, file, folder } from '../../fixtures/cpio.ts';
import { amdFolder } from '../support/debian.ts';
import { captureHost } from '../../fixtures/captured-host.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

const [OLDER, NEWER] = ['0x0830107c', '0x0830107f'];
const OPEN = '0x830f10,,0x0830107a';
const FIXED = '0x830f10,,0x0830107d';

interface Place {
  readonly folder: string;
  readonly container: string;
  readonly patch: string;
}

function prepared(context: TestContext): Place {
  const own = temporaryFolder();
  const container = join(amdFolder(context), 'microcode_amd_fam17h.bin');
  const patch = join(own, 'cpu00830F10_ver0830107F.bin');
  writeFileSync(patch, zenPatch(Number(NEWER), { kind: 'zen2' }));
  return { folder: own, container, patch };
}

/** What `explain` says that a loader hands over. */
function handed(path: string, cpu: string, loader: string): string | null {
  const { stdout } = ucodekit(['explain', path, '--cpu', cpu, '--loader', loader, '--json']);
  const { cpus } = JSON.parse(stdout) as {
    cpus: readonly { loaders: readonly { chosen: { revision: string } | null }[] }[];
  };
  return cpus[0]?.loaders[0]?.chosen?.revision ?? null;
}

const revisionsFor = (stdout: string): string[] =>
  (JSON.parse(stdout) as { updates: readonly { revision: string }[] }).updates
    .map(({ revision }) => revision)
    .filter((revision) => revision === OLDER || revision === NEWER);

describe('a pair of family 17h', () => {
  test('initrd build: each CPU gets the one of its side from a kernel and a Xen that choose', (context) => {
    const { container, patch, folder: own } = prepared(context);
    const image = join(own, 'image');
    const { exit, stdout } = ucodekit(['initrd', 'build', container, patch, '-o', image, '--json']);
    expect(exit).toBe(0);
    expect(revisionsFor(stdout)).toEqual([OLDER, NEWER]);
    expect([handed(container, OPEN, 'linux-7.2'), handed(image, OPEN, 'linux-7.2')]).toEqual([OLDER, OLDER]);
    expect([handed(container, FIXED, 'linux-7.2'), handed(image, FIXED, 'linux-7.2')]).toEqual([null, NEWER]);
    expect([handed(image, OPEN, 'xen-4.20'), handed(image, FIXED, 'xen-4.20')]).toEqual([OLDER, NEWER]);
    expect([handed(image, OPEN, 'linux-6.1'), handed(image, FIXED, 'linux-6.1')]).toEqual([NEWER, NEWER]);
  });

  test('initrd splice does the same', (context) => {
    const { container, patch, folder: own } = prepared(context);
    const initrd = join(own, 'initrd');
    writeFileSync(initrd, gzipSync(archive(folder('.'), file('init', '#!/bin/sh\n'))));
    expect(ucodekit(['initrd', 'splice', initrd, container, patch]).exit).toBe(0);
    expect([handed(initrd, OPEN, 'linux-7.2'), handed(initrd, FIXED, 'linux-7.2')]).toEqual([OLDER, NEWER]);
  });

  test('inspect --latest lists both, extract --latest writes both into one file', (context) => {
    const { container, patch, folder: own } = prepared(context);
    expect(revisionsFor(ucodekit(['inspect', patch, container, '--latest', '--json']).stdout).sort()).toEqual([
      OLDER,
      NEWER,
    ]);
    expect(ucodekit(['extract', patch, container, '--latest', '-o', join(own, 'firmware')]).exit).toBe(0);
    const written = join(own, 'firmware', 'amd-ucode', 'microcode_amd_fam17h.bin');
    expect(revisionsFor(ucodekit(['inspect', written, '--json']).stdout)).toEqual([OLDER, NEWER]);
  });

  test('verify calls neither of the two superseded', (context) => {
    const { container, patch } = prepared(context);
    const { stdout } = ucodekit(['verify', container, patch]);
    expect(stdout).not.toContain('never used');
  });

  test('--require asks for both, or for the side of the revision', (context) => {
    const { container, patch, folder: own } = prepared(context);
    const image = join(own, 'image');
    const build = (paths: readonly string[], cpu: string) =>
      ucodekit(['initrd', 'build', ...paths, '-o', image, '--require', cpu]);
    expect(build([container, patch], '0x830f10').exit).toBe(0);
    expect(build([container], OPEN).exit).toBe(0);
    expect(build([container], '0x830f10')).toMatchObject({
      exit: 1,
      stdout: 'nothing was written: no update for 0x00830f10 that runs 0x0830107d or later\n',
    });
    expect(build([container], FIXED).exit).toBe(1);
    expect(build([patch], OPEN).stdout).toBe(
      'nothing was written: no update for 0x00830f10 that runs 0x0830107c or earlier\n',
    );
  });

  test('host offers the one of the running revision', (context) => {
    const { container, patch, folder: own } = prepared(context);
    const image = join(own, 'image');
    ucodekit(['initrd', 'build', container, patch, '-o', image]);
    const offered = (version: string): string | undefined => {
      const rome = { vendorId: 'AuthenticAMD', family: 23, model: 0x31, stepping: 0, version };
      const root = captureHost(temporaryFolder(), [rome]);
      const { stdout } = ucodekit(['host', '--root', root, image, '--json']);
      return (JSON.parse(stdout) as { groups: readonly { available: { revision: string } | null }[] }).groups[0]
        ?.available?.revision;
    };
    expect([offered('0x830107a'), offered('0x830107d')]).toEqual([OLDER, NEWER]);
  });
});

describe("a vendor's container of which everything is chosen", () => {
  test('keeps its bytes', (context) => {
    const { container, folder: own } = prepared(context);
    const image = join(own, 'image');
    expect(ucodekit(['initrd', 'build', container, '-o', image]).exit).toBe(0);
    expect(readFileSync(image).includes(readFileSync(container))).toBe(true);
  });
});
