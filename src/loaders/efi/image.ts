import { type Finding, finding } from '../../findings/finding.ts';
import { isPe, parsePe, type PeImage, type PeRow } from '../../formats/pe.ts';
import { loaderOffWord } from './command-line.ts';
import { firmwareFindings } from './firmware.ts';
import { bzImageVersion, isBzImage, xenRelease } from './kernel-version.ts';
import {
  FIRST_WITH_UCODE,
  knowsProfiles,
  locate,
  NEWEST_STUB,
  parseStub,
  profilesOf,
  type StubVersion,
  UNTOLD,
} from './stub.ts';

/** A section that is part of the initrd. */
export interface InitrdPart {
  readonly section: '.ucode' | '.initrd';
  /** Byte offset in the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Byte offset in the initrd that the kernel gets. */
  readonly at: number;
}

/** The initrd of a unified kernel image, as systemd-stub hands it to the kernel, or of an add-on as far as it goes. */
export interface EfiInitrd {
  readonly kind: 'uki' | 'addon';
  /** Null when the stub does not say what it is. */
  readonly stub: StubVersion | null;
  /** Of the kernel inside, by itself or by the section .uname; null when neither says it. */
  readonly kernel: string | null;
  /** Text of the section .cmdline; null without one. */
  readonly commandLine: string | null;
  /** In the order in which the kernel gets them. */
  readonly parts: readonly InitrdPart[];
  /**
   * The bytes of the parts, each filled up to a multiple of 4. What the stub makes itself (credentials, profile, os-release) comes behind
   * them and is left out: it holds no microcode.
   */
  readonly initrd: Uint8Array;
  /** Why the firmware does not start the image, or why what the kernel gets cannot be told; null when neither is the case. */
  readonly trouble: Finding | null;
  /** Offsets are those of rows of the section table. */
  readonly findings: readonly Finding[];
}

/** What an EFI image is. */
export type EfiImage =
  | EfiInitrd
  /** A hypervisor, by itself or with `.config` and the files of one entry in sections. */
  | {
      readonly kind: 'xen';
      readonly release: string | null;
      readonly unified: boolean;
      /** As for a kernel; sections that overlap are Xen's own business, its linker makes them. */
      readonly trouble: Finding | null;
      readonly findings: readonly Finding[];
    }
  /** A Linux kernel without an initrd. */
  | { readonly kind: 'kernel'; readonly version: string | null }
  | { readonly kind: 'other' };

/** Bytes of text sections that are looked at. */
const TEXT_LIMIT = 64 * 1024;

/** Takes an EFI image apart as the firmware and its stub do; undefined when the bytes are none. Never throws on bad bytes. */
export function readEfiImage(bytes: Uint8Array): EfiImage | undefined {
  if (!isPe(bytes)) return undefined;
  const pe = parsePe(bytes);
  const names = new Set(pe.rows.map(({ name }) => name));
  if (names.has('.linux')) return efiInitrd('uki', bytes, pe);
  if (names.has('.config') || names.has('.kernel')) return xenImage(bytes, pe, xenRelease(bytes), true);
  if (isBzImage(bytes)) return { kind: 'kernel', version: bzImageVersion(bytes) };
  if (names.has('.ucode')) return efiInitrd('addon', bytes, pe);
  const release = xenRelease(bytes);
  return release === null ? { kind: 'other' } : xenImage(bytes, pe, release, false);
}

function xenImage(bytes: Uint8Array, pe: PeImage, release: string | null, unified: boolean): EfiImage {
  const findings = firmwareFindings(pe, bytes.length).filter(({ rule }) => rule === 'efi/not-started');
  return { kind: 'xen', release, unified, trouble: findings[0] ?? null, findings };
}

function efiInitrd(kind: EfiInitrd['kind'], bytes: Uint8Array, pe: PeImage): EfiInitrd {
  const { rows } = pe;
  const magic = rows.find(({ name }) => name === '.sdmagic');
  const stub = (magic === undefined ? undefined : parseStub(textOf(bytes, magic))) ?? null;
  const major = stub?.major ?? NEWEST_STUB;
  const findings: Finding[] = firmwareFindings(pe, bytes.length);
  let [trouble] = findings;
  const known = (name: string): PeRow | null => locate(rows, name, major).row;
  const linux = known('.linux');
  if (kind === 'uki' && (linux === null || linux.memorySize === 0)) {
    const why = linux === null ? 'in a profile other than the first' : 'without a size in memory';
    const absent = finding('efi/no-kernel', { offset: rows.find(isLinux)?.row ?? 0 }, { why });
    findings.push(absent);
    trouble ??= absent;
  }
  if (kind === 'addon') findings.push(finding('efi/addon', { offset: 0 }, {}));
  else if (stub === null || stub.major > NEWEST_STUB) {
    const why =
      stub === null
        ? 'the stub does not say that it is systemd-stub'
        : `systemd-stub ${stub.name} is newer than any read`;
    findings.push(finding('efi/stub-unknown', { offset: 0 }, { why, expected: NEWEST_STUB }));
  }

  const wanted: PeRow[] = [];
  for (const name of kind === 'uki' ? (['.ucode', '.initrd'] as const) : (['.ucode'] as const)) {
    const { row, count, says } = locate(rows, name, major);
    if (row === null) continue;
    const at = { offset: row.row };
    if (name === '.ucode' && kind === 'uki' && major < FIRST_WITH_UCODE) {
      findings.push(finding('efi/ucode-ignored', at, { found: stub?.name ?? '', expected: FIRST_WITH_UCODE }));
      continue;
    }
    if (count > 1) {
      const repeated = finding('efi/section-repeated', at, { name, found: count, which: says });
      findings.push(repeated);
      if (says === UNTOLD) trouble ??= repeated;
    }
    if (row.memorySize === 0) findings.push(finding('efi/section-unset', at, { name }));
    else wanted.push({ ...row, name });
  }
  findings.push(...otherProfiles(rows, major));
  const { parts, initrd } = trouble === undefined ? joined(bytes, wanted) : { parts: [], initrd: new Uint8Array() };
  const text = (row: PeRow | null): string | null => (row === null ? null : textOf(bytes, row));
  const kernel =
    (linux === null ? null : bzImageVersion(fileBytes(bytes, linux))) ?? (text(known('.uname'))?.trim() || null);
  const commandLine = text(known('.cmdline'));
  const off = loaderOffWord(commandLine, Number.parseInt(kernel ?? '', 10));
  if (off !== null) {
    findings.push(finding('efi/loader-off', { offset: known('.cmdline')?.row ?? 0 }, { found: off }));
  }
  return {
    kind,
    stub,
    kernel,
    commandLine,
    parts,
    initrd,
    trouble: trouble ?? null,
    findings,
  };
}

const isLinux = ({ name }: PeRow): boolean => name === '.linux';

/** Profiles that bring sections of their own which a loader of microcode would see. */
function otherProfiles(rows: readonly PeRow[], major: number): Finding[] {
  if (!knowsProfiles(major)) return [];
  return profilesOf(rows)
    .slice(2)
    .flatMap((profile, i) => {
      const own = profile.find(({ name }) => name === '.ucode' || name === '.initrd' || name === '.linux');
      if (own === undefined) return [];
      return [finding('efi/profile', { offset: own.row }, { found: `@${i + 1}`, name: own.name })];
    });
}

/** The bytes of a section that are in the file. */
const fileBytes = (bytes: Uint8Array, { rawOffset, rawSize, memorySize }: PeRow): Uint8Array =>
  bytes.subarray(rawOffset, rawOffset + Math.min(rawSize, memorySize));

/** Up to its first NUL. */
const textOf = (bytes: Uint8Array, row: PeRow): string =>
  new TextDecoder().decode(fileBytes(bytes, row).subarray(0, TEXT_LIMIT)).split('\0')[0] ?? '';

/** Bytes of zeros behind what is in the file that are still made; more stands in no image that is meant to boot. */
const ZEROS_LIMIT = 16 * 1024 * 1024;

const padded = (size: number): number => (size + 3) & ~3;

/** The parts one behind the other. What a section has more in memory than in the file is zeros. */
function joined(bytes: Uint8Array, rows: readonly PeRow[]): { parts: InitrdPart[]; initrd: Uint8Array } {
  const parts: InitrdPart[] = [];
  const pieces: Uint8Array[] = [];
  let end = 0;
  for (const row of rows) {
    const inFile = fileBytes(bytes, row);
    const size = Math.min(row.memorySize, inFile.length + ZEROS_LIMIT);
    // A single part is handed over as it is.
    const length = rows.length === 1 ? size : padded(size);
    parts.push({ section: row.name === '.ucode' ? '.ucode' : '.initrd', offset: row.rawOffset, size, at: end });
    pieces.push(inFile, new Uint8Array(length - inFile.length));
    end += length;
  }
  const [only] = pieces;
  const whole = pieces.length === 2 && only?.length === end ? only : Buffer.concat(pieces);
  return { parts, initrd: whole };
}

/** What the image is, as a sentence says it. */
export function efiImageName(image: EfiImage): string {
  switch (image.kind) {
    case 'uki': {
      const kernel = image.kernel === null ? '' : ` of Linux ${image.kernel}`;
      return `a unified kernel image${kernel}${image.stub === null ? '' : `, started by systemd-stub ${image.stub.name}`}`;
    }
    case 'addon':
      return 'an add-on of a unified kernel image';
    case 'xen': {
      const release = image.release === null ? '' : ` ${image.release}`;
      return image.unified ? `a unified image of Xen${release}` : `the hypervisor Xen${release}`;
    }
    case 'kernel':
      return `a Linux kernel${image.version === null ? '' : ` ${image.version}`}`;
    case 'other':
      return 'an EFI program';
  }
}
