import { type BootLoader } from '../boot-loaders/boot-loader.ts';
import { earlyVendors, type FileContent, fileContent, rawContent } from '../file-content.ts';
import { FILE_LIMIT, xenHas } from '../../loaders/xen/releases.ts';
import { has, releasesWith, type XenRelease } from '../releases.ts';
import { VENDOR_FILES } from '../../loaders/early-paths.ts';

/** How Xen finds its microcode: a number, a search, or a key of xen.cfg. */
export type Way = 'index' | 'scan' | 'efi';

export interface WayRequest {
  readonly release: XenRelease;
  readonly loader: BootLoader;
  readonly mode: Way | 'auto';
  readonly initrd: Uint8Array | undefined;
  readonly microcode: Uint8Array | undefined;
}

export type ChosenWay =
  | { readonly ok: true; readonly way: Way; readonly reasons: readonly string[] }
  | { readonly ok: false; readonly refusals: readonly string[] };

/** A way with what speaks against it (empty: it works) and what is worth saying about it. */
interface Candidate {
  readonly way: Way;
  readonly against: readonly string[];
  readonly reasons: readonly string[];
}

interface Material {
  readonly release: XenRelease;
  readonly loader: BootLoader;
  readonly initrd: FileContent | undefined;
  readonly microcode: FileContent | undefined;
  readonly bytes: Uint8Array | undefined;
}

/** The way that works, in the order in which they are preferred; with `mode`, that one or the reasons against it. */
export function chooseWay({ release, loader, mode, initrd, microcode }: WayRequest): ChosenWay {
  const content = (bytes: Uint8Array | undefined): FileContent | undefined =>
    bytes === undefined ? undefined : fileContent(bytes, release);
  const material: Material = {
    release,
    loader,
    initrd: content(initrd),
    microcode: content(microcode),
    bytes: microcode,
  };
  const general = againstFiles(material);
  if (general.length > 0) return { ok: false, refusals: general };
  const candidates = [byNumber(material), byScan(material)];
  const wanted = mode === 'auto' ? candidates : candidates.filter(({ way }) => way === mode);
  const fit = wanted.find(({ against }) => against.length === 0);
  if (fit !== undefined) return { ok: true, way: fit.way, reasons: fit.reasons };
  const refusals = wanted.flatMap(({ way, against }) => against.map((why) => `${way}: ${why}`));
  return { ok: false, refusals: refusals.length > 0 ? refusals : [noSuchWay(mode, loader)] };
}

const noSuchWay = (mode: string, loader: BootLoader): string =>
  mode === 'efi'
    ? `efi: ${loader.name} has no key for microcode`
    : `${mode}: ${loader.name} names the file with the key ucode=, an index is undefined there`;

function againstFiles({ initrd, microcode }: Material): string[] {
  if (microcode?.size === 0) return ['the microcode file is empty'];
  if (microcode !== undefined && microcode.compression !== null) {
    return [`the microcode file is compressed with ${microcode.compression}: Xen expands nothing, unpack it first`];
  }
  if (microcode === undefined && (initrd === undefined || earlyVendors(initrd).length === 0)) {
    return ['no file has microcode: neither was one given, nor is an early archive found in the initrd'];
  }
  return [];
}

const names = (content: FileContent): string =>
  earlyVendors(content)
    .map((vendor) => VENDOR_FILES[vendor].replace(/^.*\//, ''))
    .join(' and ');

/** By index, or by the key of xen.cfg where there is one. */
function byNumber({ release, loader, initrd, microcode, bytes }: Material): Candidate {
  const way = loader.modules === 'keyed' && loader.id !== 'uki' ? 'efi' : 'index';
  if (microcode === undefined || bytes === undefined) {
    const against =
      initrd === undefined ? 'there is no file to choose' : 'the chosen module is taken: dom0 would lose its initrd';
    return { way, against: [against], reasons: [] };
  }
  const vendors = earlyVendors(microcode);
  if (microcode.startsWithCpio || vendors.length > 0) {
    const against = [
      ...(has(release, 'cpioByIndex')
        ? []
        : [
            `only these Xen releases read a cpio there: ${releasesWith('cpioByIndex')}; ${release.name} needs the raw updates`,
          ]),
      ...(vendors.length === 0 ? ['the archive has no file that Xen looks for'] : []),
    ];
    return {
      way,
      against,
      reasons: [`The file is a cpio with ${names(microcode)}, which this release reads.`, ...key(way)],
    };
  }
  const raw = rawContent(bytes);
  switch (raw.kind) {
    case 'pure':
      return {
        way,
        against: [],
        reasons: [
          `The file has raw updates of ${raw.vendor === 'intel' ? 'Intel' : 'AMD'} only, as it must.`,
          ...key(way),
        ],
      };
    case 'mixed':
      return {
        way,
        against: [`updates of the other vendor begin at byte ${raw.offset}: both go together in a cpio only`],
        reasons: [],
      };
    case 'junk':
      return {
        way,
        against: [`no update begins at byte ${raw.offset}: a raw module is updates from the first byte to the last`],
        reasons: [],
      };
  }
}

const key = (way: Way): string[] =>
  way === 'efi' ? ['The key ucode= overrides an index or scan among the options; the file is next to xen.efi.'] : [];

function byScan({ release, loader, initrd, microcode }: Material): Candidate {
  const searched = microcode ?? initrd;
  const against: string[] = [];
  const reasons: string[] = [];
  const vendors = searched === undefined ? [] : earlyVendors(searched);
  if (!has(release, 'scan')) against.push(`Xen ${release.name} cannot scan: ${releasesWith('scan')} can`);
  if (searched !== undefined && vendors.length === 0) {
    against.push(
      searched.startsWithCpio
        ? `Xen ${release.name} finds no ${Object.values(VENDOR_FILES).join(' or ')} in the archive`
        : 'the file is not an uncompressed cpio',
    );
  }
  for (const vendor of xenHas(release, 'fileLimit') ? vendors : []) {
    const size = searched?.early[vendor]?.size ?? 0;
    if (size > FILE_LIMIT) {
      against.push(`${VENDOR_FILES[vendor]} has ${size} bytes: Xen 4.4 to 4.13 takes ${FILE_LIMIT}`);
    }
  }
  if (microcode === undefined) {
    if (searched !== undefined)
      reasons.push(`The initrd begins with a cpio that has ${names(searched)}; dom0 keeps it.`);
    return { way: 'scan', against, reasons };
  }
  if (loader.modules === 'keyed' && loader.id !== 'uki')
    against.push('the key ucode= that names the file overrides scan');
  const sooner = initrd === undefined ? [] : earlyVendors(initrd).filter((vendor) => vendors.includes(vendor));
  if (sooner.length > 0) against.push('the initrd has its own microcode, which Xen finds first');
  reasons.push(
    `The archive has ${names(microcode)}.`,
    initrd === undefined
      ? 'Without an initrd of its own dom0 is given the archive as its initrd.'
      : "The archive comes after the initrd: scan does not take the initrd, and it stays dom0's.",
  );
  return { way: 'scan', against, reasons };
}
