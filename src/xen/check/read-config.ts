import { type Finding, finding } from '../../findings/finding.ts';
import { BOOT_LOADERS } from '../boot-loaders/all.ts';
import type { BootLoader, FoundEntry, LoaderId } from '../boot-loaders/boot-loader.ts';
import { isPeImage, readUnifiedImage } from '../boot-loaders/unified-image.ts';
import { filePlaces } from './file-paths.ts';

/** Bytes of a configuration that are read. */
export const CONFIG_LIMIT = 1024 * 1024;

/** Bytes of the file at an absolute path below the root of the system. */
export type OpenFile = (path: string) => Uint8Array | undefined;

export interface ConfigSource {
  /** A text, or a unified xen.efi. */
  readonly config: Uint8Array;
  /** Where it stands below the root of the system: files beside it are looked for there. */
  readonly path: string;
  /** Guessed from the text when left out. */
  readonly loader?: LoaderId | undefined;
  readonly open: OpenFile;
}

export interface OpenedConfig {
  readonly loader: BootLoader | null;
  readonly entries: readonly FoundEntry[];
  readonly findings: readonly Finding[];
  /** Bytes of a file as an entry names it. */
  readonly fileOf: (path: string) => Uint8Array | undefined;
  /** Byte offsets of characters, which must come in ascending order. */
  readonly byteOffsets: (characters: readonly number[]) => number[];
}

const nothing = (findings: readonly Finding[]): OpenedConfig => ({
  loader: null,
  entries: [],
  findings,
  fileOf: () => undefined,
  byteOffsets: (offsets) => [...offsets],
});

/** Reads what starts Xen in a configuration, with the boot loader that `source` names or its bytes show. */
export function readConfig(source: ConfigSource): OpenedConfig {
  const open = once(source.open);
  if (isPeImage(source.config)) return openImage(source, open);
  const { config } = source;
  const nul = config.subarray(0, CONFIG_LIMIT).indexOf(0);
  if (nul !== -1) return nothing([finding('xen/not-text', { offset: nul }, { found: nul })]);
  const { text, byteOffsets } = decoded(config.subarray(0, CONFIG_LIMIT));
  const data = { found: config.length, expected: CONFIG_LIMIT };
  const long = config.length > CONFIG_LIMIT ? [finding('xen/too-long', { offset: text.length }, data)] : [];
  const id = source.loader ?? detectLoader(text);
  if (id === undefined) return nothing(long);
  const loader = BOOT_LOADERS[id];
  const fileOf = (path: string): Uint8Array | undefined => firstAt(filePlaces(loader, source.path, path), open);
  const read = loader.read(text, (path) => {
    const bytes = fileOf(path);
    return bytes === undefined ? undefined : decoded(bytes.subarray(0, CONFIG_LIMIT)).text;
  });
  return {
    loader,
    entries: read.entries,
    findings: [...long, ...read.findings],
    fileOf,
    byteOffsets,
  };
}

/** Sections are files of their own; what `.config` names beside them lies beside the image. */
function openImage({ config, path }: ConfigSource, open: OpenFile): OpenedConfig {
  const { entries, sections, findings } = readUnifiedImage(config);
  return {
    ...nothing(findings),
    loader: BOOT_LOADERS.uki,
    entries,
    fileOf: (name) => sections.get(name) ?? firstAt(filePlaces(BOOT_LOADERS['xen-cfg'], path, name), open),
  };
}

/** Entries share their files: each is read once. */
function once(open: OpenFile): OpenFile {
  const seen = new Map<string, Uint8Array | undefined>();
  return (path) => {
    if (!seen.has(path)) seen.set(path, open(path));
    return seen.get(path);
  };
}

function firstAt(places: readonly string[], open: OpenFile): Uint8Array | undefined {
  for (const place of places) {
    const bytes = open(place);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

/** UTF-8 where it is; else every byte is a character, so that offsets stay exact. */
function decoded(bytes: Uint8Array): Pick<OpenedConfig, 'byteOffsets'> & { readonly text: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, byteOffsets: (characters) => bytesOf(text, characters) };
  } catch {
    return { text: Buffer.from(bytes).toString('latin1'), byteOffsets: (characters) => [...characters] };
  }
}

function bytesOf(text: string, characters: readonly number[]): number[] {
  let character = 0;
  let byte = 0;
  return characters.map((next) => {
    byte += Buffer.byteLength(text.slice(character, next));
    character = Math.max(character, next);
    return byte;
  });
}

/** Marks of each boot loader's configuration, the surest first. Each is looked for in the first 256 KiB. */
const MARKS: readonly (readonly [LoaderId, RegExp])[] = [
  ['ipxe', /^#!(?:ipxe|gpxe)/],
  ['uki', /^add \.kernel '/m],
  ['grub2', /^[ \t]*(?:menuentry|submenu|multiboot2|module2|xen_hypervisor)[ \t]/m],
  ['limine', /^[ \t]*protocol:/im],
  ['syslinux', /^[ \t]*append[ \t].*mboot|^[ \t]*(?:kernel|com32)[ \t]+\S*mboot\.c32/im],
  ['xen-cfg', /^[ \t]*kernel=/m],
  ['systemd-boot', /^[ \t]*efi[ \t]/m],
  ['grub-legacy', /^[ \t]*module(?:nounzip)?[ \t]/m],
  ['grub2', /^[ \t]*multiboot[ \t]/m],
];

/** The boot loader whose configuration `text` looks like. */
export const detectLoader = (text: string): LoaderId | undefined =>
  MARKS.find(([, mark]) => mark.test(text.slice(0, 1 << 18)))?.[0];
