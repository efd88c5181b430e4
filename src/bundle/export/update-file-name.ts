/** Names for files that hold one update: as the vendors' tools, the collections and this program give them. */
import { adler32 } from '../../bytes/adler32.ts';
import { sha256 } from '../../bytes/digest.ts';
import { cpuidOfRevisionId } from '../../cpu/amd.ts';
import type { AmdPatch } from '../../formats/amd/patch.ts';
import { type IntelUpdate, servedBy } from '../../formats/intel/update.ts';
import type { ViaUpdate } from '../../formats/via.ts';
import type { CollectedUpdate, Update } from '../collect.ts';

const upper = (value: number, digits: number): string => (value >>> 0).toString(16).toUpperCase().padStart(digits, '0');

const lower = (value: number, digits: number): string => (value >>> 0).toString(16).padStart(digits, '0');

/**
 * `s000906A4_m00000080_r00000437.fw` for each CPU, as `iucode_tool --write-all-named-to`; `mc_patch_0a0011d5.bin` as AMD's own tool.
 * VIA has no such tool, and its updates no such name.
 */
export function toolNames(update: Update): string[] {
  switch (update.vendor) {
    case 'intel':
      return servedBy(update).map(
        ({ signature, platformMask }) =>
          `s${upper(signature, 8)}_m${upper(platformMask, 8)}_r${upper(update.revision, 8)}.fw`,
      );
    case 'amd':
      return [`mc_patch_0${lower(update.revision, 1)}.bin`];
    case 'via':
      return [];
  }
}

/** The bytes that a collection keeps of an update: AMD patches without the zeros that some containers put behind them. */
export const collectedBytes = (update: Update): Uint8Array =>
  update.vendor === 'amd' ? update.bytes.subarray(0, update.formatSize ?? update.bytes.length) : update.bytes;

/** `cpu906A4_plat80_ver00000437_2024-05-01_PRD_1234ABCD.bin`, as MC Extractor and the collections made with it name updates. */
export function collectionName(update: Update): string {
  switch (update.vendor) {
    case 'intel':
      return intelCollectionName(update);
    case 'amd':
      return amdCollectionName(update);
    case 'via':
      return viaCollectionName(update);
  }
}

function intelCollectionName(update: IntelUpdate): string {
  const { main, header, revision, date } = update;
  const stage = (revision | 0) < 0 ? 'PRE' : 'PRD';
  return `cpu${upper(main.signature, 5)}_plat${upper(main.platformMask, 2)}_ver${upper(revision, 8)}_${date.text}_${stage}_${upper(header.checksum, 8)}.bin`;
}

function amdCollectionName(patch: AmdPatch): string {
  const cpuid = cpuidOfRevisionId(patch.header.processorRevId);
  return `cpu${upper(cpuid, 8)}_ver${upper(patch.revision, 8)}_${patch.date.text}_${upper(adler32(collectedBytes(patch)), 8)}.bin`;
}

/** `cpu006F3_ver00000000_sig[006F3P12]_2009-06-26_08074E5A.bin` */
function viaCollectionName({ signature, revision, date, header }: ViaUpdate): string {
  // The published collection has dots for bytes that cannot be printed, and keeps spaces. What else could leave the folder is `_`.
  const name = header.name
    .replace(/\0+$/, '')
    .replaceAll(/[^ -~]/g, '.')
    .replaceAll(/[^\w. ]/g, '_');
  return `cpu${upper(signature, 5)}_ver${upper(revision, 8)}_sig[${name}]_${date.text}_${upper(header.checksum, 8)}.bin`;
}

/** What MC Extractor adds when the name is taken by other bytes. */
export const withAdler = (name: string, bytes: Uint8Array): string =>
  name.replace(/\.bin$/, `_${upper(adler32(bytes), 8)}.bin`);

/** The first 64 bits of the SHA-256: enough to tell files of one folder apart. */
const digest = (bytes: Uint8Array): string => sha256(bytes).slice(0, 16);

/** `intel_000906a4_80_00000437_0123456789abcdef.bin`: header fields for people, then the content. */
export const rawName = (update: Update): string =>
  `${[update.vendor, ...cpuFields(update), lower(update.revision, 8), digest(update.bytes)].join('_')}.bin`;

function cpuFields(update: Update): string[] {
  switch (update.vendor) {
    case 'intel':
      return [lower(update.main.signature, 8), lower(update.main.platformMask, 2)];
    case 'amd':
      return [lower(update.header.processorRevId, 4)];
    case 'via':
      return [lower(update.signature, 8)];
  }
}

/** The name of a container that has a table and no patches. */
export const tableName = (container: Uint8Array): string => `amd_table_${digest(container)}.bin`;

export interface PlannedFile {
  /** Below the output folder; parts separated by `/`, each made of header fields and fixed words only. */
  readonly path: string;
  /** The content in pieces, views of the inputs. */
  readonly parts: readonly Uint8Array[];
  readonly updates: readonly Pick<CollectedUpdate, 'origin' | 'update'>[];
}
