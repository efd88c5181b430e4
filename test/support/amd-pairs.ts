/** CPUs that may need two patches, and what becomes of them after a loader has chosen: for tests of pairs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AmdSample, zenPatch } from '../../fixtures/amd.ts';
import { amdFamilyModelStepping } from '../../src/cpu/amd.ts';
import { entrySignSideOfCpu, entrySignSide } from '../../src/cpu/amd-entrysign.ts';
import { csvRows } from './csv.ts';

export interface DividedCpu {
  readonly signature: number;
  readonly family: number;
  /** Last revision that runs with the flaw. */
  readonly cutOff: number;
}

/** Every CPU with a cut-off: 34, of families 17h, 19h and 1Ah. */
const EVERY_DIVIDED_CPU: readonly DividedCpu[] = csvRows(
  readFileSync(join(import.meta.dirname, '../data/amd/entrysign-cutoffs.csv'), 'utf8'),
).map((row) => {
  const signature = Number(row['cpuid']);
  const cutOff = Number(row['linux_last_vulnerable']);
  return { signature, family: amdFamilyModelStepping(signature).family, cutOff };
});

/** Those of family 17h, some of 19h and 1Ah: loaders treat all CPUs of a family alike. */
export const DIVIDED_CPUS = EVERY_DIVIDED_CPU.filter(({ family }, i) => family === 0x17 || i % 5 === 0);

const SAMPLE_OF: Readonly<Record<number, AmdSample>> = { 0x17: 'zen2', 0x19: 'zen3', 0x1a: 'zen5' };

/** A patch for the CPU; above the cut-off it asks for a fixed BIOS, as AMD's do from family 19h on. */
export function patchFor({ family, cutOff }: DividedCpu, revision: number): Uint8Array {
  const asks = revision > cutOff && family >= 0x19;
  return zenPatch(revision, {
    kind: SAMPLE_OF[family] ?? 'zen3',
    ...(asks ? { header: { checksumOrMinRevision: cutOff } } : {}),
  });
}

/** What runs after the CPU was handed a patch. Family 17h takes patches of both sides, later ones those of their own side. */
export function runsAfter(cpu: DividedCpu, running: number, handed: number | undefined): number {
  if (handed === undefined || handed < running) return running;
  const isOwnSide = entrySignSide(handed) === entrySignSideOfCpu(cpu.signature, running);
  return cpu.family === 0x17 || isOwnSide ? handed : running;
}
