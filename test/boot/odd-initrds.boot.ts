/** The odd and damaged images of the unit tests on real kernels: what is handed to the CPU, and how unpacking ends. */
import { describe, expect, test } from 'vitest';
import { HOSTILE_INITRDS } from '../../fixtures/hostile-initrds.ts';
import { expandInitrd } from '../../src/initrd/expanded-parts.ts';
import { linuxUnpack } from '../../src/initrd/unpack.ts';
import { explainLinux } from '../../src/loaders/linux/linux.ts';
import { parseLinuxVersion } from '../../src/loaders/linux/versions.ts';
import { digestOf, loaderCpu } from './cases/case.ts';
import { KERNEL_NAMES, type KernelName, kernelFile, MODELLED_AS } from './harness/guests.ts';
import { runLinux } from './harness/linux.ts';
import type { ModelledCpu } from './harness/modelled-cpu.ts';
import { unpackErrors } from './harness/unpack-errors.ts';

const everything = process.env['UCODEKIT_BOOT'] === 'all';
const kernels: readonly KernelName[] = everything ? KERNEL_NAMES : ['6.12'];

/** The rest only with `--all`: seconds each. */
const QUICK: ReadonlySet<string> = new Set(['name without NUL', 'compressed main two bytes off']);

/** The CPU that the fixtures' updates are for, running something older. */
const cpu: ModelledCpu = { vendor: 'intel', signature: 0x906a4, platformId: 7, revision: 1 };

// QEMU takes no empty file for an initrd.
const images = HOSTILE_INITRDS.filter(({ name, bytes }) => bytes.length > 0 && (everything || QUICK.has(name)));

describe.each(kernels)('Linux %s does what its models say', (kernel) => {
  const version = parseLinuxVersion(MODELLED_AS[kernel]) ?? { major: 0, minor: 0 };
  test.each(images.map((image) => [image.name, image] as const))('%s', async (_, { bytes }) => {
    const run = await runLinux({ kernel: kernelFile(kernel), image: bytes, alone: true, cpu, toUserSpace: true });
    expect(run.broken).toBeUndefined();
    const unpacking = linuxUnpack(bytes, kernel === '7.x' ? 'strict' : 'tolerant', (await expandInitrd(bytes)).parts);
    expect(unpackErrors(run)).toEqual(unpacking.verdict === 'stops' ? [unpacking.error] : []);
    const predicted = explainLinux(version, loaderCpu(cpu), { kind: 'image', bytes }, { path: 'early' });
    expect(run.writes[0]?.sha256 ?? 'nothing').toBe(digestOf(predicted.chosen?.bytes));
  });
});
