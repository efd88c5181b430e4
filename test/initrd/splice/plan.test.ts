import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amdContainer } from '../../../fixtures/amd.ts';
import { concat, seeded } from '../../../fixtures/bytes.ts';
import { archive, file, folder, parents, unpadded } from '../../../fixtures/cpio.ts';
import { HOSTILE_INITRDS } from '../../../fixtures/hostile-initrds.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { pieceChunks, piecesSource } from '../../../src/bytes/pieces.ts';
import { bytesSource } from '../../../src/bytes/source.ts';
import { findCpioData } from '../../../src/formats/cpio/early-lookup.ts';
import { membersOf, readCpio } from '../../../src/formats/cpio/read.ts';
import type { NewcEntry } from '../../../src/formats/cpio/write.ts';
import {
  earlyImageBytes,
  type EarlyImagePlan,
  type EarlyLayout,
  ImageRefused,
  planEarlyImage,
} from '../../../src/initrd/image/layout.ts';
import type { ExtraMember } from '../../../src/initrd/splice/extra-members.ts';
import { expandInitrd } from '../../../src/initrd/expanded-parts.ts';
import { inspectInitrd } from '../../../src/initrd/inspect/inspect.ts';
import { planSplice, type SplicePlan, type SpliceRequest } from '../../../src/initrd/splice/plan.ts';
import { VENDOR_FILES } from '../../../src/loaders/early-paths.ts';

const zeros = (count: number): Uint8Array => new Uint8Array(count);
const main = new Uint8Array(gzipSync(archive(folder('.'), file('init', '#!/bin/sh\n'))));
const acpi = archive(
  folder('kernel'),
  folder('kernel/firmware'),
  folder('kernel/firmware/acpi'),
  file('kernel/firmware/acpi/dsdt.aml', 'DSDT'),
);

const microcode = (revision: number, layout: EarlyLayout = 'standard'): EarlyImagePlan =>
  planEarlyImage({
    intel: [intelUpdate({ revision })],
    ...(layout === 'standard' ? { amd: [amdContainer()] } : {}),
    mtime: 5,
    layout,
  });

const apply = (bytes: Uint8Array, plan: SplicePlan): Uint8Array =>
  concat(...pieceChunks(plan.pieces, bytesSource(bytes)));

const splice = (
  bytes: Uint8Array,
  wanted: SpliceRequest['microcode'],
  extra: readonly ExtraMember[] = [],
): Uint8Array => apply(bytes, planSplice(bytes, { microcode: wanted, extra, mtime: 5 }));

const names = (bytes: Uint8Array): string[][] =>
  readCpio(bytes).segments.flatMap((segment) =>
    segment.kind === 'archive' ? [[...membersOf(bytes, segment)].map(({ name }) => name)] : [],
  );

const VENDOR_ARCHIVE = ['kernel', 'kernel/x86', 'kernel/x86/microcode', VENDOR_FILES.amd, VENDOR_FILES.intel];

function refusal(
  bytes: Uint8Array,
  wanted: SpliceRequest['microcode'] = microcode(1),
  extra: readonly ExtraMember[] = [],
): string[] {
  try {
    planSplice(bytes, { microcode: wanted, extra, mtime: 0 });
    return [];
  } catch (error) {
    if (error instanceof ImageRefused) return error.findings.map(({ rule }) => rule);
    throw error;
  }
}

describe('splicing', () => {
  test('puts the image in front and keeps the rest byte for byte', () => {
    expect(Buffer.compare(splice(main, microcode(1)), concat(earlyImageBytes(microcode(1)), main))).toBe(0);
  });

  test('replaces an image that is there', () => {
    expect(Buffer.compare(splice(splice(main, microcode(1)), microcode(2)), splice(main, microcode(2)))).toBe(0);
  });

  test('twice is once, and is known to change nothing', () => {
    const once = splice(main, microcode(1));
    expect(Buffer.compare(splice(once, microcode(1)), once)).toBe(0);
    const plan = (wanted: EarlyImagePlan) => planSplice(once, { microcode: wanted, extra: [], mtime: 5 });
    expect([plan(microcode(1)).changes, plan(microcode(2)).changes]).toEqual([false, true]);
  });

  test.each<EarlyLayout>(['iucode-tool', 'iucode-tool-mini'])('takes the place of an image in layout %s', (layout) => {
    const foreign = concat(earlyImageBytes(microcode(1, layout)), main);
    expect(Buffer.compare(splice(foreign, microcode(2)), splice(main, microcode(2)))).toBe(0);
    expect(Buffer.compare(splice(foreign, 'remove'), main)).toBe(0);
    expect(Buffer.compare(splice(main, microcode(1, layout)), foreign)).toBe(0);
  });

  test('an archive with nothing else but flag files goes whole, padding included', () => {
    const dracut = archive(folder('.'), file('early_cpio', '1\n'), ...parents, file(VENDOR_FILES.intel, intelUpdate()));
    expect(Buffer.compare(splice(concat(dracut, zeros(5120), main), 'remove'), main)).toBe(0);
  });

  test('other early archives stay as they are', () => {
    const both = concat(earlyImageBytes(microcode(1)), acpi, main);
    expect(Buffer.compare(splice(both, 'remove'), concat(acpi, main))).toBe(0);
    expect(names(splice(both, microcode(2)))[1]).toEqual(names(acpi)[0]);
  });

  test('an archive that holds other files too is kept without its microcode', () => {
    const shared = archive(
      folder('kernel'),
      folder('kernel/firmware'),
      file('kernel/firmware/fw.bin', 'firmware'),
      folder('kernel/x86'),
      folder('kernel/x86/microcode'),
      file(VENDOR_FILES.amd, amdContainer()),
      file('early_cpio', ''),
      file(VENDOR_FILES.intel, intelUpdate()),
    );
    const result = splice(concat(shared, main), 'remove');
    expect(names(result)).toEqual([['kernel', 'kernel/firmware', 'kernel/firmware/fw.bin', 'early_cpio']]);
    expect(readCpio(result).findings).toEqual([]);
    expect(readCpio(result).segments.at(-1)).toMatchObject({ kind: 'compressed' });
  });

  test('microcode in an uncompressed main initrd goes too', () => {
    const whole = archive(file('init', 'x'), ...parents, file(VENDOR_FILES.intel, intelUpdate()), file('sbin', 'y'));
    expect(names(splice(whole, 'remove'))).toEqual([['init', 'sbin']]);
    expect(names(splice(whole, microcode(1)))).toEqual([VENDOR_ARCHIVE, ['init', 'sbin']]);
  });

  test('a backup copy that would hide the real file goes with it', () => {
    const poisoned = concat(archive(file(`${VENDOR_FILES.intel}.bak`, 'old'), file(VENDOR_FILES.intel, 'x')), main);
    const result = splice(poisoned, microcode(1));
    expect(inspectInitrd(result).findings).toEqual([]);
  });

  test('what was dropped is told', () => {
    const plan = planSplice(splice(main, microcode(1)), { microcode: 'remove', extra: [], mtime: 0 });
    expect(plan.dropped.map(({ name }) => name)).toEqual(VENDOR_ARCHIVE);
  });

  test("dracut's flag file is told when it goes with the whole archive, and not when it stays", () => {
    const marker = [folder('.'), file('early_cpio', '1\n')];
    const vendor = [...parents, file(VENDOR_FILES.intel, intelUpdate())];
    const dropped = (...entries: readonly NewcEntry[]): string[] =>
      planSplice(concat(archive(...entries), main), { microcode: 'remove', extra: [], mtime: 0 }).dropped.map(
        ({ name }) => name,
      );
    const names = vendor.map(({ name }) => name);
    expect(dropped(...marker, ...vendor)).toEqual(['.', 'early_cpio', ...names]);
    expect(dropped(...marker, ...vendor, file('kernel/dsdt.aml', 'x'))).toEqual(names.slice(1));
  });
});

describe('further members', () => {
  const table: ExtraMember = { name: 'kernel/firmware/acpi/ssdt.aml', data: [Buffer.from('SSDT')] };
  const folders = ['kernel', 'kernel/firmware', 'kernel/firmware/acpi'];

  test('stand in an archive of their own behind the microcode', () => {
    const result = splice(main, microcode(1), [table]);
    expect(names(result)).toEqual([VENDOR_ARCHIVE, [...folders, table.name]]);
    expect(findCpioData(result, 'kernel/firmware/acpi/')).toMatchObject({ found: true, size: 4 });
  });

  test('added twice they stand there once', () => {
    const once = splice(main, microcode(1), [table]);
    expect(Buffer.compare(splice(once, microcode(1), [table]), once)).toBe(0);
  });

  test('stay when the microcode is replaced or removed', () => {
    const result = splice(splice(splice(main, microcode(1), [table]), microcode(2)), 'remove');
    expect(names(result)).toEqual([[...folders, table.name]]);
  });

  test('can be added alone: microcode that is there stays', () => {
    const result = splice(splice(main, microcode(1)), 'keep', [table]);
    expect(names(result)).toEqual([[...folders, table.name], VENDOR_ARCHIVE]);
    expect(Buffer.compare(splice(result, 'keep', [table]), result)).toBe(0);
  });

  test('replace a member of the same name, whatever else its archive holds', () => {
    const newer = { name: 'kernel/firmware/acpi/dsdt.aml', data: [Buffer.from('newer')] };
    expect(names(splice(concat(acpi, main), 'remove', [newer]))).toEqual([[...folders, newer.name]]);
    expect(names(splice(concat(acpi, main), 'remove', [table]))).toEqual([[...folders, table.name], names(acpi)[0]]);
  });

  test.each(['/a', './a', 'a/../b', 'a//b', '', 'TRAILER!!!', VENDOR_FILES.intel, 'kernel/x86/microcode'])(
    'cannot be named "%s"',
    (name) => {
      expect(refusal(main, 'remove', [{ name, data: [] }])).toEqual(['initrd/extra-name']);
    },
  );

  test('cannot be named twice', () => {
    expect(refusal(main, 'remove', [table, table])).toEqual(['initrd/extra-name']);
  });
});

describe('what is not understood is refused', () => {
  test.each<[string, Uint8Array, string[]]>([
    ['text', Buffer.from('no initrd'), ['cpio/garbage']],
    ['nothing', zeros(0), ['initrd/nothing']],
    ['zeros', zeros(512), ['initrd/nothing']],
    ['garbage behind an archive', concat(acpi, Buffer.from('junk')), ['cpio/garbage']],
    ['a cut archive', acpi.subarray(0, 300), ['cpio/truncated']],
    ['an old format', Buffer.from(`070707${'0'.repeat(100)}`), ['cpio/odc']],
    ['compressed data at an odd offset', concat(zeros(1), main), ['cpio/unaligned']],
    [
      'compressed data two bytes behind an archive',
      concat(unpadded(folder('a')), zeros(2), main),
      ['initrd/unpack-stops'],
    ],
    [
      'a hard link',
      concat(archive(...parents, file(VENDOR_FILES.intel, 'x', { nlink: 2 }), file('b', '', { nlink: 2 })), main),
      ['initrd/splice-link'],
    ],
  ])('%s', (_, bytes, rules) => {
    expect(refusal(bytes)).toEqual(rules);
  });

  test('removing all there is', () => {
    expect(refusal(earlyImageBytes(microcode(1)), 'remove')).toEqual(['initrd/nothing-left']);
  });

  test('a sound initrd is not refused', () => {
    expect(refusal(concat(acpi, main))).toEqual([]);
  });

  test('no odd or damaged image is made worse: what is spliced is found and unpacks', async () => {
    const wanted = microcode(7);
    const fit = HOSTILE_INITRDS.filter(({ bytes }) => refusal(bytes, wanted).length === 0);
    const spliced = await Promise.all(
      fit.map(async ({ name, bytes }) => {
        const result = splice(bytes, wanted);
        const { findings, unpacking, lookups } = inspectInitrd(result, await expandInitrd(result));
        const errors = findings.filter(({ severity, rule }) => severity === 'error' && rule !== 'initrd/unreachable');
        return [name, errors, unpacking.verdict, lookups.intel[0]?.verdict];
      }),
    );
    expect(spliced.length).toBeGreaterThan(25);
    expect(spliced).toEqual(spliced.map(([name]) => [name, [], 'complete', 'found']));
  });
});

test('1,000 random sequences of splice and remove end in the original bytes', () => {
  const random = seeded(5);
  const origins = [
    main,
    concat(acpi, main),
    concat(acpi, zeros(1024), main),
    concat(zeros(512), acpi, main),
    concat(zeros(8), main),
    concat(unpadded(folder('a')), main),
    archive(folder('dev'), file('init', 'x')),
    concat(archive(file('a', 'b')), zeros(36), archive(file('c', 'd')), Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)),
  ];
  for (let sequence = 0; sequence < 1000; sequence++) {
    const original = origins[random() % origins.length] ?? main;
    let bytes = original;
    for (let step = random() % 5; step >= 0; step--) {
      bytes = splice(bytes, random() % 3 === 0 ? 'remove' : microcode(1 + (random() % 4)));
    }
    expect(Buffer.compare(splice(bytes, 'remove'), original)).toBe(0);
  }
});

test('the planned file read by position is the file that is written', () => {
  const parts = [Buffer.from('abc'), Buffer.from(''), Buffer.from('defgh')];
  const old = bytesSource(Buffer.from('0123456789'));
  const pieces = [
    ...parts.map((bytes) => ({ kind: 'bytes' as const, bytes })),
    { kind: 'copy' as const, start: 2, end: 7 },
    { kind: 'bytes' as const, bytes: Buffer.from('!') },
  ];
  const whole = Buffer.concat([...pieceChunks(pieces, old)]).toString();
  expect(whole).toBe('abcdefgh23456!');
  const source = piecesSource(pieces, old);
  expect(source.size).toBe(whole.length);
  fc.assert(
    fc.property(fc.nat(20), fc.nat(20), (offset, length) => {
      expect(Buffer.from(source.view(offset, length)).toString()).toBe(whole.slice(offset, offset + length));
    }),
  );
});
