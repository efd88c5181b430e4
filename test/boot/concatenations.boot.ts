/** Linux's unpacking loop on real kernels: compressed and plain archives one behind the other, and the kernel's own words about them. */
import { describe, expect, test } from 'vitest';
import { type Concatenation, CONCATENATIONS } from '../../fixtures/concatenations.ts';
import { expandInitrd } from '../../src/initrd/expanded-parts.ts';
import { linuxUnpack } from '../../src/initrd/unpack.ts';
import { KERNEL_NAMES, type KernelName, kernelFile } from './harness/guests.ts';
import { runLinux } from './harness/linux.ts';
import type { ModelledCpu } from './harness/modelled-cpu.ts';
import { unpackErrors } from './harness/unpack-errors.ts';

const everything = process.env['UCODEKIT_BOOT'] === 'all';
const kernels: readonly KernelName[] = everything ? KERNEL_NAMES : ['6.12'];

/** The rest only with `--all`: seconds each. */
const QUICK: ReadonlySet<string> = new Set([
  'gzip, 0 zeros, raw',
  'lz4, 0 zeros, gzip',
  'key archive, early archive, main',
  'xz with a CRC64, raw',
]);

const cpu: ModelledCpu = { vendor: 'intel', signature: 0x906a4, platformId: 7, revision: 1 };
const INIT = /Run \/init as init process/;
/** All of them on one kernel, on the others those that are not plain pairs. */
const rowsOf = (kernel: KernelName): readonly Concatenation[] =>
  CONCATENATIONS.filter(({ name, pair }) => QUICK.has(name) || (everything && (kernel === '6.12' || !pair)));

describe.each(kernels)('Linux %s', (kernel) => {
  test.each(rowsOf(kernel).map((row) => [row.name, row] as const))('%s', async (_, { bytes, init }) => {
    const image = kernelFile(kernel);
    const run = await runLinux({ kernel: image, image: bytes, alone: true, cpu, toUserSpace: true, stop: INIT });
    expect(run.broken).toBeUndefined();
    expect(run.ended).not.toBe('timeout');
    const unpacking = linuxUnpack(bytes, kernel === '7.x' ? 'strict' : 'tolerant', (await expandInitrd(bytes)).parts);
    // Of what is not expanded here nothing is claimed.
    const said = { complete: [], stops: [expect.any(String)], unknown: unpackErrors(run) }[unpacking.verdict];
    expect(unpackErrors(run)).toEqual(unpacking.verdict === 'stops' ? [unpacking.error] : said);
    expect(run.console.some((line) => INIT.test(line))).toBe(init);
  });
});
