import { expect, test } from 'vitest';
import { amdPatch, zenPatch } from '../../fixtures/amd.ts';
import type { HeldPatch } from '../../src/bundle/amd-containers.ts';
import { newestAmd } from '../../src/bundle/newest-amd.ts';
import { fileOrigin } from '../../src/inputs/origin.ts';
import { parseRawAmdPatch } from '../../src/formats/amd/raw-patch.ts';

function raw(bytes: Uint8Array): HeldPatch[] {
  const { patch } = parseRawAmdPatch(bytes);
  return patch === undefined ? [] : [{ origin: fileOrigin('patch.bin'), update: patch, container: undefined }];
}

test('a bare patch before Zen is refused by initrd/cpus-unknown', () => {
  const { refusals } = newestAmd(raw(amdPatch({ kind: 'fam10h' })), () => true);
  expect(refusals.map(({ finding }) => finding.rule)).toEqual(['initrd/cpus-unknown']);
});

test('a bare Zen patch says by itself which CPU it is for', () => {
  expect(newestAmd(raw(zenPatch(0x0a00_11d5)), () => true)).toMatchObject({ refusals: [], patches: [{}] });
});
