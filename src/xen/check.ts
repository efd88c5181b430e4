import { collectFindings } from '../findings/collect.ts';
import { type Finding, finding } from '../findings/finding.ts';
import { EARLY_VENDORS, type EarlyVendor } from '../initrd/vendor-file.ts';
import { BOOT_LOADERS } from './boot-loaders/all.ts';
import { type BootLoader, type FoundEntry, type LoaderId } from './boot-loaders/boot-loader.ts';
import { type EntryFile, type Judge, type Subject } from './check-subject.ts';
import { detectLoader } from './detect-loader.ts';
import { type FileContent, fileContent } from './file-content.ts';
import { filePlaces } from './file-paths.ts';
import { isPolicy, judgeIndex, judgeScan } from './judges/choice.ts';
import { judgeFiles, judgeRaw } from './judges/files.ts';
import { judgeLoader } from './judges/loader.ts';
import { judgeOption, judgeValue } from './judges/option.ts';
import { moduleLimit, type XenRelease } from './releases.ts';
import { resolveModules } from './modules.ts';
import { parseCommandLine } from './ucode-option.ts';

/** Bytes of a configuration that are read. */
export const CONFIG_LIMIT = 1024 * 1024;

/** Entries of a configuration that are judged. */
const ENTRY_LIMIT = 1000;

export interface CheckRequest {
  readonly config: Uint8Array;
  /** Where the configuration stands below the root of the system: files beside it are looked for there. */
  readonly path: string;
  /** Guessed from the text when left out. */
  readonly loader?: LoaderId | undefined;
  readonly release: XenRelease;
  /** The CPUs' vendors; both when left out. */
  readonly vendors?: readonly EarlyVendor[] | undefined;
  /** The build scans by default. */
  readonly scanDefault?: boolean;
  /** Bytes of the file at an absolute path below the root of the system. */
  readonly open: (path: string) => Uint8Array | undefined;
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

const JUDGES: readonly Judge[] = [judgeOption, judgeValue, judgeIndex, judgeScan, judgeFiles, judgeRaw, judgeLoader];

/**
 * Reads a configuration as its boot loader does, the files that it names, and says what `release` will do with them and what is wrong.
 * Any bytes give an answer: at most 1 MiB of text and 1000 entries are looked at, and of an entry the modules that Xen looks at.
 */
export function checkXen(request: CheckRequest): XenCheck {
  const { config, release } = request;
  const nul = config.subarray(0, CONFIG_LIMIT).indexOf(0);
  if (nul !== -1) {
    return { loader: null, entries: [], findings: [finding('xen/not-text', { offset: nul }, { found: nul })] };
  }
  const general: Finding[] = [];
  if (config.length > CONFIG_LIMIT) {
    const data = { found: config.length, expected: CONFIG_LIMIT };
    general.push(finding('xen/too-long', { offset: CONFIG_LIMIT }, data));
  }
  const text = new TextDecoder().decode(config.subarray(0, CONFIG_LIMIT));
  const id = request.loader ?? detectLoader(text);
  const loader = id === undefined ? null : BOOT_LOADERS[id];
  const open = openOnce(request.open);
  const read = loader?.read(text, (path) => openText(loader, request.path, path, open)) ?? {
    entries: [],
    findings: [],
  };
  general.push(...read.findings);
  const complete = read.entries.filter(({ entry }) => entry.dom0.kernel !== '').slice(0, ENTRY_LIMIT);
  if (complete.length === 0) {
    general.push(finding('xen/no-entry', { offset: 0 }, { loader: loader?.name ?? 'any boot loader known here' }));
  }
  const contents = new Map<Uint8Array, FileContent>();
  const contentOf = (bytes: Uint8Array): FileContent => {
    const content = contents.get(bytes) ?? fileContent(bytes, release);
    contents.set(bytes, content);
    return content;
  };
  const files = complete.map((found) =>
    loader === null ? [] : filesOf(found, (path) => placeOf(loader, request.path, path, open), contentOf, release),
  );
  // In a unified image the section .ucode is the last module, whatever else there is.
  const varying = id === 'uki' ? null : varyingModules(files);
  const entries = complete.flatMap((found, i) =>
    loader === null ? [] : [checkEntry(request, loader, found, files[i] ?? [], varying)],
  );
  const findings = inBytes(text, [...general, ...entries.flatMap((entry) => entry.findings)]);
  return { loader, entries, findings };
}

type Open = (path: string) => Uint8Array | undefined;

/** Entries share their files: each is read once. */
function openOnce(open: Open): Open {
  const seen = new Map<string, Uint8Array | undefined>();
  return (path) => {
    if (!seen.has(path)) seen.set(path, open(path));
    return seen.get(path);
  };
}

function placeOf(loader: BootLoader, config: string, path: string, open: Open): Uint8Array | undefined {
  for (const place of filePlaces(loader, config, path)) {
    const bytes = open(place);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

function openText(loader: BootLoader, config: string, path: string, open: Open): string | undefined {
  const bytes = placeOf(loader, config, path, open);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes.subarray(0, CONFIG_LIMIT));
}

function filesOf(
  { entry, at }: FoundEntry,
  open: Open,
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
  const key = loader.id === 'uki' ? -1 : all.findIndex(({ kind }) => kind === 'ucode');
  const efi = key === -1 ? null : key;
  const line = parseCommandLine(release, found.xenLine, { forced: efi !== null, scanDefault });
  const modules = all.map(({ content }) => content);
  const outcomes = vendors.map((vendor) => ({
    vendor,
    resolution: resolveModules({ release, vendor, option: line.state, modules, ...(efi === null ? {} : { efi }) }),
  }));
  const subject: Subject = { release, loader, found, line, files: all, efi, outcomes, varyingModules: varying };
  const findings = collectFindings();
  const judged = { ...subject, files: all.slice(0, moduleLimit(release)) };
  for (const judge of JUDGES) for (const one of judge(judge === judgeLoader ? subject : judged)) findings.add(one);
  return { ...subject, findings: findings.all() };
}

/** Findings with their offsets counted in bytes instead of characters, in the order of the text. */
function inBytes(text: string, findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort((a, b) => a.offset - b.offset);
  let character = 0;
  let byte = 0;
  return sorted.map((one) => {
    byte += Buffer.byteLength(text.slice(character, one.offset));
    character = Math.max(character, one.offset);
    return { ...one, offset: byte };
  });
}
