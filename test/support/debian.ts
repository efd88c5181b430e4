import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext } from 'vitest';
import { type FetchedPackage, fetchPackage, type PackageRequest, Unavailable } from '../../scripts/debian.ts';
import { unmetHere } from './dependencies.ts';

/** The package versions that the goldens were measured on. */
export const INTEL: PackageRequest = { name: 'intel-microcode', version: '3.20251111.1~deb12u1' };
export const AMD: PackageRequest = { name: 'amd64-microcode', version: '3.20250311.1~deb12u1' };

/** Ends the test as skipped with `reason`; under CI=true that is a failure, because CI must have what its tests need. */
export function lacking(context: Pick<TestContext, 'skip'>, reason: string): never {
  if (process.env['CI'] === 'true') throw new Error(`CI lacks what this test needs: ${reason}`);
  return context.skip(reason);
}

/** The fetched package, or a skip with the reason. */
export function debianPackage(context: Pick<TestContext, 'skip'>, request: PackageRequest): FetchedPackage {
  try {
    return fetchPackage(request);
  } catch (error) {
    if (error instanceof Unavailable) return lacking(context, error.message);
    throw error;
  }
}

/** The fetched package to run programs of: where something that it depends on is not installed, a skip that names it. */
export function packageToRun(context: Pick<TestContext, 'skip'>, request: PackageRequest): FetchedPackage {
  const fetched = debianPackage(context, request);
  const unmet = unmetHere(fetched.deb);
  return unmet.length === 0 ? fetched : lacking(context, `${request.name} needs ${unmet.join(', ')}`);
}

/** Debian's folder of Intel updates: 126 files. */
export const intelFolder = (context: Pick<TestContext, 'skip'>): string =>
  join(debianPackage(context, INTEL).firmware, 'intel-ucode');

/** Debian's folder of AMD containers: 5 files. */
export const amdFolder = (context: Pick<TestContext, 'skip'>): string =>
  join(debianPackage(context, AMD).firmware, 'amd-ucode');

/** Path of an installed program, or a skip with the reason. */
export function program(context: Pick<TestContext, 'skip'>, name: string): string {
  for (const folder of [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin']) {
    if (folder !== '' && existsSync(join(folder, name))) return join(folder, name);
  }
  return lacking(context, `${name} is not installed`);
}
