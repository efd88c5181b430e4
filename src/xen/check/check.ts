import { collectFindings } from '../../findings/collect.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { EARLY_VENDORS, type EarlyVendor } from '../../loaders/early-paths.ts';
import { type BootLoader, type FoundEntry } from '../boot-loaders/boot-loader.ts';
import { type EntryFile, type CheckRule, type Subject } from './subject.ts';
import { type FileContent, fileContent } from '../file-content.ts';
import { isPolicy, checkIndex, checkScan } from './rules/choice.ts';
import { judgeDom0 } from './rules/dom0.ts';
import { checkFiles, checkRaw } from './rules/files.ts';
import { checkLoader } from './rules/loader.ts';
import { checkOption, checkValue } from './rules/option.ts';
import { type ConfigSource, type OpenFile, readConfig } from './read-config.ts';
import { moduleLimit, type XenRelease } from '../releases.ts';
import { resolveModules } from '../modules.ts';
import { parseCommandLine } from '../ucode-option.ts';

/** Entries of a configuration that are checked, at most. */
const ENTRY_LIMIT = 256;

export interface CheckRequest extends ConfigSource {
  readonly release: XenRelease;
  /** The CPUs' vendors; both when left out. */
  readonly vendors?: readonly EarlyVendor[] | undefined;
  /** The build scans by default. */
  readonly scanDefault?: boolean;
}

/** An entry with what Xen will make of it. */
export interface CheckedEntry extends Subject {
  readonly findings: readonly Finding[];
}

export interface XenCheck {
  readonly loader: BootLoader | null;
  readonly entries: readonly CheckedEntry[];
  /** Of the configuration and all entries. Offsets are bytes of the configuration. */
  readonly findings: readonly Finding[];
}

const CHECK_RULES: readonly CheckRule[] = [
  checkOption,
  checkValue,
  checkIndex,
  checkScan,
  judgeDom0,
  checkFiles,
  checkRaw,
  checkLoader,
];

/**
 * Reads a configuration as its boot loader does, the files that it names, and says what `release` will do with them and what is wrong.
 * Any bytes give an answer: at most 1 MiB of text and 256 entries are looked at, and of an entry the modules that Xen looks at.
 */
export function checkXen(request: CheckRequest): XenCheck {
  const { release } = request;
  const { loader, entries: read, findings: general, fileOf, byteOffsets } = readConfig(request);
  const all = read.filter(({ entry }) => entry.dom0.kernel !== '');
  const complete = all.slice(0, ENTRY_LIMIT);
  if (loader === null || complete.length === 0) {
    const unreadable = general.some(({ rule }) => rule === 'xen/not-text');
    const data = { loader: loader?.name ?? 'any boot loader known here' };
    const none = unreadable ? [] : [finding('xen/no-entry', { offset: 0 }, data)];
    return { loader, entries: [], findings: [...general, ...none] };
  }
  const contents = new Map<Uint8Array, FileContent>();
  const contentOf = (bytes: Uint8Array): FileContent => {
    const content = contents.get(bytes) ?? fileContent(bytes, release);
    contents.set(bytes, content);
    return content;
  };
  const files = complete.map((found) => filesOf(found, fileOf, contentOf, release));
  // In a unified image the section .ucode is the last module, whatever else there is.
  const varying = loader.id === 'uki' ? null : varyingModules(files);
  const entries = complete.map((found, i) => checkEntry(request, loader, found, files[i] ?? [], varying));
  const rest = all[ENTRY_LIMIT];
  const data = { found: all.length, expected: ENTRY_LIMIT };
  const cut = rest === undefined ? [] : [finding('xen/too-many-entries', { offset: rest.at.xen }, data)];
  const findings = [...general, ...cut, ...entries.flatMap((entry) => entry.findings)].sort(
    (a, b) => a.offset - b.offset,
  );
  const bytes = byteOffsets(findings.map(({ offset }) => offset));
  return { loader, entries, findings: findings.map((one, i) => Object.assign({}, one, { offset: bytes[i] ?? 0 })) };
}

function filesOf(
  { entry, at }: FoundEntry,
  open: OpenFile,
  contentOf: (bytes: Uint8Array) => FileContent,
  release: XenRelease,
): EntryFile[] {
  const { kernel, arguments: words } = entry.dom0;
  const named = [
    { path: kernel, arguments: words, kind: 'kernel' as const, nounzip: false, at: at.kernel },
    ...entry.modules.map(({ path, arguments: words, kind, nounzip }, i) => ({
      path,
      arguments: words,
      kind,
      nounzip,
      at: at.modules[i] ?? at.xen,
    })),
  ];
  // One more than Xen looks at: the rest changes nothing any more, but that there are too many must be seen.
  const looked = moduleLimit(release);
  return named.map(({ path, arguments: words, kind, nounzip, at }, i) => {
    const bytes = i < looked ? open(path) : undefined;
    return {
      path,
      arguments: words,
      kind,
      nounzip,
      at,
      bytes,
      content: bytes === undefined ? undefined : contentOf(bytes),
    };
  });
}

function varyingModules(entries: readonly (readonly EntryFile[])[]): string | null {
  if (entries.some((files) => files.slice(1).some(isPolicy))) return 'an XSM policy comes last in some entries';
  const counts = [...new Set(entries.map((files) => files.length))];
  return counts.length > 1 ? `entries have ${counts.sort((a, b) => a - b).join(' and ')} modules` : null;
}

function checkEntry(
  { release, vendors = EARLY_VENDORS, scanDefault = false }: CheckRequest,
  loader: BootLoader,
  found: FoundEntry,
  all: readonly EntryFile[],
  varying: string | null,
): CheckedEntry {
  const key = found.byKey ? all.findIndex(({ kind }) => kind === 'ucode') : -1;
  const efi = key === -1 ? null : key;
  const line = parseCommandLine(release, found.xenLine, { forced: efi !== null, scanDefault });
  const modules = all.map(({ content }) => content);
  const outcomes = vendors.map((vendor) => ({
    vendor,
    resolution: resolveModules({ release, vendor, option: line.state, modules, ...(efi === null ? {} : { efi }) }),
  }));
  const subject: Subject = { release, loader, found, line, files: all, efi, outcomes, varyingModules: varying };
  const findings = collectFindings();
  const limited = { ...subject, files: all.slice(0, moduleLimit(release)) };
  for (const rule of CHECK_RULES) for (const one of rule(rule === checkLoader ? subject : limited)) findings.add(one);
  return { ...subject, findings: findings.all() };
}
