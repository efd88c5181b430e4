import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { amdFamilyModelStepping, cpuidOfPatchLevel, cpuidOfRevisionId } from '../../../src/cpu/amd.ts';
import { type AmdContainers, parseAmdContainers } from '../../../src/formats/amd/container.ts';
import { encodeAmdContainer } from '../../../src/formats/amd/encode.ts';
import { type AmdPatch } from '../../../src/formats/amd/patch.ts';
import { impliedSize } from '../../../src/formats/amd/sizes.ts';
import { csvRows } from '../../support/csv.ts';
import { amdFolder } from '../../support/debian.ts';

const golden = (name: string): Readonly<Record<string, string>>[] =>
  csvRows(readFileSync(join(import.meta.dirname, '../../data/amd', name), 'utf8'));

const NAMES = ['', '_fam15h', '_fam16h', '_fam17h', '_fam19h'].map((suffix) => `microcode_amd${suffix}.bin`);

const read = (context: TestContext): { name: string; bytes: Buffer; parsed: AmdContainers }[] =>
  NAMES.map((name) => {
    const bytes = readFileSync(join(amdFolder(context), name));
    return { name, bytes, parsed: parseAmdContainers(bytes) };
  });

const concatenation = (context: TestContext): Buffer => Buffer.concat(read(context).map(({ bytes }) => bytes));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const hex = (value: number | null, digits: number): string =>
  value === null ? '' : (value >>> 0).toString(16).padStart(digits, '0');
const bit = (value: boolean | null): string => (value === null ? '' : value ? '1' : '0');

/** The columns of the golden that the parser decides; `family` to `stepping` are those of the label. */
function row(container: string, patch: AmdPatch): Record<string, string> {
  const { header, zen } = patch;
  const label = cpuidOfRevisionId(header.processorRevId);
  const { family, model, stepping } = amdFamilyModelStepping(label);
  return {
    container,
    section_offset: String(patch.offset - 8),
    patch_offset: String(patch.offset),
    size: String(patch.size),
    sha256: sha256(patch.bytes),
    data_code: hex(header.dataCode, 8),
    date_raw: patch.date.text,
    patch_id: hex(patch.revision, 8),
    format: hex(header.format, 4),
    len_field: hex(header.lenField, 2),
    init_field: hex(header.initField, 2),
    size_from_len_fields: String(impliedSize(header) ?? ''),
    checksum: hex(header.checksumOrMinRevision, 8),
    checksum_kind:
      patch.checksum === 'valid' ? 'sum32@0x40 ok' : patch.minimumBaseRevision === null ? 'none' : 'min_rev',
    nb_dev_id: hex(header.nbDevId, 8),
    sb_dev_id: hex(header.sbDevId, 8),
    processor_rev_id: hex(header.processorRevId, 4),
    nb_rev: hex(header.nbRevId, 2),
    sb_rev: hex(header.sbRevId, 2),
    bios_api_rev: hex(header.biosApiRev, 2),
    reserved: header.reserved.map((byte) => hex(byte, 2)).join(''),
    cpuid_from_processor_rev_id: hex(label, 8),
    cpuid_from_patch_id: zen === null ? '' : hex(cpuidOfPatchLevel(patch.revision), 8),
    family: `0x${hex(family, 2)}`,
    model: `0x${hex(model, 2)}`,
    stepping: `0x${hex(stepping, 1)}`,
    autorun: bit(patch.autorun),
    encrypted: bit(patch.encrypted),
    opt_word2: zen === null ? '' : hex(zen.options, 4),
    signed_rev: hex(patch.signedRevision, 8),
  };
}

describe("Debian's five containers", () => {
  test('hold the 41 patches of the golden, equal in every column', (context) => {
    const rows = read(context).flatMap(({ name, parsed }) =>
      parsed.containers.flatMap(({ patches }) => patches.map((patch) => row(name, patch))),
    );
    const columns = Object.keys(rows[0] ?? {});
    const wanted = golden('debian-patches.csv').map((line) =>
      Object.fromEntries(
        columns.map((name) => [name, line[name]?.replace(/^0960$|^0512$/, (size) => String(Number(size)))]),
      ),
    );
    expect(rows).toHaveLength(41);
    expect(rows).toEqual(wanted);
  });

  test('hold the equivalence entries of the golden: 46 CPUIDs', (context) => {
    const rows = read(context).flatMap(({ name, parsed }) =>
      parsed.containers.flatMap(({ table }) =>
        table.entries.map((entry, i) => ({
          file: name,
          entry_offset: String(table.offset + 16 * i),
          installed_cpu: `0x${hex(entry.installedCpu, 8)}`,
          fixed_errata_mask: `0x${hex(entry.fixedErrataMask, 8)}`,
          fixed_errata_compare: `0x${hex(entry.fixedErrataCompare, 8)}`,
          equiv_cpu: `0x${hex(entry.equivCpu, 4)}`,
          res: `0x${hex(entry.reserved, 4)}`,
          is_terminator: entry.installedCpu === 0 ? '1' : '0',
        })),
      ),
    );
    const wanted = golden('debian-equiv.csv').map(({ family: _f, model: _m, stepping: _s, ...line }) => line);
    expect(rows).toEqual(wanted);
    expect(rows.filter((line) => line.is_terminator === '0')).toHaveLength(46);
  });

  test('have the sizes, sums and counts of the golden', (context) => {
    const rows = read(context).map(({ name, bytes, parsed }) => ({
      file: name,
      size: String(bytes.length),
      sha256: sha256(bytes),
      equiv_table_len: String(parsed.containers[0]?.table.length),
      equiv_entries_incl_terminator: String(parsed.containers[0]?.table.entries.length),
      patches: String(parsed.containers[0]?.patches.length),
      first_patch_offset: String(parsed.containers[0]?.patches[0]?.offset),
      end_of_last_section: String(parsed.end),
    }));
    expect(rows).toEqual(golden('debian-files.csv').slice(0, 5));
    expect(sha256(concatenation(context))).toBe(golden('debian-files.csv')[5]?.['sha256']);
  });

  test('serve every CPU of their tables', (context) => {
    const served = read(context).flatMap(({ parsed }) =>
      parsed.containers.flatMap(({ patches }) => patches.flatMap(({ cpuids }) => cpuids)),
    );
    const listed = golden('debian-equiv.csv').filter((line) => line['is_terminator'] === '0');
    expect(served).toHaveLength(46);
    expect(new Set(served.map((cpuid) => `0x${hex(cpuid, 8)}`))).toEqual(
      new Set(listed.map((line) => line['installed_cpu'])),
    );
    const first = read(context)[0]?.parsed.containers[0]?.patches.find(({ revision }) => revision === 0x010000c8);
    expect(first?.cpuids).toEqual([0x00100f43, 0x00100f63, 0x00100f53]);
  });

  test('have nothing wrong with them but a date in month 13 and the padding of family 16h', (context) => {
    const found = read(context).flatMap(({ parsed }) =>
      parsed.findings.concat(parsed.containers.flatMap(({ patches }) => patches.flatMap(({ findings }) => findings))),
    );
    expect(found.map(({ rule, offset, severity }) => ({ rule, offset, severity }))).toEqual([
      { rule: 'amd/date', offset: 8572, severity: 'note' },
      { rule: 'amd/padding', offset: 52 + 3424, severity: 'note' },
    ]);
  });

  test('are rebuilt byte for byte from what was read', (context) => {
    for (const { bytes, parsed } of read(context)) {
      const rebuilt = parsed.containers.map(({ table, patches }) =>
        encodeAmdContainer({ entries: table.entries, patches }),
      );
      expect(Buffer.concat(rebuilt).equals(bytes)).toBe(true);
    }
  });
});

describe('the concatenation of the five', () => {
  test('holds the same patches and tables, shifted, the containers behind 16h at odd alignment', (context) => {
    const files = read(context);
    const whole = parseAmdContainers(concatenation(context));
    let base = 0;
    for (const [i, { bytes, parsed }] of files.entries()) {
      const container = whole.containers[i];
      const alone = parsed.containers[0];
      expect(container?.offset).toBe(base);
      expect(container?.patches.map(({ offset }) => offset)).toEqual(alone?.patches.map(({ offset }) => offset + base));
      expect(container?.table.entries).toEqual(alone?.table.entries);
      base += bytes.length;
    }
    expect(whole.containers.map(({ offset }) => offset)).toEqual([0, 12684, 20560, 0x5e06, 46666]);
    expect(whole.containers.flatMap(({ patches }) => patches)).toHaveLength(41);
    expect(whole.findings).toEqual([]);
    expect(whole.end).toBe(147350);
  });
});
