/** What commands that are about microcode, not about initrds, have to say of an initrd that they are given. */
import { type Located, locatedIn } from '../bundle/collect.ts';
import type { ByteSource } from '../bytes/source.ts';
import type { Finding } from '../findings/finding.ts';
import type { RuleId } from '../findings/catalogue.ts';
import { compressionOf } from '../formats/cpio/compression.ts';
import { baseName, fileOrigin } from '../inputs/origin.ts';
import { expandInitrd } from './expanded-parts.ts';
import { type InitrdInspection, inspectInitrd } from './inspect.ts';
import { bareUpdates } from './misplaced.ts';

/** Bytes that are enough for `mayBeInitrd`. */
export const INITRD_HEAD = 4096;

/** newc archives, with and without checksums, and the oldest format start so. */
const CPIO = Buffer.from('07070');

/** Names by which a file is known to be meant for early loading. */
const EARLY_NAME = /^(?:GenuineIntel\.bin|AuthenticAMD\.bin)$|initr|\.img$/i;

/** Whether the file is worth being looked at as an initrd, by its first bytes and its name. */
export const mayBeInitrd = (path: string, head: Uint8Array): boolean =>
  startsLikeCpio(head) || isCompressed(head) || (bareUpdates(head) !== undefined && EARLY_NAME.test(baseName(path)));

const startsLikeCpio = (head: Uint8Array): boolean => CPIO.equals(head.subarray(0, CPIO.length));

const isCompressed = (head: Uint8Array): boolean => compressionOf(head)?.kernel === true;

/**
 * What is wrong with the initrd at `path` as an image: where loaders look, what they take, alignment, unpacking. It is expanded when
 * loaders find nothing in its plain part; compressed data that are no initrd give nothing.
 */
export async function imageFindings(path: string, source: ByteSource | undefined): Promise<Located[]> {
  return source === undefined ? [] : locatedIn(fileOrigin(path), await findingsIn(source));
}

async function findingsIn(source: ByteSource): Promise<readonly Finding[]> {
  const head = source.view(0, INITRD_HEAD).slice();
  if (startsLikeCpio(head)) {
    const inspection = inspectInitrd(source);
    if (!mayHide(inspection)) return inspection.findings;
  }
  const bare = bareUpdates(head);
  if (bare !== undefined) return [bare];
  if (!startsLikeCpio(head) && !isCompressed(head)) return [];
  const bytes = source.view(0, source.size);
  const expanded = await expandInitrd(bytes);
  const archives = [expanded.image, ...expanded.parts.map(({ image }) => image)].flatMap(({ segments }) => segments);
  return archives.some(({ kind }) => kind === 'archive') ? inspectInitrd(bytes, expanded).findings : [];
}

/** Whether no loader finds anything in the plain part, while microcode may stand in a compressed one. */
const mayHide = ({ image, vendorMembers }: InitrdInspection): boolean =>
  image.segments.some(({ kind }) => kind === 'compressed') &&
  vendorMembers.every(({ foundBy }) => foundBy.length === 0);

/** Rules that say why an early loader gets nothing although there is microcode in the file. */
const WHY_NOTHING: ReadonlySet<RuleId> = new Set([
  'initrd/bare-updates',
  'initrd/late-files',
  'initrd/name-case',
  'initrd/name-folder',
  'initrd/name-form',
  'initrd/name-vendor',
  'initrd/unreachable',
]);

/** Those of the findings on an image that explain why a loader finds no microcode in it. */
export const whyNothing = (findings: readonly Located[]): Located[] =>
  findings.filter(({ finding }) => WHY_NOTHING.has(finding.rule));
