/** The equivalence table of a container. Source: Linux `struct equiv_cpu_entry`, find_equiv_id(). */
import { hex16, hex32 } from '../../bytes/hex.ts';
import { type Decoded, equals, record, u16, u32 } from '../../bytes/layout.ts';
import { amdFamilyModelStepping, FIRST_ZEN_FAMILY, revisionIdOfCpuid } from '../../cpu/amd.ts';
import { type Finding, finding, layoutFindings } from '../../findings/finding.ts';

/** One row of the table that says which patch serves which CPU. */
export const EQUIVALENCE_ENTRY = record('AMD equivalence entry', 16, {
  /** CPUID leaf 1 EAX; zero ends the table. */
  installedCpu: u32(0),
  /** Undocumented beyond its name in Linux; zero in published tables. */
  fixedErrataMask: u32(4, equals(0, 'amd/equivalence-reserved')),
  /** Undocumented beyond its name in Linux; zero in published tables. */
  fixedErrataCompare: u32(8, equals(0, 'amd/equivalence-reserved')),
  /** The `processorRevId` of the patches for that CPU. */
  equivCpu: u16(12),
  /** Zero in published tables. */
  reserved: u16(14, equals(0, 'amd/equivalence-reserved')),
});

export type EquivalenceEntry = Decoded<typeof EQUIVALENCE_ENTRY>;

/** The row that sends a CPU to an equivalence id. */
export const equivalenceEntry = (installedCpu: number, equivCpu: number): EquivalenceEntry => ({
  installedCpu,
  fixedErrataMask: 0,
  fixedErrataCompare: 0,
  equivCpu,
  reserved: 0,
});

/** The all-zero row that ends a table. */
export const TERMINATOR: EquivalenceEntry = equivalenceEntry(0, 0);

/** Whether the entry ends the table for readers that look for an end. */
export const isTerminator = (entry: EquivalenceEntry): boolean => entry.installedCpu === 0;

export interface EquivalenceTable {
  /** Byte offset of the first entry in the bytes given to the parser. */
  readonly offset: number;
  /** Bytes, as declared. */
  readonly length: number;
  /** Every entry in file order, the terminator included. */
  readonly entries: readonly EquivalenceEntry[];
}

/** Entries read from one table at most; published tables have fewer than twenty. */
const MAX_ENTRIES = 1024;

/** Reads the table of `length` bytes at byte `offset`, as far as it lies inside `bytes`. */
export function readTable(bytes: Uint8Array, offset: number, length: number): [EquivalenceTable, Finding[]] {
  const findings: Finding[] = [];
  const there = Math.min(length, bytes.length - offset);
  if (there < length) {
    const values = { what: 'the equivalence table', expected: length, found: there };
    findings.push(finding('amd/truncated', { offset }, values));
  } else if (length < EQUIVALENCE_ENTRY.size || length % EQUIVALENCE_ENTRY.size !== 0) {
    const values = { expected: `a positive multiple of ${EQUIVALENCE_ENTRY.size}`, found: length };
    findings.push(finding('amd/table-length', { offset: offset - 4, field: 'length' }, values));
  }
  const declared = Math.floor(there / EQUIVALENCE_ENTRY.size);
  if (declared > MAX_ENTRIES) {
    findings.push(finding('amd/table-too-long', { offset }, { expected: MAX_ENTRIES, found: declared }));
  }
  const entries: EquivalenceEntry[] = [];
  for (let i = 0; i < Math.min(declared, MAX_ENTRIES); i++) {
    const entry = EQUIVALENCE_ENTRY.decode(bytes, offset + i * EQUIVALENCE_ENTRY.size);
    if (entry !== undefined) entries.push(entry);
  }
  return [{ offset, length, entries }, findings];
}

/** What is wrong with the table by itself: its end, its unused fields, Zen CPUs that are sent elsewhere. */
export function tableFindings({ offset, entries }: EquivalenceTable): Finding[] {
  const findings: Finding[] = [];
  const end = entries.findIndex(isTerminator);
  if (entries.length > 0 && end === -1) findings.push(finding('amd/terminator', { offset }, {}));
  const behind = end === -1 ? 0 : entries.length - end - 1;
  if (behind > 0) {
    const at = { offset: offset + (end + 1) * EQUIVALENCE_ENTRY.size };
    findings.push(finding('amd/after-terminator', at, { found: behind }));
  }
  let reserved = false;
  for (const [i, entry] of entries.entries()) {
    const at = offset + i * EQUIVALENCE_ENTRY.size;
    if (!reserved) {
      // One entry is enough: a table that is none would otherwise give three findings for each.
      const violations = layoutFindings(EQUIVALENCE_ENTRY.violations(entry), at);
      findings.push(...violations);
      reserved = violations.length > 0;
    }
    if (isTerminator(entry)) continue;
    const own = revisionIdOfCpuid(entry.installedCpu);
    if (amdFamilyModelStepping(entry.installedCpu).family >= FIRST_ZEN_FAMILY && entry.equivCpu !== own) {
      const values = { cpuid: hex32(entry.installedCpu), found: hex16(entry.equivCpu), expected: hex16(own) };
      findings.push(finding('amd/equivalence-identity', { offset: at + 12, field: 'equivCpu' }, values));
    }
  }
  return findings;
}

/** The CPUs of each equivalence id, in table order, each once. */
export function cpusByEquivalence({ entries }: EquivalenceTable): Map<number, number[]> {
  const cpus = new Map<number, Set<number>>();
  for (const entry of entries) {
    if (isTerminator(entry)) continue;
    const listed = cpus.get(entry.equivCpu);
    if (listed === undefined) cpus.set(entry.equivCpu, new Set([entry.installedCpu]));
    else listed.add(entry.installedCpu);
  }
  return new Map([...cpus].map(([equivalenceId, listed]) => [equivalenceId, [...listed]]));
}

/**
 * CPUs that are listed more than once. Within a table any repetition counts; between the tables of a file only one that contradicts, as in
 * Xen: files with several generations of a vendor's containers are common. `seen` collects the first equivalence id of every CPU and is
 * shared by the tables of a file.
 */
export function repetitionFindings({ offset, entries }: EquivalenceTable, seen: Map<number, number>): Finding[] {
  const findings: Finding[] = [];
  const here = new Set<number>();
  for (const [i, { installedCpu, equivCpu }] of entries.entries()) {
    if (installedCpu === 0) continue;
    const at = { offset: offset + i * EQUIVALENCE_ENTRY.size, field: 'installedCpu' };
    const cpuid = hex32(installedCpu);
    const earlier = seen.get(installedCpu);
    if (earlier === undefined) seen.set(installedCpu, equivCpu);
    if (earlier !== undefined && earlier !== equivCpu) {
      const values = { cpuid, found: hex16(equivCpu), expected: hex16(earlier) };
      findings.push(finding('amd/equivalence-conflict', at, values));
    } else if (here.has(installedCpu)) {
      findings.push(finding('amd/equivalence-duplicate', at, { cpuid, equiv: hex16(equivCpu) }));
    }
    here.add(installedCpu);
  }
  return findings;
}
