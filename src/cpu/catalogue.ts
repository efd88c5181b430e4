/** The catalogue of known updates: which revisions exist for a CPU, and whether some bytes are one of them. */
import { entrySignSide } from './amd-entrysign.ts';

export type CatalogueVendor = 'intel' | 'amd' | 'via';

/** An update as it is known, for one CPU: one that serves several has an entry for each. */
export interface CatalogueEntry {
  readonly vendor: CatalogueVendor;
  /** CPUID(1).EAX. */
  readonly signature: number;
  /** Intel: platform bits; AMD and VIA have none, 0. */
  readonly platformMask: number;
  readonly revision: number;
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Bytes; null when only a digest or a name is known. */
  readonly size: number | null;
  /** Lowest revision from which it loads: late (Intel), at all (AMD); null when none is declared. */
  readonly minimumRevision: number | null;
  /** Of the whole update, lower-case hexadecimal; null when only the name is known. */
  readonly sha256: string | null;
  /** Intel: first and last of the vendor's releases that had it; null when none is known. */
  readonly releases: readonly [first: string, last: string] | null;
  /** AMD: whether the bytes were looked at (`measured`) or only their name is known; null for Intel and VIA, which are measured throughout. */
  readonly evidence: string | null;
}

/** The updates that are known. */
export interface Catalogue {
  readonly entries: readonly CatalogueEntry[];
}

const number = (text: string | undefined): number | null => (text === undefined || text === '' ? null : Number(text));

const orNull = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

/** Lines of a table with a head: each as its columns by name. */
function* table(text: string): Generator<Readonly<Record<string, string>>> {
  const [head = '', ...lines] = text.split('\n');
  const names = head.split('\t');
  for (const line of lines) {
    if (line === '') continue;
    const cells = line.split('\t');
    yield Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  }
}

/** Reads `intel.tsv`. */
export const intelEntries = (text: string): CatalogueEntry[] =>
  [...table(text)].map((row) => ({
    vendor: 'intel',
    signature: Number(row['signature']),
    platformMask: Number(row['platform_mask']),
    revision: Number(row['revision']),
    date: row['date'] ?? '',
    size: number(row['size']),
    minimumRevision: number(row['min_revision']) || null,
    sha256: orNull(row['sha256']),
    releases: row['first_intel_release'] ? [row['first_intel_release'], row['last_intel_release'] ?? ''] : null,
    evidence: null,
  }));

/** Reads `amd.tsv`. */
export const amdEntries = (text: string): CatalogueEntry[] =>
  [...table(text)].map((row) => ({
    vendor: 'amd',
    signature: Number(row['cpuid']),
    platformMask: 0,
    revision: Number(row['patch_id']),
    date: row['date'] ?? '',
    size: number(row['size']),
    minimumRevision: number(row['min_base_revision']) || null,
    sha256: orNull(row['sha256']),
    releases: null,
    evidence: orNull(row['evidence']),
  }));

/** Reads `via.tsv`. */
export const viaEntries = (text: string): CatalogueEntry[] =>
  [...table(text)].map((row) => ({
    vendor: 'via',
    signature: Number(row['cpuid']),
    platformMask: 0,
    revision: Number(row['revision']),
    date: row['date'] ?? '',
    size: number(row['size']),
    minimumRevision: null,
    sha256: orNull(row['sha256']),
    releases: null,
    evidence: null,
  }));

/** One CPU that an update serves. */
export interface CatalogueQuestion {
  readonly vendor: CatalogueVendor;
  readonly signature: number;
  /** Intel: platform bits of the update; AMD and VIA: 0. */
  readonly platformMask: number;
  readonly revision: number;
  /** VIA: `YYYY-MM-DD`, which tells updates of one revision apart. */
  readonly date?: string;
}

export type CatalogueVerdict =
  /** `fixed`: AMD's newer one for a BIOS in which EntrySign is fixed, where this one is for a BIOS in which it is not; else null. */
  | { readonly kind: 'newest'; readonly fixed: CatalogueEntry | null }
  /** By the entry with the highest revision for at least one of the platforms. */
  | { readonly kind: 'superseded'; readonly by: CatalogueEntry }
  /** The catalogue has nothing for this CPU, or nothing as new. */
  | { readonly kind: 'unknown' };

/** Revisions of Intel compare signed (negative: pre-production), those of AMD and VIA unsigned. */
const comparable = (vendor: CatalogueVendor, revision: number): number =>
  vendor === 'intel' ? revision | 0 : revision >>> 0;

type Aged = Pick<CatalogueEntry, 'vendor' | 'revision' | 'date'>;

/** Orders updates of one vendor, the oldest first: by revision, those of VIA with the same revision by date. */
export function byAge(a: Aged, b: Aged): number {
  const rise = comparable(a.vendor, a.revision) - comparable(b.vendor, b.revision);
  if (rise !== 0 || a.vendor !== 'via' || a.date === b.date) return rise;
  return a.date > b.date ? 1 : -1;
}

const sharesPlatform = (a: number, b: number): boolean => (a & b) !== 0 || (a === 0 && b === 0);

/** What is known for a CPU, newest revision first, equal ones by digest. */
export const knownFor = (
  catalogue: Catalogue,
  { vendor, signature, platformMask }: Omit<CatalogueQuestion, 'revision'>,
): CatalogueEntry[] =>
  catalogue.entries
    .filter(
      (entry) =>
        entry.vendor === vendor && entry.signature === signature && sharesPlatform(entry.platformMask, platformMask),
    )
    .sort((a, b) => byAge(b, a) || ((a.sha256 ?? '') < (b.sha256 ?? '') ? -1 : 1));

/**
 * Whether a revision is the newest known for a CPU, on every platform of its mask: `superseded` as soon as one platform has a newer one.
 * AMD's patches on the two sides of EntrySign do not supersede each other: no CPU can take both.
 */
export function catalogueVerdict(catalogue: Catalogue, question: CatalogueQuestion): CatalogueVerdict {
  const known = knownFor(catalogue, question);
  const isAmd = question.vendor === 'amd';
  const side = entrySignSide(question.revision);
  const [newest] = isAmd ? known.filter(({ revision }) => entrySignSide(revision) === side) : known;
  if (newest === undefined) return { kind: 'unknown' };
  const rise = byAge({ ...question, date: question.date ?? newest.date }, newest);
  if (rise > 0) return { kind: 'unknown' };
  if (rise < 0) return { kind: 'superseded', by: newest };
  const fixed = known.find(({ revision }) => entrySignSide(revision) === 'fixed') ?? null;
  return { kind: 'newest', fixed: isAmd && side === 'vulnerable' ? fixed : null };
}

/** Whether bytes with one of these digests are in the catalogue. */
export const isListed = (catalogue: Catalogue, digests: readonly string[]): boolean =>
  catalogue.entries.some(({ sha256 }) => sha256 !== null && digests.includes(sha256));

/** Minimum revisions that the catalogue has for a revision: AMD publishes the same patch with and without one. */
export const minimumsOf = (catalogue: Catalogue, vendor: CatalogueVendor, revision: number): number[] =>
  catalogue.entries.flatMap((entry) =>
    entry.vendor === vendor && entry.revision === revision && entry.minimumRevision !== null
      ? [entry.minimumRevision]
      : [],
  );
