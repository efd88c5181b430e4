/** Two splices of one file, step by step in every order, without the lock that keeps runs of the program apart. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { amdContainer } from '../../../fixtures/amd.ts';
import { archive, file } from '../../../fixtures/cpio.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { readBlob } from '../../../src/bundle/collect.ts';
import { EVERYTHING } from '../../../src/bundle/select/selection.ts';
import { pieceChunks } from '../../../src/bytes/pieces.ts';
import { Failure } from '../../../src/findings/failure.ts';
import { findCpioData } from '../../../src/formats/cpio/early-lookup.ts';
import { splicedImage } from '../../../src/initrd/splice/splice.ts';
import { fileOrigin } from '../../../src/inputs/origin.ts';
import { openFileSource } from '../../../src/io/read/file-source.ts';
import { replaceFile } from '../../../src/io/write/replace.ts';
import { EARLY_VENDORS, VENDOR_FILES } from '../../../src/loaders/early-paths.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const main = gzipSync(archive(file('init', '#!/bin/sh\n')));

/** Opens, plans, writes; a step each. @returns whether it was refused */
function* splice(path: string, kind: 'intel' | 'amd-container', bytes: Uint8Array): Generator<undefined, boolean> {
  const { updates, findings } = readBlob({ kind, origin: fileOrigin(kind), bytes });
  const initrd = openFileSource(path);
  try {
    yield;
    const image = splicedImage(
      fileOrigin(path),
      initrd,
      { updates, findings },
      {
        microcode: 'put',
        extra: [],
        replaceAll: false,
        layout: 'standard',
        selection: EVERYTHING,
        sourceDateEpoch: undefined,
      },
    );
    if (image.kind === 'refused') return true;
    yield;
    replaceFile(path, initrd, pieceChunks(image.plan.pieces, initrd));
    return false;
  } catch (error) {
    if (error instanceof Failure) return true;
    throw error;
  } finally {
    initrd.close();
  }
}

/** Every order of three steps of one and three of the other: bit n says whose step n is. */
const ORDERS = Array.from({ length: 64 }, (_, bits) => [0, 1, 2, 3, 4, 5].map((step) => (bits >> step) & 1)).filter(
  (order) => order.filter((one) => one === 1).length === 3,
);

test('both vendors are in, or one run is refused', () => {
  const path = join(temporaryFolder(), 'initrd.img');
  const outcomes = ORDERS.map((order) => {
    writeFileSync(path, main);
    const runs = [splice(path, 'intel', intelUpdate()), splice(path, 'amd-container', amdContainer())];
    const refused = order.filter((run) => {
      const step = runs[run]?.next();
      return step?.done === true && step.value;
    });
    const bytes = readFileSync(path);
    const inside = EARLY_VENDORS.filter((vendor) => findCpioData(bytes, VENDOR_FILES[vendor]).found);
    return `${refused.length} refused, ${inside.length} in`;
  });
  expect(ORDERS).toHaveLength(20);
  const count = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
  // Only where one is over before the other opens the file.
  expect([count('0 refused, 2 in'), count('1 refused, 1 in')]).toEqual([2, 18]);
});
