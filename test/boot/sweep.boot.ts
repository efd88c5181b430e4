/**
 * Every CPU that Debian's packages serve, on the image that the product builds from them: the kernel and the hypervisor have to take the
 * update that the model names. Minutes, so only with `--all`.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fetchPackage, type PackageRequest } from '../../scripts/debian.ts';
import { collectUpdates } from '../../src/bundle/collect.ts';
import { EVERYTHING } from '../../src/bundle/select/selection.ts';
import { platformIds } from '../../src/cpu/intel.ts';
import { servedBy } from '../../src/formats/intel/update.ts';
import { earlyImage } from '../../src/initrd/image/build.ts';
import { openInputs } from '../../src/inputs/open.ts';
import { explainLinux } from '../../src/loaders/linux/linux.ts';
import { AMD, INTEL } from '../support/debian.ts';
import { digestOf, loaderCpu } from './cases/case.ts';
import { predictXen } from './cases/xen-prediction.ts';
import { kernelFile, RELEASES, xenFile } from './harness/guests.ts';
import { runLinux } from './harness/linux.ts';
import type { ModelledCpu } from './harness/modelled-cpu.ts';
import { DUMMY_KERNEL, runXen } from './harness/xen.ts';

/** The image with everything in a package's folder, and every CPU that something in it is for. */
async function bundle(request: PackageRequest, folder: string): Promise<{ image: Buffer; cpus: ModelledCpu[] }> {
  const { updates, findings } = await collectUpdates(openInputs([join(fetchPackage(request).firmware, folder)]));
  const options = { layout: 'standard', selection: EVERYTHING, sourceDateEpoch: 0 } as const;
  const built = earlyImage(updates, findings, options);
  if (built.kind === 'refused') throw new Error(`the image of ${request.name} is refused`);
  const cpus = new Map<string, ModelledCpu>();
  for (const { update } of updates) {
    const served: readonly ModelledCpu[] =
      update.vendor === 'amd'
        ? update.cpuids.map((signature) => ({ vendor: 'amd', signature, platformId: 0, revision: 0 }))
        : update.vendor === 'via'
          ? []
          : servedBy(update).flatMap(({ signature, platformMask }) =>
              platformIds(platformMask).map((platformId) => ({ vendor: 'intel', signature, platformId, revision: 1 })),
            );
    for (const cpu of served) cpus.set(`0x${cpu.signature.toString(16)} platform ${cpu.platformId}`, cpu);
  }
  return { image: Buffer.concat([...built.chunks()]), cpus: [...cpus.values()] };
}

const label = ({ signature, platformId }: ModelledCpu): string => `0x${signature.toString(16)}, platform ${platformId}`;

const everything = process.env['UCODEKIT_BOOT'] === 'all';

describe.skipIf(!everything)('every CPU of the packages', async () => {
  if (!everything) return;
  const bundles = [await bundle(INTEL, 'intel-ucode'), await bundle(AMD, 'amd-ucode')];
  const rows = bundles.flatMap(({ image, cpus }) => cpus.map((cpu) => [label(cpu), cpu, image] as const));

  test.each(rows)('Linux 6.12: %s', async (_, cpu, image) => {
    const run = await runLinux({ kernel: kernelFile('6.12'), image, cpu });
    expect(run.broken).toBeUndefined();
    const input = { kind: 'image', bytes: image } as const;
    const predicted = explainLinux({ major: 6, minor: 12 }, loaderCpu(cpu), input, { path: 'early' });
    expect(run.writes[0]?.sha256).toBe(digestOf(predicted.chosen?.bytes));
    expect(run.writes[0]?.accepted).toBe(true);
  });

  test.each(rows)('Xen 4.17: %s', async (name, cpu, image) => {
    const modules = [{ name: 'early', bytes: image }];
    const row = { name, options: 'ucode=scan', modules, cpu, loads: 'nothing' } as const;
    const { explanation } = predictXen(RELEASES['4.17'], row);
    const run = await runXen({
      xen: xenFile('4.17'),
      commandLine: row.options,
      modules: [DUMMY_KERNEL, ...modules],
      cpu,
    });
    expect(run.broken).toBeUndefined();
    expect(run.writes[0]?.sha256).toBe(digestOf(explanation?.chosen?.bytes));
    expect(run.writes[0]?.accepted).toBe(true);
  });
});
