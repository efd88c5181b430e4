/** The name of a file and what it promises: firmware names of the kernel, names that tools and collections give. */
export type FirmwareName =
  /** `06-8f-08`; with `.initramfs` (Debian) or `.early` (SUSE) for early loading only. */
  | { readonly kind: 'intel'; readonly cpu: string; readonly late: boolean }
  /** `microcode_amd.bin` (`family` null: up to 14h), `microcode_amd_fam19h.bin`. */
  | { readonly kind: 'amd'; readonly family: number | null }
  /** A vendor file of an early image. */
  | { readonly kind: 'early'; readonly vendor: 'intel' | 'amd' }
  /** A kernel's name with something before or behind it, or in the wrong case. */
  | { readonly kind: 'stray'; readonly vendor: 'intel' | 'amd'; readonly meant: string }
  | { readonly kind: 'other' };

const INTEL = /^([\da-f]{2}-[\da-f]{2}-[\da-f]{2})(\.initramfs|\.early)?$/;
const NEARLY_INTEL = /^[\da-f]{2}-[\da-f]{2}-[\da-f]{2}(?![\da-f-])/i;
const AMD_FAMILY = /^microcode_amd(?:_fam([\da-f]{2})h)?\.bin$/;
const NEARLY_AMD = /^microcode_amd(?:_fam[\da-f]{2}h)?(?=[_.~-])/i;

export function firmwareName(name: string): FirmwareName {
  const intel = INTEL.exec(name);
  if (intel !== null) return { kind: 'intel', cpu: intel[1] ?? '', late: intel[2] === undefined };
  const amd = AMD_FAMILY.exec(name);
  if (amd !== null) return { kind: 'amd', family: amd[1] === undefined ? null : Number.parseInt(amd[1], 16) };
  if (name === 'GenuineIntel.bin') return { kind: 'early', vendor: 'intel' };
  if (name === 'AuthenticAMD.bin') return { kind: 'early', vendor: 'amd' };
  const nearlyIntel = NEARLY_INTEL.exec(name);
  if (nearlyIntel !== null) return { kind: 'stray', vendor: 'intel', meant: nearlyIntel[0].toLowerCase() };
  const nearlyAmd = NEARLY_AMD.exec(name);
  if (nearlyAmd !== null) return { kind: 'stray', vendor: 'amd', meant: `${nearlyAmd[0].toLowerCase()}.bin` };
  return { kind: 'other' };
}

/** The vendor whose microcode loaders expect in a file of this name; undefined when they expect nothing. */
export function vendorOfName(name: FirmwareName): 'intel' | 'amd' | undefined {
  switch (name.kind) {
    case 'intel':
    case 'amd':
      return name.kind;
    case 'early':
    case 'stray':
      return name.vendor;
    case 'other':
      return undefined;
  }
}

/** Header fields that a name spells out. */
export interface SpelledFields {
  readonly signature: number;
  readonly platformMask: number | undefined;
  readonly revision: number;
  /** `YYYY-MM-DD` */
  readonly date: string | undefined;
}

/** iucode_tool --write-all-named-to. */
const IUCODE = /^s([\dA-F]{8})_m([\dA-F]{8})_r([\dA-F]{8})\.fw$/;
/** MC Extractor and the collections made with it; VIA's names have the update's own name in brackets. */
const EXTRACTED = /^cpu([\dA-F]{5,8})(?:_plat([\dA-F]{2}))?_ver([\dA-F]{8})(?:_sig\[[^\]]*\])?_(\d{4}-\d{2}-\d{2})_/;

/** The fields in the name of a single update, or undefined when it spells none. */
export function spelledFields(name: string): SpelledFields | undefined {
  const match = IUCODE.exec(name) ?? EXTRACTED.exec(name);
  if (match === null) return undefined;
  const [, signature = '', mask, revision = '', date] = match;
  return {
    signature: Number.parseInt(signature, 16),
    platformMask: mask === undefined ? undefined : Number.parseInt(mask, 16),
    revision: Number.parseInt(revision, 16),
    date,
  };
}
