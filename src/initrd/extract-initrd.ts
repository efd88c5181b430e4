import type { Finding } from '../findings/finding.ts';
import { readCpio } from '../formats/cpio/read.ts';
import { plainPath } from './entries.ts';
import { type ExtractPlan, planExtract } from './extract.ts';
import type { OnExpanded } from '../inputs/progress.ts';
import { mainArchive } from './main-archive.ts';

export interface ExtractOptions {
  /** Members or folders to extract; all when empty. */
  readonly members: readonly string[];
  /** Whether the compressed part is expanded as well. */
  readonly deep: boolean;
  readonly onExpanded?: OnExpanded;
}

export interface InitrdContents {
  /** Of the uncompressed archives, and of those in the compressed part. */
  readonly plans: readonly ExtractPlan[];
  /** Offsets count from the start of the initrd. */
  readonly findings: readonly Finding[];
}

/** What extracting an initrd would write. */
export async function extractInitrd(
  bytes: Uint8Array,
  { members, deep, ...told }: ExtractOptions,
): Promise<InitrdContents> {
  const image = readCpio(bytes);
  const paths = members.map(plainPath);
  const wanted = (name: string): boolean =>
    paths.length === 0 || paths.some((path) => name === path || name.startsWith(`${path}/`));
  const early = planExtract(bytes, image, 'early', wanted);
  const main = deep ? await mainArchive(bytes, image, told) : undefined;
  if (main === undefined) return { plans: [early], findings: image.findings };
  const inside = planExtract(main.bytes, main.image, 'main', wanted);
  return { plans: [early, inside], findings: [...image.findings, ...main.findings] };
}
