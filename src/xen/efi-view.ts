/** What a loader gets out of an EFI image: the one place where the two kinds of images meet the two kinds of loaders. */
import type { LoaderCpu, LoaderInput, Unread } from '../loaders/explanation.ts';
import { loaderOffWord } from '../loaders/efi/command-line.ts';
import { type EfiImage, efiImageName, type EfiInitrd } from '../loaders/efi/image.ts';
import { ALL_LOADERS, type Loader, parseLoader } from '../loaders/loaders.ts';
import { reason } from '../loaders/reasons.ts';
import { checkXen } from './check.ts';
import type { OpenFile } from './read-config.ts';
import type { XenRelease } from './releases.ts';

/** A stretch of what a loader reads, and the section that it is. */
export interface ViewPart {
  readonly section: string;
  /** Byte offset in the image. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Byte offset in what the loader reads. */
  readonly at: number;
}

export interface EfiView {
  readonly input: LoaderInput | Unread;
  readonly parts: readonly ViewPart[];
  /** False where the image's own options turn the digest check off. */
  readonly digestCheck: boolean;
}

/** The section in which a byte stands that the loader reads; null when it is in none. */
export const sectionAt = (parts: readonly ViewPart[], offset: number | undefined): string | null =>
  parts.find(({ at, size }) => offset !== undefined && offset >= at && offset < at + size)?.section ?? null;

const unread = (because: Unread['reason']): EfiView => ({
  input: { kind: 'unread', reason: because },
  parts: [],
  digestCheck: true,
});

/** What `loader` reads on `cpu` when the firmware starts `image`, whose bytes are `bytes`; `open` gives files beside it. */
export function efiView(
  image: EfiImage,
  bytes: Uint8Array,
  loader: Loader,
  cpu: LoaderCpu,
  open: OpenFile = () => undefined,
): EfiView {
  switch (image.kind) {
    case 'uki':
    case 'addon':
      return loader.kind === 'linux' ? linuxView(image, loader.version.major) : notIts(image);
    case 'xen':
      if (loader.kind === 'linux') return notIts(image);
      if (image.trouble !== null) return unread(reason('not-started', { why: image.trouble.message }));
      return image.unified ? xenView(bytes, { ...loader.version, name: loader.name }, cpu, open) : notIts(image);
    case 'kernel':
    case 'other':
      return notIts(image);
  }
}

const notIts = (image: EfiImage): EfiView => unread(reason('not-its-image', { what: efiImageName(image) }));

function linuxView(image: EfiInitrd, major: number): EfiView {
  if (image.trouble !== null) return unread(reason('not-started', { why: image.trouble.message }));
  const word = loaderOffWord(image.commandLine, major);
  if (word !== null) return unread(reason('loader-off', { word }));
  if (image.parts.length === 0) return unread(reason('no-initrd', {}));
  return { input: { kind: 'image', bytes: image.initrd }, parts: image.parts, digestCheck: true };
}

function xenView(image: Uint8Array, release: XenRelease, cpu: LoaderCpu, open: OpenFile): EfiView {
  const { entries, findings } = checkXen({ config: image, path: '/xen.efi', release, open, vendors: [cpu.vendor] });
  const [entry] = entries;
  const [first] = findings;
  if (entry === undefined) return unread(reason('no-module', { why: first?.message ?? 'it has no .config' }));
  const source = entry.outcomes[0]?.resolution.microcode.find(({ cpus }) => cpus !== 'others');
  const missing = entry.files.find(({ bytes }) => bytes === undefined);
  const file = source === undefined ? undefined : entry.files[source.module];
  if (source === undefined || file === undefined) {
    if (missing !== undefined) return unread(reason('module-elsewhere', { path: missing.path }));
    const why = entry.line.state.scan ? 'the scan finds no file of this vendor' : 'no ucode= chooses a section';
    return unread(reason('no-module', { why }));
  }
  if (file.bytes === undefined) return unread(reason('module-elsewhere', { path: file.path }));
  const part = { section: file.path, offset: file.at + source.offset, size: source.size, at: 0 };
  return {
    input: { kind: 'blob', bytes: file.bytes.subarray(source.offset, source.offset + source.size) },
    parts: [part],
    digestCheck: entry.line.state.digestCheck,
  };
}

/** The loaders that answers about a file are given for. */
export interface OwnLoaders {
  /** When none is asked for. */
  readonly usual: readonly Loader[];
  /** One for every era, of those that the file can start. */
  readonly all: readonly Loader[];
}

/**
 * The release inside decides. A hypervisor says its point release only, and distributions add what later ones have: the newest of the series
 * is answered for too.
 * @param image undefined for a file that is no EFI image
 */
export function ownLoaders(image: EfiImage | undefined): OwnLoaders {
  switch (image?.kind) {
    case undefined:
      return { usual: ALL_LOADERS, all: ALL_LOADERS };
    case 'xen':
      return own('xen', [image.release, /^4\.\d+/.exec(image.release ?? '')?.[0] ?? null]);
    case 'uki':
      return own('linux', [image.kernel]);
    case 'kernel':
      return own('linux', [image.version]);
    case 'addon':
    case 'other':
      return own('linux', []);
  }
}

function own(kind: Loader['kind'], releases: readonly (string | null)[]): OwnLoaders {
  const all = ALL_LOADERS.filter((loader) => loader.kind === kind);
  const usual = releases.flatMap((release) => (release === null ? [] : (parseLoader(`${kind}-${release}`) ?? [])));
  return { usual: usual.length > 0 ? usual : all, all };
}
