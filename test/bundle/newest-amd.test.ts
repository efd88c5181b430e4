import { expect, test } from 'vitest';
import { amdPatch, zenPatch } from '../../fixtures/amd.ts';
import type { HeldPatch } from '../../src/bundle/amd-containers.ts';
import { newestAmd } from '../../src/bundle/newest-amd.ts';
import { parseAmdContainers } from '../../src/formats/amd/container.ts';
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

test('of several patches for a CPU the newest is chosen, whatever the order', () => {
  const held = [0x0830_1073, 0x0830_107c, 0x0830_107a].flatMap((level) => raw(zenPatch(level)));
  for (const order of [held, [...held].reverse()]) {
    const { patches } = newestAmd(order, () => true);
    expect(patches.map(({ update }) => update.revision)).toEqual([0x0830_107c]);
  }
});

test('on family 19h the newest on each side of the EntrySign cut-off is chosen, the fixed one last, and the CPU listed once', () => {
  const held = [0x0a00_11de, 0x0a00_11d3, 0x0a00_11d5, 0x0a00_11dd].flatMap((level) => raw(zenPatch(level)));
  const { patches, containers } = newestAmd(held, () => true);
  expect(patches.map(({ update }) => update.revision)).toEqual([0x0a00_11d5, 0x0a00_11de]);
  const [container] = parseAmdContainers(containers[0] ?? new Uint8Array()).containers;
  expect(container?.table.entries.map(({ installedCpu }) => installedCpu)).toEqual([0x00a0_0f11, 0]);
});
