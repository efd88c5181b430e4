/**
 * Two patches for one CPU: Debian's container of family 17h, whose patch for Zen 2 the kernel's list of digests knows, and a synthetic one above
 * the cut-off, as the product packs them. Open firmware takes the older where the guest can choose, fixed firmware the newer.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../fixtures/amd.ts';
import { fetchPackage } from '../../scripts/debian.ts';
import type { CollectedUpdate } from '../../src/bundle/collect.ts';
import { EVERYTHING } from '../../src/bundle/select/selection.ts';
import { earlyImage } from '../../src/initrd/image/build.ts';
import { explainLinux } from '../../src/loaders/linux/linux.ts';
import { parseLinuxVersion } from '../../src/loaders/linux/versions.ts';
import { AMD } from '../support/debian.ts';
import { readFiles } from '../support/read-files.ts';
import { ROME } from './cases/amd-ingredients.ts';
import { digestOf, loaderCpu } from './cases/case.ts';
import { amdCpu, amdImage } from './cases/ingredients.ts';
import { predictXen } from './cases/xen-prediction.ts';
import { KERNEL_NAMES, kernelFile, MODELLED_AS, RELEASES, XEN_NAMES, xenFile } from './harness/guests.ts';
import { runLinux } from './harness/linux.ts';
import { DUMMY_KERNEL, runXen } from './harness/xen.ts';

const OLDER = 0x0830_107c;
const newer = zenPatch(0x0830_107f, { kind: 'zen2' });

const everything = process.env['UCODEKIT_BOOT'] === 'all';

describe.skipIf(!everything)('a pair of family 17h', async () => {
  if (!everything) return;
  const file = join(fetchPackage(AMD).firmware, 'amd-ucode/microcode_amd_fam17h.bin');
  const container = new Uint8Array(readFileSync(file));
  const { updates } = await readFiles({ container, newer });
  const image = imageOf(updates);
  const older = patchOf(updates, OLDER);

  const cpus = [
    ['open firmware', 0x0830_107a],
    ['the cut-off itself', OLDER],
    ['fixed firmware', 0x0830_107d],
    ['fixed firmware that runs the newer', 0x0830_107f],
    ['fixed firmware that runs a later one', 0x0830_1080],
  ] as const;
  const images: readonly (readonly [name: string, bytes: Uint8Array])[] = [
    ['the built image', image],
    ["Debian's container alone", amdImage(container)],
    ['the newer patch alone', amdImage(amdContainer({ patches: [newer] }))],
    ['the older last', amdImage(amdContainer({ patches: [newer, older] }))],
    ['the older in a container in front', amdImage(container, amdContainer({ patches: [newer] }))],
    ['the older in a container behind', amdImage(amdContainer({ patches: [newer] }), container)],
  ];
  const rows = images.flatMap(([name, bytes]) =>
    cpus.map(([what, revision]) => [`${name}, ${what}`, bytes, amdCpu(ROME, revision)] as const),
  );

  describe.each(KERNEL_NAMES)('on Linux %s', (kernel) => {
    const version = parseLinuxVersion(MODELLED_AS[kernel]) ?? { major: 0, minor: 0 };
    test.each(rows)('%s', async (_, bytes, cpu) => {
      const run = await runLinux({ kernel: kernelFile(kernel), image: bytes, cpu });
      expect(run.broken).toBeUndefined();
      const predicted = explainLinux(version, loaderCpu(cpu), { kind: 'image', bytes }, { path: 'early' });
      expect(run.writes[0]?.sha256 ?? 'nothing').toBe(digestOf(predicted.chosen?.bytes));
    });
  });

  describe.each(XEN_NAMES)('on Xen %s', (name) => {
    test.each(rows)('%s', async (what, bytes, cpu) => {
      const modules = [{ name: 'early', bytes }];
      const row = { name: what, options: 'ucode=scan', modules, cpu, loads: 'nothing' } as const;
      const { explanation } = predictXen(RELEASES[name], row);
      const run = await runXen({
        xen: xenFile(name),
        commandLine: row.options,
        modules: [DUMMY_KERNEL, ...modules],
        cpu,
      });
      expect(run.broken).toBeUndefined();
      expect(run.writes[0]?.sha256 ?? 'nothing').toBe(digestOf(explanation?.chosen?.bytes));
    });
  });

  test.each([
    ['open firmware', 0x0830_107a, older],
    ['fixed firmware', 0x0830_107d, newer],
  ] as const)('every CPU of Linux 7.x gets the same patch of the built image: %s', async (_, revision, expected) => {
    const cpu = amdCpu(ROME, revision);
    const run = await runLinux({ kernel: kernelFile('7.x'), image, cpu, toUserSpace: true, options: { cpus: 2 } });
    expect(run.broken).toBeUndefined();
    expect(new Set(run.writes.map((write) => write.cpu)).size).toBe(2);
    expect(new Set(run.writes.map(({ sha256 }) => sha256))).toEqual(new Set([digestOf(expected)]));
  });

  // The answers of people, not of the model.
  test.each([
    ['7.x', 0x0830_107a, older],
    ['7.x', 0x0830_107d, newer],
    ['6.1', 0x0830_107a, newer],
    ['6.1', 0x0830_107d, newer],
  ] as const)('Linux %s on %i takes the right one of the built image', async (kernel, revision, expected) => {
    const run = await runLinux({ kernel: kernelFile(kernel), image, cpu: amdCpu(ROME, revision) });
    expect(run.writes[0]?.sha256).toBe(digestOf(expected));
  });
});

function imageOf(updates: readonly CollectedUpdate[]): Uint8Array {
  const built = earlyImage(updates, [], { layout: 'standard', selection: EVERYTHING, sourceDateEpoch: 0 });
  if (built.kind === 'refused') throw new Error('the image is refused');
  return new Uint8Array(Buffer.concat([...built.chunks()]));
}

function patchOf(updates: readonly CollectedUpdate[], revision: number): Uint8Array {
  const found = updates.find(({ update }) => update.revision === revision);
  if (found === undefined) throw new Error('Debian has no such patch any more');
  return found.update.bytes;
}
