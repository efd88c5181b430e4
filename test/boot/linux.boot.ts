import { describe, expect, test } from 'vitest';
import { explainLinux } from '../../src/loaders/linux/linux.ts';
import { parseLinuxVersion } from '../../src/loaders/linux/versions.ts';
import { digestOf, loaderCpu, outcomeOn } from './cases/case.ts';
import { LINUX_CASES } from './cases/linux.ts';
import { KERNEL_NAMES, type KernelName, kernelFile, MODELLED_AS } from './harness/guests.ts';
import { runLinux } from './harness/linux.ts';

const everything = process.env['UCODEKIT_BOOT'] === 'all';
/** The kernel of the quick part is the one that boots fastest. */
const kernels: readonly KernelName[] = everything ? KERNEL_NAMES : ['6.12'];
const cases = LINUX_CASES.filter(({ quick = false }) => everything || quick);

describe.each(kernels)('Linux %s hands over what its model says', (kernel) => {
  const version = parseLinuxVersion(MODELLED_AS[kernel]) ?? { major: 0, minor: 0 };
  test.each(cases.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const { image, alone = false, cpu } = row;
    const run = await runLinux({ kernel: kernelFile(kernel), image, alone, cpu });
    expect(run.broken).toBeUndefined();
    const predicted = explainLinux(version, loaderCpu(cpu), { kind: 'image', bytes: image }, { path: 'early' });
    const [write] = run.writes;
    expect(write?.sha256 ?? 'nothing').toBe(digestOf(outcomeOn(row, kernel)));
    expect(write?.sha256 ?? 'nothing').toBe(digestOf(predicted.chosen?.bytes));
    expect(write?.found?.offset).toBe(predicted.chosen?.offset);
    expect(run.writes.length).toBeLessThanOrEqual(1);
  });
});
