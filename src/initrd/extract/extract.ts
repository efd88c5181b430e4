import { type Finding, finding } from '../../findings/finding.ts';
import { type CpioImage, readCpio } from '../../formats/cpio/read.ts';
import { plainPath } from '../own-members.ts';
import { archivesOf, type ExtractPlan, planExtract } from './plan.ts';
import type { OnExpanded } from '../../inputs/progress.ts';
import { expandInitrd } from '../expanded-parts.ts';

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
  const { plans, findings } = deep ? await deepPlans(bytes, wanted, told) : shallowPlans(bytes, image, wanted);
  return { plans, findings: [...findings, ...missing(plans, paths, findings)] };
}

const shallowPlans = (bytes: Uint8Array, image: CpioImage, wanted: (name: string) => boolean): InitrdContents => ({
  plans: [planExtract(bytes, image, 'early', wanted)],
  findings: image.findings,
});

async function deepPlans(
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
  told: Pick<ExtractOptions, 'onExpanded'>,
): Promise<InitrdContents> {
  const expanded = await expandInitrd(bytes, told);
  let mains = 0;
  const inside = expanded.parts.map((part) => {
    const plan = planExtract(part.expanded.bytes, part.image, 'main', wanted, mains);
    mains += archivesOf(part.image).length;
    return plan;
  });
  return {
    plans: [planExtract(bytes, expanded.image, 'early', wanted), ...inside],
    findings: [...expanded.image.findings, ...expanded.findings],
  };
}

/** What was asked for and is not there. */
function missing(plans: readonly ExtractPlan[], paths: readonly string[], read: readonly Finding[]): Finding[] {
  const names = plans.flatMap(({ items, skipped }) => [...items, ...skipped].map(({ name }) => plainPath(name)));
  const absent = paths.filter((path) => !names.some((name) => name === path || name.startsWith(`${path}/`)));
  if (absent.length > 0) return absent.map((member) => finding('extract/no-member', { offset: 0 }, { member }));
  const explained = read.some(({ severity }) => severity === 'error');
  return names.length > 0 || explained ? [] : [finding('extract/no-files', { offset: 0 }, {})];
}
