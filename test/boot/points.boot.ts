/**
 * Point releases against their models. Packages of single points leave the archive after a while: what is gone is skipped and said, and
 * the newest ones remain. A few boots without `--all`, minutes with it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { explain, parseLoader } from '../../src/loaders/by-name.ts';
import { fetchPackage, Unavailable } from '../../scripts/debian.ts';
import { parseAmdContainers } from '../../src/formats/amd/container.ts';
import { AMD } from '../support/debian.ts';
import { digestOf, loaderCpu } from './cases/case.ts';
import { genuineCases, GNR98_CASES, POINT_CASES, XEN_POINT_CASES } from './cases/points.ts';
import { predictXen } from './cases/xen-prediction.ts';
import {
  POINT_KERNEL_NAMES,
  POINT_XEN_NAMES,
  type PointKernel,
  pointKernelFile,
  type PointXen,
  pointXenFile,
} from './harness/guests.ts';
import { runLinux } from './harness/linux.ts';
import { DUMMY_KERNEL, runXen } from './harness/xen.ts';

const everything = process.env['UCODEKIT_BOOT'] === 'all';
/** On both sides of the point at which 6.12 began to choose by the running revision; and a Xen without a younger test of its own. */
const QUICK: ReadonlySet<PointKernel | PointXen> = new Set(['6.12.57', '6.12.69', '4.14.6-1']);
const kernels = POINT_KERNEL_NAMES.filter((name) => everything || QUICK.has(name));
const xens = POINT_XEN_NAMES.filter((name) => everything || QUICK.has(name));

/** AMD's patch of a level, from Debian's package. */
function amdsOwn(level: number): Uint8Array {
  const file = readFileSync(join(fetchPackage(AMD).firmware, 'amd-ucode/microcode_amd_fam19h.bin'));
  const patches = parseAmdContainers(file).containers.flatMap((container) => container.patches);
  const found = patches.find(({ revision }) => revision === level);
  if (found === undefined) throw new RangeError(`no patch ${level.toString(16)} in Debian's package`);
  return found.bytes;
}

const cases = [...POINT_CASES, ...GNR98_CASES, ...genuineCases(amdsOwn(0x0a00_11d5))].filter(
  ({ quick = false }) => everything || quick,
);
const xenCases = XEN_POINT_CASES.filter(({ quick = false }) => everything || quick);

interface Guest {
  readonly file: string;
  /** Why there is no file; its tests are skipped. */
  readonly gone?: string;
}

function fileOf(find: () => string): Guest {
  try {
    return { file: find() };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    process.stderr.write(`skipped, its package is gone: ${error.message}\n`);
    return { file: '', gone: error.message };
  }
}

describe.each(kernels)('Linux %s does what its model says', (kernel) => {
  const guest = fileOf(() => pointKernelFile(kernel));
  const loader = parseLoader(`linux-${kernel}`);
  const rows = cases.map((row) => [row.name, row] as const);
  test.skipIf(guest.gone !== undefined).each(rows)('%s', async (_, { image, cpu, words = [], options }) => {
    if (loader === undefined) throw new RangeError(`no loader: ${kernel}`);
    const run = await runLinux({ kernel: guest.file, image, cpu, words });
    expect(run.broken).toBeUndefined();
    const input = { kind: 'image', bytes: image } as const;
    const given = { path: 'early', forceMinimum: false, digestCheck: true, ...options } as const;
    const { chosen, reason } = explain(loader, loaderCpu(cpu), input, given);
    expect({ sha256: run.writes[0]?.sha256 ?? 'nothing', reason }).toMatchObject({ sha256: digestOf(chosen?.bytes) });
    expect(run.writes[0]?.found?.offset).toBe(chosen?.offset);
  });
});

describe.each(xens)('Xen %s does what its model says', (xen) => {
  const guest = fileOf(() => pointXenFile(xen));
  const rows = xenCases.map((row) => [row.name, row] as const);
  test.skipIf(guest.gone !== undefined).each(rows)('%s', async (_, row) => {
    const modules = [DUMMY_KERNEL, ...row.modules];
    const run = await runXen({ xen: guest.file, commandLine: row.options, modules, cpu: row.cpu });
    expect(run.broken).toBeUndefined();
    const { explanation } = predictXen(xen, { ...row, loads: 'nothing' });
    expect({ sha256: run.writes[0]?.sha256 ?? 'nothing', reason: explanation?.reason }).toMatchObject({
      sha256: digestOf(explanation?.chosen?.bytes),
    });
  });
});
