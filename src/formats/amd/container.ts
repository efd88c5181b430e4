/**
 * AMD microcode containers: a magic, one equivalence table, patch sections; containers follow each other without a gap, at any
 * alignment, and none states its length. Sources: Linux arch/x86/kernel/cpu/microcode/amd.c, Xen xen/arch/x86/cpu/microcode/amd.c.
 */
import { hex16, hex32, hex8, hexBytes } from '../../bytes/hex.ts';
import { equals, record, u32 } from '../../bytes/layout.ts';
import { type Finding, finding, layoutFindings } from '../../findings/finding.ts';
import {
  repetitionFindings,
  cpusByEquivalence,
  EQUIVALENCE_ENTRY,
  type EquivalenceTable,
  isTerminator,
  readTable,
  tableFindings,
} from './equivalence.ts';
import { PATCH_HEADER } from './header.ts';
import { type AmdPatch, parseAmdPatch } from './patch.ts';
import { looksLikeAmdPatch } from './raw-patch.ts';
import { linuxMaximum, LINUX_MINIMUM, xenMaximum } from './sizes.ts';

/** The first word of a container, bytes `44 4d 41 00`. */
export const AMD_CONTAINER_MAGIC = 0x00414d44;

/** Type of a section that holds a patch. */
export const PATCH_SECTION = 1;

/** Magic and the head of the equivalence section. */
export const CONTAINER_HEADER = record('AMD container header', 12, {
  /** Bytes 44 4d 41 00. */
  magic: u32(0),
  /** 0: equivalence table. */
  tableType: u32(4, equals(0, 'amd/section-type')),
  /** Bytes of the table. */
  tableLength: u32(8),
});

/** Head of a patch section. */
export const SECTION_HEADER = record('AMD section header', 8, {
  /** 1: patch. */
  type: u32(0),
  /** Bytes that follow. */
  length: u32(4),
});

/**
 * A container of AMD patches: 12 bytes of header, the equivalence table, a section of 8 bytes and a patch each. Source: Linux
 * arch/x86/kernel/cpu/microcode/amd.c; docs/formats.md has the layout.
 */
export interface AmdContainer {
  /** Byte offset of the magic in the bytes given to the parser. */
  readonly offset: number;
  /** Bytes up to the end of the last patch. */
  readonly size: number;
  /** Which CPU takes patches of which equivalence id. */
  readonly table: EquivalenceTable;
  /** In file order. */
  readonly patches: readonly AmdPatch[];
}

/** What `parseAmdContainers` makes of some bytes. */
export interface AmdContainers {
  readonly containers: readonly AmdContainer[];
  /** On containers and tables; those of a patch stand in the patch. Offsets count from the start of the bytes given. */
  readonly findings: readonly Finding[];
  /** Byte offset behind the last container; smaller than the input when other bytes follow. */
  readonly end: number;
}

/** Findings, those of patches included, after which reading stops: hostile bytes must not cost unbounded memory. */
const MAX_FINDINGS = 10_000;

const MAGIC_BYTES = Buffer.from('DMA\0');

/** Whether a container starts at byte `at`. */
export const isAmdContainer = (bytes: Uint8Array, at = 0): boolean =>
  MAGIC_BYTES.every((byte, i) => bytes[at + i] === byte);

/** Byte offset of the next container magic at or behind `from`, or -1. */
export const nextContainer = (bytes: Uint8Array, from: number): number =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(MAGIC_BYTES, from);

/** What one file has shown so far. */
interface Reading {
  readonly findings: Finding[];
  /** How many findings the patches hold. */
  patchFindings: number;
  /** First equivalence id of each CPU, over all tables. */
  readonly equivalences: Map<number, number>;
}

const isExhausted = (reading: Reading): boolean => reading.findings.length + reading.patchFindings > MAX_FINDINGS;

/**
 * Reads the containers that `bytes` consist of. Never throws, reads every byte at most twice. Foreign bytes are reported and stepped
 * over to the next magic: more than any loader does, so that everything in the file is shown. Ends after 10,000 findings. Sources: Linux
 * arch/x86/kernel/cpu/microcode/amd.c, Xen xen/arch/x86/cpu/microcode/amd.c.
 */
export function parseAmdContainers(bytes: Uint8Array): AmdContainers {
  const reading: Reading = { findings: [], patchFindings: 0, equivalences: new Map() };
  const containers: AmdContainer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (isExhausted(reading)) {
      reading.findings.push(finding('amd/too-many-findings', { offset: at }, { expected: MAX_FINDINGS }));
      break;
    }
    if (!isAmdContainer(bytes, at)) {
      const next = nextContainer(bytes, at);
      reading.findings.push(...foreignBytes(bytes, at, next));
      if (next === -1) break;
      at = next;
    }
    const container = readContainer(bytes, at, reading);
    containers.push(container);
    at += container.size;
  }
  const last = containers.at(-1);
  return { containers, findings: reading.findings, end: last === undefined ? 0 : last.offset + last.size };
}

function foreignBytes(bytes: Uint8Array, at: number, next: number): Finding[] {
  if (at === 0) {
    const found = `0x${hexBytes(bytes.slice(0, 4).toReversed())}`;
    return [finding('amd/magic', { offset: 0 }, { expected: hex32(AMD_CONTAINER_MAGIC), found })];
  }
  if (next === -1) return [finding('amd/trailing-bytes', { offset: at }, { found: bytes.length - at })];
  return [finding('amd/junk', { offset: at }, { found: next - at })];
}

function readContainer(bytes: Uint8Array, offset: number, reading: Reading): AmdContainer {
  const header = CONTAINER_HEADER.decode(bytes, offset);
  const tableAt = offset + CONTAINER_HEADER.size;
  if (header === undefined) {
    const found = bytes.length - offset;
    const values = { what: 'the container header', expected: CONTAINER_HEADER.size, found };
    reading.findings.push(finding('amd/truncated', { offset }, values));
    return { offset, size: found, table: { offset: tableAt, length: 0, entries: [] }, patches: [] };
  }
  const [table, found] = readTable(bytes, tableAt, header.tableLength);
  const violations = CONTAINER_HEADER.violations(header);
  reading.findings.push(...layoutFindings(violations, offset), ...found, ...tableFindings(table));
  reading.findings.push(...repetitionFindings(table, reading.equivalences));
  const { patches, end } = readPatches(bytes, Math.min(tableAt + table.length, bytes.length), table, reading);
  reading.findings.push(...matchFindings(offset, table, patches));
  return { offset, size: end - offset, table, patches };
}

/** Reads patch sections from byte `start` until something else follows. */
function readPatches(
  bytes: Uint8Array,
  start: number,
  table: EquivalenceTable,
  reading: Reading,
): { patches: AmdPatch[]; end: number } {
  const cpus = cpusByEquivalence(table);
  const patches: AmdPatch[] = [];
  let at = start;
  while (at < bytes.length && !isExhausted(reading)) {
    const section = SECTION_HEADER.decode(bytes, at);
    if (section === undefined || !isPatchSection(bytes, at, section.type)) break;
    const patchAt = at + SECTION_HEADER.size;
    if (section.type !== PATCH_SECTION) {
      const values = { field: 'type', found: hex32(section.type), expected: hex32(PATCH_SECTION) };
      reading.findings.push(finding('amd/section-type', { offset: at, field: 'type' }, values));
    }
    const patch = parseAmdPatch(bytes, patchAt, section.length, (id) => cpus.get(id));
    if (patch === undefined) {
      reading.findings.push(shortSection(bytes, patchAt, section.length));
    } else {
      patches.push(patch);
      reading.patchFindings += patch.findings.length;
      reading.findings.push(...maximumFindings(patch));
    }
    at = Math.min(patchAt + section.length, bytes.length);
  }
  return { patches, end: at };
}

/** A wrong type is taken for damage only where a patch that fits in the file follows; else the container ends there. */
function isPatchSection(bytes: Uint8Array, at: number, type: number): boolean {
  if (type === PATCH_SECTION) return true;
  const patchAt = at + SECTION_HEADER.size;
  const length = SECTION_HEADER.decode(bytes, at)?.length ?? 0;
  return type !== AMD_CONTAINER_MAGIC && length <= bytes.length - patchAt && looksLikeAmdPatch(bytes, patchAt);
}

function shortSection(bytes: Uint8Array, offset: number, length: number): Finding {
  const left = bytes.length - offset;
  return left < length
    ? finding('amd/truncated', { offset }, { what: 'the patch', expected: length, found: left })
    : finding('amd/patch-minimum', { offset }, { expected: LINUX_MINIMUM, found: length });
}

function maximumFindings({ offset, size, family, bytes }: AmdPatch): Finding[] {
  // A length that leaves the file is reported as such; the limits would repeat it.
  if (size > bytes.length) return [];
  const at = { offset: offset - 4, field: 'length' };
  const linux = linuxMaximum(family);
  if (linux !== null && size > linux) {
    return [finding('amd/patch-maximum-linux', at, { found: size, expected: linux, family: hex8(family) })];
  }
  const xen = xenMaximum(family);
  return size <= xen
    ? []
    : [finding('amd/patch-maximum-xen', at, { found: size, expected: xen, family: hex8(family) })];
}

/** Patches without an entry, entries without a patch, patches that are there twice. */
function matchFindings(offset: number, table: EquivalenceTable, patches: readonly AmdPatch[]): Finding[] {
  if (patches.length === 0) return [finding('amd/no-patches', { offset }, {})];
  const findings: Finding[] = [];
  const served = new Set<number>();
  const seen = new Set<string>();
  for (const { header, revision, cpuidSource, ...patch } of patches) {
    const at = { offset: patch.offset + PATCH_HEADER.fields.processorRevId.offset, field: 'processorRevId' };
    const equiv = hex16(header.processorRevId);
    const key = `${equiv} ${hex32(revision)}`;
    if (cpuidSource !== 'table') findings.push(finding('amd/no-equivalence', at, { found: equiv }));
    if (seen.has(key)) findings.push(finding('amd/duplicate-patch', at, { revision: hex32(revision), equiv }));
    seen.add(key);
    served.add(header.processorRevId);
  }
  for (const [i, entry] of table.entries.entries()) {
    if (isTerminator(entry) || served.has(entry.equivCpu)) continue;
    const at = { offset: table.offset + i * EQUIVALENCE_ENTRY.size, field: 'equivCpu' };
    const values = { cpuid: hex32(entry.installedCpu), equiv: hex16(entry.equivCpu) };
    findings.push(finding('amd/unused-equivalence', at, values));
  }
  return findings;
}
