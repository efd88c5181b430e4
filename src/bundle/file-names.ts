/** Names for files that hold one update: as the vendors' tools, the collections and this program give them. */
import { adler32 } from '../bytes/adler32.ts';
import { sha256 } from '../bytes/digest.ts';
import { cpuidOfRevisionId } from '../cpu/amd.ts';
import type { AmdPatch } from '../formats/amd/patch.ts';
import { type IntelUpdate, servedBy } from '../formats/intel/update.ts';
import type { Update } from './collect.ts';

const upper = (value: number, digits: number): string => (value >>> 0).toString(16).toUpperCase().padStart(digits, '0');

const lower = (value: number, digits: number): string => (value >>> 0).toString(16).padStart(digits, '0');

/** `s000906A4_m00000080_r00000437.fw` for each CPU, as `iucode_tool --write-all-named-to`; `mc_patch_0a0011d5.bin` as AMD's own tool. */
export const toolNames = (update: Update): string[] =>
  update.vendor === 'intel'
    ? servedBy(update).map(
        ({ signature, platformMask }) =>
          `s${upper(signature, 8)}_m${upper(platformMask, 8)}_r${upper(update.revision, 8)}.fw`,
      )
    : [`mc_patch_0${lower(update.revision, 1)}.bin`];

/** The bytes that a collection keeps of an update: AMD patches without the zeros that some containers put behind them. */
export const collectedBytes = (update: Update): Uint8Array =>
  update.vendor === 'intel' ? update.bytes : update.bytes.subarray(0, update.formatSize ?? update.bytes.length);

/** `cpu906A4_plat80_ver00000437_2024-05-01_PRD_1234ABCD.bin`, as MC Extractor and the collections made with it name updates. */
export const collectionName = (update: Update): string =>
  update.vendor === 'intel' ? intelCollectionName(update) : amdCollectionName(update);

function intelCollectionName(update: IntelUpdate): string {
  const { main, header, revision, date } = update;
  const stage = (revision | 0) < 0 ? 'PRE' : 'PRD';
  return `cpu${upper(main.signature, 5)}_plat${upper(main.platformMask, 2)}_ver${upper(revision, 8)}_${date.text}_${stage}_${upper(header.checksum, 8)}.bin`;
}

function amdCollectionName(patch: AmdPatch): string {
  const cpuid = cpuidOfRevisionId(patch.header.processorRevId);
  return `cpu${upper(cpuid, 8)}_ver${upper(patch.revision, 8)}_${patch.date.text}_${upper(adler32(collectedBytes(patch)), 8)}.bin`;
}

/** What MC Extractor adds when the name is taken by other bytes. */
export const withAdler = (name: string, bytes: Uint8Array): string =>
  name.replace(/\.bin$/, `_${upper(adler32(bytes), 8)}.bin`);

/** The first 64 bits of the SHA-256: enough to tell files of one folder apart. */
const digest = (bytes: Uint8Array): string => sha256(bytes).slice(0, 16);

/** `intel_000906a4_80_00000437_0123456789abcdef.bin`: header fields for people, then the content. */
export function rawName(update: Update): string {
  const fields =
    update.vendor === 'intel'
      ? ['intel', lower(update.main.signature, 8), lower(update.main.platformMask, 2)]
      : ['amd', lower(update.header.processorRevId, 4)];
  return `${[...fields, lower(update.revision, 8), digest(update.bytes)].join('_')}.bin`;
}

/** The name of a container that has a table and no patches. */
export const tableName = (container: Uint8Array): string => `amd_table_${digest(container)}.bin`;
