import { type Finding, finding } from '../../findings/finding.ts';
import { FIELD_LIMIT, layoutNewc, newcChunks, type NewcEntry, type NewcLayout } from '../../formats/cpio/write.ts';
import { fileEntry, folderEntry, stamped } from '../own-members.ts';
import { checkPayload } from '../payload-faults.ts';
import { EARLY_FOLDER, EARLY_VENDORS, type EarlyVendor, VENDOR_FILES } from '../../loaders/early-paths.ts';

/**
 * How the image is laid out. `standard`: both vendors, data at multiples of 16 by NULs after the name, length a multiple of 512.
 * `iucode-tool` and `iucode-tool-mini`: byte for byte what `iucode_tool --write-earlyfw` writes, without and with `--mini-earlyfw` (version 2.3.1).
 */
export type EarlyLayout = 'standard' | 'iucode-tool' | 'iucode-tool-mini';

export interface EarlyImageRequest {
  /** The payload of each vendor file in parts, in order; a vendor left out gets no file. */
  readonly intel?: readonly Uint8Array[];
  readonly amd?: readonly Uint8Array[];
  /** Seconds since 1970, of every member. */
  readonly mtime: number;
  readonly layout: EarlyLayout;
}

/** A vendor file's place in the image. */
export interface PlannedVendorFile {
  readonly vendor: EarlyVendor;
  readonly path: string;
  /** Byte offset of the data from the start of the image. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** Where everything stands in an early image. */
export interface EarlyImagePlan {
  readonly layout: EarlyLayout;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes of the image. */
  readonly size: number;
  readonly vendorFiles: readonly PlannedVendorFile[];
  readonly archive: NewcLayout;
}

/** An image that must not be written; the findings say why. Offsets count from the start of the vendor's payload. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(findings.map(({ message }) => message).join('; '));
    this.findings = findings;
  }
}

/** What Intel asks of the address that an update is loaded from (SDM vol. 3A, microcode update loader). */
const DATA_ALIGNMENT = 16;

/** Largest time that iucode_tool writes. */
const IUCODE_LATEST = 0x7fff_ffff;

/** First inode number that iucode_tool writes. */
const IUCODE_FIRST_INODE = 101;

/**
 * The folder that iucode_tool puts before the vendor file so that the file's data fall on a multiple of 16: behind the three parent
 * folders the length of this name does just that.
 */
const IUCODE_ALIGNMENT_FOLDER = `${EARLY_FOLDER}/.enuineIntel.align.0123456789abc`;

const PARENTS = ['kernel', 'kernel/x86', EARLY_FOLDER];

/**
 * Plans an early image; pure, and the plan is small however large the payload.
 * @throws ImageRefused when a payload is missing, empty, too large or not what its loader takes, or the layout has no place for it.
 */
export function planEarlyImage(request: EarlyImageRequest): EarlyImagePlan {
  const refusals = refusalsOf(request);
  if (refusals.length > 0) throw new ImageRefused(refusals);
  const { entries, padTo } = archiveOf(request);
  const archive = layoutNewc(entries, padTo);
  const vendorFiles = archive.entries.flatMap(({ entry, dataOffset, dataSize }): PlannedVendorFile[] => {
    const vendor = EARLY_VENDORS.find((vendor) => VENDOR_FILES[vendor] === entry.name);
    return vendor === undefined ? [] : [{ vendor, path: entry.name, offset: dataOffset, size: dataSize }];
  });
  return { layout: request.layout, mtime: request.mtime, size: archive.size, vendorFiles, archive };
}

function refusalsOf(request: EarlyImageRequest): Finding[] {
  if (request.intel === undefined && request.amd === undefined)
    return [finding('initrd/no-payload', { offset: 0 }, {})];
  return EARLY_VENDORS.flatMap((vendor) => {
    const parts = request[vendor];
    if (parts === undefined) return [];
    const path = VENDOR_FILES[vendor];
    if (vendor === 'amd' && request.layout !== 'standard') {
      return [finding('initrd/layout-vendor', { offset: 0 }, { path, layout: request.layout })];
    }
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    if (size === 0) return [finding('initrd/empty-payload', { offset: 0 }, { path })];
    if (size > FIELD_LIMIT) {
      return [finding('initrd/payload-too-large', { offset: 0 }, { path, found: size, expected: FIELD_LIMIT })];
    }
    return checkPayload(vendor, parts);
  });
}

function archiveOf({ layout, mtime, intel, amd }: EarlyImageRequest): { entries: NewcEntry[]; padTo: number } {
  switch (layout) {
    case 'standard': {
      const files = EARLY_VENDORS.flatMap((vendor) => {
        const data = vendor === 'intel' ? intel : amd;
        return data === undefined ? [] : [{ ...fileEntry(VENDOR_FILES[vendor], data), alignData: DATA_ALIGNMENT }];
      });
      return { entries: stamped([...PARENTS.map(folderEntry), ...files], 1, mtime), padTo: 512 };
    }
    case 'iucode-tool': {
      const entries = [...PARENTS, IUCODE_ALIGNMENT_FOLDER].map(folderEntry);
      return { entries: iucodeStamped([...entries, fileEntry(VENDOR_FILES.intel, intel ?? [])], mtime), padTo: 1024 };
    }
    case 'iucode-tool-mini': {
      const entry = { ...fileEntry(VENDOR_FILES.intel, intel ?? []), alignData: DATA_ALIGNMENT };
      return { entries: iucodeStamped([entry], mtime), padTo: 16 };
    }
  }
}

const iucodeStamped = (entries: readonly NewcEntry[], mtime: number): NewcEntry[] =>
  stamped(entries, IUCODE_FIRST_INODE, Math.min(mtime, IUCODE_LATEST));

/** The planned image in pieces; the payload's pieces are the very views that the request held. */
export const earlyImageChunks = (plan: EarlyImagePlan): Iterable<Uint8Array> => newcChunks(plan.archive);

/** The planned image in one piece. */
export function earlyImageBytes(plan: EarlyImagePlan): Uint8Array {
  const bytes = new Uint8Array(plan.size);
  let at = 0;
  for (const chunk of earlyImageChunks(plan)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
