import { type Finding } from '../../findings/finding.ts';

/** What a file is to the boot loader. `module`: a multiboot module, whose meaning Xen decides; the others are keys of xen.cfg. */
export type ModuleKind = 'module' | 'ramdisk' | 'xsm' | 'ucode';

export interface XenModule {
  readonly path: string;
  /** Words of the module's command line; Xen reads none of them. */
  readonly arguments: readonly string[];
  readonly kind: ModuleKind;
  /** The loader does not decompress it (GRUB only). */
  readonly nounzip: boolean;
}

/** One way to start Xen, as every boot loader's configuration says it in its own words. */
export interface XenEntry {
  /** Shown in the menu; empty where the loader has no titles. */
  readonly title: string;
  /** Empty where the configuration does not name it. */
  readonly hypervisor: string;
  /** Words that Xen reads. The first word that Xen drops is not among them. */
  readonly xenArguments: readonly string[];
  readonly dom0: { readonly kernel: string; readonly arguments: readonly string[] };
  /** After the dom0 kernel, in order. */
  readonly modules: readonly XenModule[];
}

/** An entry as found in a configuration, with the offsets (characters of the text) at which its parts stand. */
export interface FoundEntry {
  readonly entry: XenEntry;
  readonly at: { readonly xen: number; readonly kernel: number; readonly modules: readonly number[] };
  /** The command line that Xen parses, after it dropped a first word, as one string. */
  readonly xenLine: string;
  /** Words that Xen drops although the loader passes no file name: of the hypervisor's line and the kernel's. */
  readonly dropped: { readonly xen: string | null; readonly kernel: string | null };
  /** xen.efi chooses the file of the key ucode= by itself, whatever the options say. */
  readonly byKey: boolean;
}

export interface ReadConfig {
  readonly entries: readonly FoundEntry[];
  readonly findings: readonly Finding[];
}

export interface ConfigFile {
  readonly name: string;
  readonly text: string;
}

/** The files of an entry, or why the boot loader cannot express it. */
export type Written =
  | { readonly ok: true; readonly files: readonly ConfigFile[] }
  | { readonly ok: false; readonly refusals: readonly string[] };

/** Text of another configuration file that a configuration refers to. */
export type OpenText = (path: string) => string | undefined;

export const LOADER_IDS = [
  'grub2',
  'grub-legacy',
  'syslinux',
  'ipxe',
  'limine',
  'xen-cfg',
  'systemd-boot',
  'uki',
] as const;

export type LoaderId = (typeof LOADER_IDS)[number];

export interface BootLoader {
  readonly id: LoaderId;
  /** How the user knows it. */
  readonly name: string;
  /** Modules are listed (an index counts them), or named by keys of xen.cfg. */
  readonly modules: 'listed' | 'keyed';
  /** What becomes of a compressed module. */
  readonly expands: 'never' | 'always' | 'unless-told';
  /** Whether entries have a title, and whether the configuration names the hypervisor. */
  readonly titles: boolean;
  readonly namesHypervisor: boolean;
  /** @param comments lines that say why, put in front of the entry. */
  write(entry: XenEntry, comments?: readonly string[]): Written;
  read(text: string, open?: OpenText): ReadConfig;
}

export const written = (refusals: readonly string[], files: () => readonly ConfigFile[]): Written =>
  refusals.length > 0 ? { ok: false, refusals } : { ok: true, files: files() };

export const asComments = (comments: readonly string[], indent = ''): string[] =>
  comments.map((line) => `${indent}# ${line.replaceAll(/[\r\n]+/g, ' ')}`);
