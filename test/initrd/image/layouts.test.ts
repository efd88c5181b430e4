/** The images that today's tools make, rebuilt and inspected: offsets, members and alignment as measured on the originals. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, type TestContext } from 'vitest';
import { concat } from '../../../fixtures/bytes.ts';
import { folder } from '../../../fixtures/cpio.ts';
import { type NewcEntry, writeNewc } from '../../../src/formats/cpio/write.ts';
import { earlyImageBytes, planEarlyImage } from '../../../src/initrd/image/layout.ts';
import { imageTime } from '../../../src/initrd/image/build.ts';
import { inspectInitrd } from '../../../src/initrd/inspect/inspect.ts';
import { program } from '../../support/debian.ts';
import { memberTable } from '../../support/member-table.ts';
import { amdConcatenation, intelConcatenation, intelPayload } from '../../support/vendor-payload.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ucodekit-layouts-'));
});
afterEach(() => rmSync(place, { recursive: true }));

const AMD = 'kernel/x86/microcode/AuthenticAMD.bin';
const INTEL = 'kernel/x86/microcode/GenuineIntel.bin';
/** Date of Debian's amd64-microcode package. */
const PACKAGE_TIME = 1_741_651_200;

const table = (name: string): string[] =>
  readFileSync(join(import.meta.dirname, '../../data/initrd', `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1);

/** Writes a tree with one time for everything, folders after what is in them. */
function tree(files: Readonly<Record<string, Uint8Array>>, time: number): string[] {
  const folders = new Set(['.']);
  for (const [name, data] of Object.entries(files)) {
    mkdirSync(join(place, dirname(name)), { recursive: true, mode: 0o755 });
    writeFileSync(join(place, name), data, { mode: 0o644 });
    utimesSync(join(place, name), time, time);
    for (let up = dirname(name); up !== '.'; up = dirname(up)) folders.add(up);
  }
  for (const name of [...folders].sort().reverse()) {
    chmodSync(join(place, name), 0o755);
    utimesSync(join(place, name), time, time);
  }
  return [...folders, ...Object.keys(files)].sort();
}

function gnuCpio(context: TestContext, names: readonly string[]): Uint8Array {
  const options = ['-o', '-H', 'newc', '--reproducible', '--quiet', '-R', '0:0'];
  const input = `${names.join('\n')}\n`;
  return execFileSync(program(context, 'cpio'), options, { cwd: place, input, maxBuffer: 1 << 26, stdio: 'pipe' });
}

const intelImage = (context: TestContext): Uint8Array => {
  const { parts, dates } = intelPayload(context);
  return earlyImageBytes(planEarlyImage({ intel: parts, mtime: imageTime(undefined, dates), layout: 'iucode-tool' }));
};

const debianHook = (context: TestContext): Uint8Array =>
  gnuCpio(context, tree({ [AMD]: amdConcatenation(context) }, PACKAGE_TIME));

/** Rules that an image of the kind is expected to break. */
const rules = (bytes: Uint8Array): string[] => inspectInitrd(bytes).findings.map(({ rule }) => rule);

test("Debian's AMD hook: GNU cpio", (context) => {
  const bytes = debianHook(context);
  expect(memberTable(bytes)).toEqual(table('amd-debian-hook'));
  expect(rules(bytes)).toEqual(['initrd/not-found']);
});

test('initramfs-tools: AMD, Intel and a compressed main initrd', (context) => {
  const image = concat(debianHook(context), intelImage(context));
  rmSync(place, { recursive: true });
  mkdirSync(place);
  const main = gnuCpio(context, tree({ init: Buffer.from('#!/bin/sh\n') }, PACKAGE_TIME));
  const bytes = concat(image, gzipSync(main, { level: 9 }));
  const sizes = /^(?:size|size%512|sha256)\t|^non-cpio/;
  const stable = (rows: readonly string[]): string[] => rows.filter((row) => !sizes.test(row));
  expect(stable(memberTable(bytes))).toEqual(stable(table('initramfs-tools-combined')));
  expect(inspectInitrd(bytes).image.segments.map(({ kind, start }) => [kind, start])).toEqual([
    ['archive', 0],
    ['zeros', 148_112],
    ['archive', 148_480],
    ['zeros', 14_922_540],
    ['compressed', 14_922_752],
  ]);
  expect(rules(bytes)).toEqual(['initrd/several-archives']);
});

test('dracut with GNU cpio: Intel data at 8 modulo 16', (context) => {
  const files = { [AMD]: amdConcatenation(context), [INTEL]: intelConcatenation(context) };
  const bytes = gnuCpio(context, tree({ early_cpio: Buffer.from('1\n'), ...files }, PACKAGE_TIME));
  expect(memberTable(bytes)).toEqual(table('dracut-gnucpio-both'));
  expect(rules(bytes)).toEqual(['initrd/misaligned']);
});

test('mkinitcpio with bsdtar: folders end in a slash, no links', (context) => {
  const bsdtar = program(context, 'bsdtar');
  const files = { [AMD]: amdConcatenation(context), [INTEL]: intelConcatenation(context) };
  const names = tree({ early_cpio: Buffer.alloc(0), ...files }, 0).filter((name) => name !== '.');
  const first = ['--null', '-cnf', '-', '-T', '-', '--uid=0', '--gid=0', '--uname=', '--gname='];
  const options = { cwd: place, maxBuffer: 1 << 26, stdio: 'pipe' as const };
  const tar = execFileSync(bsdtar, first, { ...options, input: names.join('\0') });
  const bytes = execFileSync(bsdtar, ['--null', '--format=newc', '-cf', '-', '@-'], { ...options, input: tar });
  expect(memberTable(bytes)).toEqual(table('mkinitcpio-bsdtar-both'));
  expect(rules(bytes)).toEqual(['initrd/misaligned']);
});

const dated = (entry: NewcEntry, index: number, more: Partial<NewcEntry>): NewcEntry =>
  Object.assign({ ino: index }, entry, more);

test("the kernel's gen_init_cpio: Intel data at 12 modulo 16", (context) => {
  const { parts, dates } = intelPayload(context);
  const more = { devmajor: 3, devminor: 1, mtime: imageTime(undefined, dates) };
  const entries = [...['kernel', 'kernel/x86', 'kernel/x86/microcode'].map(folder), { name: INTEL, data: parts }];
  const bytes = writeNewc(entries.map((entry, index) => dated(entry, 721 + index, more)));
  expect(memberTable(bytes)).toEqual(table('gen_init_cpio-intel'));
  expect(rules(bytes)).toEqual(['initrd/misaligned', 'initrd/not-found']);
});

test('dracut-cpio with data on whole blocks', (context) => {
  const page = 4096;
  const entries: NewcEntry[] = [
    { name: '.', mode: 0o40755, nlink: 3 },
    { name: 'early_cpio', data: [Buffer.from('1\n')] },
    { name: 'kernel', mode: 0o40755, nlink: 3 },
    { name: 'kernel/x86', mode: 0o40755, nlink: 3 },
    { name: 'kernel/x86/microcode', mode: 0o40755, nlink: 2 },
    { name: AMD, data: [amdConcatenation(context)], alignData: page },
    { name: INTEL, data: [intelConcatenation(context)], alignData: page },
  ];
  const bytes = writeNewc(entries.map((entry, index) => dated(entry, index, {})));
  expect(memberTable(bytes)).toEqual(table('dracut-cpio-align4096'));
  expect(rules(bytes)).toEqual(['initrd/name-padding', 'initrd/name-padding']);
});

test('GRUB newc: lower-case digits, no zeros behind the trailer', (context) => {
  const { parts } = intelPayload(context);
  const entries = ['kernel', 'kernel/x86', 'kernel/x86/microcode'].map((name) => ({ name, mode: 0o40777 }));
  const upper = writeNewc([...entries, { name: INTEL, mode: 0o100777, data: parts }], 4);
  for (const header of [0, 120, 244, 376, 14_773_772]) {
    const text = Buffer.from(upper.subarray(header, header + 110)).toString('latin1');
    upper.set(Buffer.from(text.toLowerCase(), 'latin1'), header);
  }
  const golden = table('grub-newc-simulated');
  const members = (rows: readonly string[]): string[] => rows.filter((row) => /^(?:member|early)/.test(row));
  const bytes = concat(upper, gzipSync('main'));
  expect(members(memberTable(bytes))).toEqual(members(golden));
  expect(inspectInitrd(bytes).image.segments.map(({ start, end }) => [start, end])).toEqual([
    [0, 14_773_896],
    [14_773_896, bytes.length],
  ]);
});
