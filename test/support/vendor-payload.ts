import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { allPlatforms, newestByIucodeTool } from '../../src/bundle/select/newest-intel.ts';
import { parseIntelFile } from '../../src/formats/intel/update.ts';
import { amdFolder, intelFolder } from './debian.ts';

type Skippable = Pick<TestContext, 'skip'>;

const filesOf = (folder: string): Buffer[] =>
  readdirSync(folder)
    .sort()
    .filter((name) => !name.startsWith('README') && !name.endsWith('.asc'))
    .map((name) => readFileSync(join(folder, name)));

export interface IntelPayload {
  readonly parts: readonly Uint8Array[];
  readonly dates: readonly string[];
}

/** Debian's Intel updates, those that iucode_tool would write, in its order. */
export function intelPayload(context: Skippable, signature?: number): IntelPayload {
  const all = filesOf(intelFolder(context)).flatMap((file) => parseIntelFile(file).updates);
  const updates = newestByIucodeTool(all, (row, update) =>
    signature === undefined || row.signature === signature ? allPlatforms(row, update) : 0,
  );
  return { parts: updates.map(({ bytes }) => bytes), dates: updates.map(({ date }) => date.text) };
}

/** All of Debian's Intel files one after the other, as `cat` has them. */
export const intelConcatenation = (context: Skippable): Uint8Array => Buffer.concat(filesOf(intelFolder(context)));

/** Debian's AMD containers one after the other. */
export const amdConcatenation = (context: Skippable): Uint8Array => Buffer.concat(filesOf(amdFolder(context)));
