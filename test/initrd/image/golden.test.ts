import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concat } from '../../../fixtures/bytes.ts';
import { archive, file, folder } from '../../../fixtures/cpio.ts';
import { findCpioData } from '../../../src/formats/cpio/early-lookup.ts';
import { earlyImageBytes, planEarlyImage } from '../../../src/initrd/image/layout.ts';
import { imageTime } from '../../../src/initrd/image/build.ts';
import { inspectInitrd } from '../../../src/initrd/inspect/inspect.ts';
import { VENDOR_FILES } from '../../../src/loaders/early-paths.ts';
import { intelFolder, program } from '../../support/debian.ts';
import { memberTable } from '../../support/member-table.ts';
import { amdConcatenation, intelPayload } from '../../support/vendor-payload.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'ucodekit-golden-'));
});
afterAll(() => rmSync(place, { recursive: true }));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const table = (name: string): string[] =>
  readFileSync(join(import.meta.dirname, '../../data/initrd', `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1);

describe("the bytes that iucode_tool writes over Debian's updates", () => {
  test.for([
    ['iucode-tool', [], 'intel-earlyfw-normal', 14_774_272],
    ['iucode-tool-mini', ['--mini-earlyfw'], 'intel-earlyfw-mini', 14_773_536],
  ] as const)('layout $0', ([layout, options, golden, size], context) => {
    const { parts, dates } = intelPayload(context);
    const plan = planEarlyImage({ intel: parts, mtime: imageTime(undefined, dates), layout });
    const bytes = earlyImageBytes(plan);
    expect(bytes.length).toBe(size);
    expect(memberTable(bytes)).toEqual(table(golden));
    const theirs = join(place, layout);
    execFileSync(program(context, 'iucode_tool'), [
      '-q',
      ...options,
      `--write-earlyfw=${theirs}`,
      intelFolder(context),
    ]);
    expect(sha256(bytes)).toBe(sha256(readFileSync(theirs)));
  });

  test('one signature', (context) => {
    const { parts, dates } = intelPayload(context, 0x306d4);
    const plan = planEarlyImage({ intel: parts, mtime: imageTime(undefined, dates), layout: 'iucode-tool' });
    expect(memberTable(earlyImageBytes(plan))).toEqual(table('intel-earlyfw-sig306d4'));
  });
});

describe("the standard layout over Debian's updates of both vendors", () => {
  test('early lookup returns what was put in, aligned, and nothing is found wrong', (context) => {
    const { parts, dates } = intelPayload(context);
    const amd = amdConcatenation(context);
    const plan = planEarlyImage({ intel: parts, amd: [amd], mtime: imageTime(undefined, dates), layout: 'standard' });
    const bytes = earlyImageBytes(plan);
    expect(bytes.length % 512).toBe(0);
    const wanted = { intel: Buffer.concat(parts), amd: Buffer.from(amd) };
    for (const vendor of ['intel', 'amd'] as const) {
      const found = findCpioData(bytes, VENDOR_FILES[vendor]);
      if (!found.found) throw new Error(`${vendor} not found`);
      expect(found.offset % 16).toBe(0);
      expect(wanted[vendor].equals(bytes.subarray(found.offset, found.offset + found.size))).toBe(true);
    }
    expect(inspectInitrd(bytes).findings).toEqual([]);
  });

  test('lsinitramfs lists the image in front of a main initrd', (context) => {
    const { parts } = intelPayload(context, 0x306d4);
    const early = earlyImageBytes(planEarlyImage({ intel: parts, mtime: 0, layout: 'standard' }));
    const main = gzipSync(archive(folder('.'), file('init', '#!/bin/sh\n')));
    const path = join(place, 'initrd.img');
    writeFileSync(path, concat(early, main));
    const list = execFileSync(program(context, 'lsinitramfs'), [path], { encoding: 'utf8', stdio: 'pipe' });
    expect(list.trimEnd().split('\n')).toEqual([
      'kernel',
      'kernel/x86',
      'kernel/x86/microcode',
      'kernel/x86/microcode/GenuineIntel.bin',
      '.',
      'init',
    ]);
  });
});
