/** A vendor of whom nothing new is put in keeps what the initrd has of it. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch } from '../../../fixtures/amd.ts';
import { concat, patched } from '../../../fixtures/bytes.ts';
import { archive, file, folder, parents } from '../../../fixtures/cpio.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { readBlob } from '../../../src/bundle/collect.ts';
import { EVERYTHING } from '../../../src/bundle/select/selection.ts';
import { pieceChunks } from '../../../src/bytes/pieces.ts';
import { bytesSource } from '../../../src/bytes/source.ts';
import { findCpioData } from '../../../src/formats/cpio/early-lookup.ts';
import { fileOrigin } from '../../../src/inputs/origin.ts';
import { imageOnBase, splicedImage } from '../../../src/initrd/splice/splice.ts';
import { VENDOR_FILES } from '../../../src/loaders/early-paths.ts';

const main = new Uint8Array(gzipSync(archive(folder('.'), file('init', '#!/bin/sh\n'))));
const INTEL = intelUpdate({ date: '2024-05-06' });
const AMD = amdContainer();
const origin = fileOrigin('initrd.img');

const collection = (blobs: readonly ['intel' | 'amd-container', Uint8Array][]) => {
  const readings = blobs.map(([kind, bytes]) => readBlob({ kind, origin: fileOrigin(kind), bytes }));
  return {
    updates: readings.flatMap(({ updates }) => updates),
    findings: readings.flatMap(({ findings }) => findings),
  };
};

const intel = collection([['intel', INTEL]]);
const amd = collection([['amd-container', AMD]]);
const both = collection([
  ['intel', INTEL],
  ['amd-container', AMD],
]);

const OPTIONS = { layout: 'standard', selection: EVERYTHING, sourceDateEpoch: undefined, replaceAll: false } as const;

function planned(initrd: Uint8Array, read: typeof intel, options: Partial<Parameters<typeof splicedImage>[3]> = {}) {
  const image = splicedImage(origin, bytesSource(initrd), read, {
    ...OPTIONS,
    microcode: 'put',
    extra: [],
    ...options,
  });
  if (image.kind === 'refused') throw new Error(JSON.stringify(image.because));
  return image;
}

const splice = (...args: Parameters<typeof planned>): Uint8Array =>
  concat(...pieceChunks(planned(...args).plan.pieces, bytesSource(args[0])));

function refusal(...[initrd, read, options]: Parameters<typeof planned>): string[] {
  const image = splicedImage(origin, bytesSource(initrd), read, {
    ...OPTIONS,
    microcode: 'put',
    extra: [],
    ...options,
  });
  return image.kind === 'refused' ? image.because.map(({ finding: { rule, message } }) => `${message} [${rule}]`) : [];
}

function payload(initrd: Uint8Array, vendor: 'amd' | 'intel'): Uint8Array | undefined {
  const lookup = findCpioData(initrd, VENDOR_FILES[vendor]);
  return lookup.found ? initrd.subarray(lookup.offset, lookup.offset + lookup.size) : undefined;
}

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

describe('a vendor of whom nothing new is put in', () => {
  test('one vendor after the other, in any order, is both at once', () => {
    const whole = splice(main, both);
    expect(same(splice(splice(main, intel), amd), whole)).toBe(true);
    expect(same(splice(splice(main, amd), intel), whole)).toBe(true);
    for (const read of [intel, amd, both]) expect(planned(whole, read).plan.changes).toBe(false);
  });

  test('--remove gives back what was there before', () => {
    const whole = splice(splice(main, amd), intel);
    const plan = planned(whole, { updates: [], findings: [] }, { microcode: 'remove' }).plan;
    expect(same(concat(...pieceChunks(plan.pieces, bytesSource(whole))), main)).toBe(true);
  });

  test('keeps its bytes, and a new revision replaces the other vendor alone', () => {
    const newer = collection([['intel', intelUpdate({ revision: 0x500, date: '2026-01-02' })]]);
    const image = planned(splice(main, both), newer);
    expect(image.kept.map(({ vendor, updates }) => [vendor, updates.length])).toEqual([['amd', amd.updates.length]]);
    expect(image.plan.dropped.map(({ name }) => name)).not.toContain(VENDOR_FILES.amd);
    expect(image.plan.dropped.map(({ name }) => name)).toContain(VENDOR_FILES.intel);
    const result = splice(splice(main, both), newer);
    expect(same(payload(result, 'amd'), AMD)).toBe(true);
    expect(same(payload(result, 'intel'), INTEL)).toBe(false);
  });

  test('goes with replaceAll, and that is told', () => {
    const image = planned(splice(main, both), intel, { replaceAll: true });
    expect(image.kept).toEqual([]);
    expect(image.plan.dropped.map(({ name }) => name)).toContain(VENDOR_FILES.amd);
    expect(same(splice(splice(main, both), intel, { replaceAll: true }), splice(main, intel))).toBe(true);
  });

  test('is kept in the form of other tools too: under a longer name, beside other files, misaligned', () => {
    const dracut = concat(
      archive(
        file('early_cpio', '1\n'),
        ...parents,
        file(VENDOR_FILES.intel, INTEL),
        file(`${VENDOR_FILES.amd}.bak`, AMD),
      ),
      main,
    );
    const result = splice(dracut, intel);
    expect(same(payload(result, 'amd'), AMD)).toBe(true);
    const moved = splice(archive(file('init', ''), ...parents, file(VENDOR_FILES.intel, INTEL)), amd);
    const lookup = findCpioData(moved, VENDOR_FILES.intel);
    expect(lookup.found && lookup.offset % 16).toBe(0);
  });

  test('stays where it is when no loader finds it', () => {
    const names = [VENDOR_FILES.amd, VENDOR_FILES.intel].map((name) => `./${name}`);
    const foreign = concat(archive(...parents, ...names.map((name) => file(name, AMD))), main);
    const image = planned(foreign, intel);
    const dropped = ({ plan }: typeof image): string[] => plan.dropped.map(({ name }) => name);
    expect(image.kept).toEqual([]);
    expect(dropped(image)).toEqual([`./${VENDOR_FILES.intel}`]);
    expect(payload(splice(foreign, intel), 'amd')).toBeUndefined();
    expect(dropped(planned(foreign, intel, { replaceAll: true }))).toContain(`./${VENDOR_FILES.amd}`);
  });

  test('an empty vendor file is nothing to keep, and stays', () => {
    const empty = concat(archive(...parents, file(VENDOR_FILES.amd, '')), main);
    expect(planned(empty, intel).kept).toEqual([]);
    expect(planned(empty, intel).plan.dropped).toEqual([]);
  });

  test('the time of the image is that of the newest update in it', () => {
    const result = splice(splice(main, both), amd);
    expect(Buffer.from(result.subarray(46, 54)).toString()).toBe(
      (Date.parse('2024-05-06T12:00:00Z') / 1000).toString(16).toUpperCase(),
    );
  });
});

describe('what cannot be kept refuses the splice', () => {
  test('damaged microcode', () => {
    const damaged = patched(AMD, 0, [0]);
    const initrd = concat(archive(...parents, file(VENDOR_FILES.amd, damaged)), main);
    const [first = ''] = refusal(initrd, intel);
    expect(first).toBe(`${VENDOR_FILES.amd} of the initrd cannot be kept: it is damaged [initrd/kept-vendor]`);
    expect(refusal(initrd, both)).toEqual([]);
    expect(refusal(initrd, intel, { replaceAll: true })).toEqual([]);
  });

  test('AMD in a layout that has no place for it', () => {
    const initrd = splice(main, both);
    expect(refusal(initrd, intel, { layout: 'iucode-tool' })).toEqual([
      `${VENDOR_FILES.amd} of the initrd cannot be kept: the layout iucode-tool has no place for it [initrd/kept-vendor]`,
    ]);
    expect(refusal(initrd, intel, { layout: 'iucode-tool', replaceAll: true })).toEqual([]);
    expect(refusal(splice(main, intel), intel, { layout: 'iucode-tool' })).toEqual([]);
  });
});

test('an image on a base does the same', () => {
  const base = splice(main, both);
  const newer = collection([['amd-container', amdContainer({ patches: [amdPatch({ kind: 'zen4' })] })]]);
  for (const replaceAll of [false, true]) {
    const image = imageOnBase(origin, bytesSource(base), newer, { ...OPTIONS, replaceAll });
    if (image.kind === 'refused') throw new Error(JSON.stringify(image.because));
    expect(same(concat(...image.chunks()), splice(base, newer, { replaceAll }))).toBe(true);
    expect(image.kept.map(({ vendor }) => vendor)).toEqual(replaceAll ? [] : ['intel']);
    expect(image.dropped.map(({ name }) => name).includes(VENDOR_FILES.intel)).toBe(replaceAll);
  }
});
