import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { parseAmdContainers } from '../../src/formats/amd/container.ts';
import type { AmdPatch } from '../../src/formats/amd/patch.ts';
import { amdFolder } from './debian.ts';

/** The 41 patches of Debian's five containers, in the order of file name and section. */
export const debianPatches = (context: TestContext): AmdPatch[] => {
  const folder = amdFolder(context);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.bin'))
    .sort()
    .flatMap((name) => parseAmdContainers(readFileSync(join(folder, name))).containers)
    .flatMap(({ patches }) => patches);
};
