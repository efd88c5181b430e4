/** `initrd extract`: the files that were written. */
import type { Located } from '../../bundle/collect.ts';
import type { ExtractPlan, SkipReason } from '../../initrd/extract/plan.ts';
import { type FindingRow, findingRow } from '../update-row.ts';

export interface InitrdExtractReport {
  readonly schema: 'ucodekit/initrd-extract@1';
  readonly path: string;
  /** The output folder. */
  readonly folder: string;
  readonly files: readonly {
    /** Below the output folder. */
    readonly path: string;
    /** Name as stored. */
    readonly name: string;
    /** Bytes. */
    readonly size: number;
  }[];
  readonly skipped: readonly { readonly name: string; readonly reason: SkipReason }[];
  readonly findings: readonly FindingRow[];
}

export const initrdExtractReport = (
  path: string,
  folder: string,
  plans: readonly ExtractPlan[],
  findings: readonly Located[],
): InitrdExtractReport => ({
  schema: 'ucodekit/initrd-extract@1',
  path,
  folder,
  files: plans.flatMap(({ items }) =>
    items.filter(({ kind }) => kind === 'file').map(({ path, name, bytes }) => ({ path, name, size: bytes.length })),
  ),
  skipped: plans.flatMap(({ skipped }) => skipped),
  findings: findings.map(findingRow),
});

const WORDS: Readonly<Record<SkipReason, string>> = {
  link: 'symbolic links',
  device: 'devices, pipes and members without a type',
  'unsafe-name': 'members with unsafe names',
  'in-the-way': 'members whose place is taken by a file or folder',
  'cut-off': 'members that are cut off',
};

export function renderInitrdExtract({ folder, files, skipped }: InitrdExtractReport, verbose: boolean): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const reasons = Object.entries(WORDS).flatMap(([reason, words]) => {
    const count = skipped.filter((one) => one.reason === reason).length;
    return count === 0 ? [] : [`  left out ${count} ${words}\n`];
  });
  const names = verbose ? files.map(({ path, size }) => `  ${path}: ${size} bytes\n`) : [];
  const head = files.length === 0 ? [] : [`wrote ${files.length} files of ${bytes} bytes to ${folder}\n`];
  return [...head, ...reasons, ...names].join('');
}
