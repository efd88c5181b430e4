/** What `explain` says of unified kernel images, held against boots of them under OVMF. */
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../src/loaders/explanation.ts';
import { readEfiImage } from '../../src/loaders/efi/image.ts';
import { explain } from '../../src/loaders/by-name.ts';
import { ownLoaders } from '../../src/loaders/efi/own-loaders.ts';
import { efiView } from '../../src/xen/check/efi-view.ts';
import { digestOf, loaderCpu } from './cases/case.ts';
import { EFI_CASES } from './cases/efi.ts';
import { intelCpu } from './cases/ingredients.ts';
import { runEfi } from './harness/efi.ts';
import { type KernelName, kernelFile } from './harness/guests.ts';

const everything = process.env['UCODEKIT_BOOT'] === 'all';
const kernels: readonly KernelName[] = everything ? ['6.12', '7.x'] : ['6.12'];
const cases = EFI_CASES.filter(({ quick = false }) => everything || quick);
const cpu = intelCpu();

interface Prediction extends Explanation {
  /** Where the update stands in the file; null when nothing is loaded. */
  readonly at: number | null;
}

/** What `explain` says by itself, about the release inside the image. */
function predicted(bytes: Uint8Array): Prediction {
  const image = readEfiImage(bytes);
  const [loader] = ownLoaders(image).usual;
  if (image === undefined || loader === undefined) throw new Error('no EFI image');
  const view = efiView(image, bytes, loader, loaderCpu(cpu));
  const options = { path: 'early', forceMinimum: false, digestCheck: view.digestCheck } as const;
  const explanation = explain(loader, loaderCpu(cpu), view.input, options);
  const { chosen } = explanation;
  const part = view.parts.find(({ at, size }) => chosen !== null && chosen.offset >= at && chosen.offset < at + size);
  const at = chosen === null || part === undefined ? null : chosen.offset - part.at + part.offset;
  return { ...explanation, at };
}

describe.each(kernels)('a unified kernel image of Linux %s', (kernel) => {
  test.each(cases.map((row) => [row.name, row] as const))('%s', async (_, { build, loads }) => {
    const image = build(kernel);
    const wanted = typeof loads === 'function' ? loads(kernel) : loads;
    const run = await runEfi({ image, guest: { kernel: kernelFile(kernel) }, cpu });
    const { reason, chosen, at } = predicted(image);
    const [write] = run.writes;
    const digest = wanted === 'refused' ? wanted : digestOf(wanted);
    const refused = run.ended === 'refused';
    expect(refused ? undefined : run.broken).toBeUndefined();
    expect(refused ? 'refused' : (write?.sha256 ?? 'nothing')).toBe(digest);
    expect(reason.code === 'not-started' ? 'refused' : digestOf(chosen?.bytes)).toBe(digest);
    expect(write?.found?.offset ?? null).toBe(at);
    expect(run.writes.length).toBeLessThanOrEqual(1);
  });
});
