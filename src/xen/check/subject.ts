import { type Finding } from '../../findings/finding.ts';
import { type EarlyVendor } from '../../loaders/early-paths.ts';
import { type BootLoader, type FoundEntry, type ModuleKind } from '../boot-loaders/boot-loader.ts';
import { type FileContent } from '../file-content.ts';
import { type Resolution } from '../modules.ts';
import { type XenRelease } from '../releases.ts';
import { type CommandLine, type UcodeState } from '../ucode-option.ts';

/** A file that the entry names: the dom0 kernel first, then the modules. */
export interface EntryFile {
  readonly path: string;
  /** Where the configuration names it, in characters. */
  readonly at: number;
  readonly arguments: readonly string[];
  readonly kind: ModuleKind | 'kernel';
  readonly nounzip: boolean;
  /** Undefined when it cannot be opened. */
  readonly bytes: Uint8Array | undefined;
  readonly content: FileContent | undefined;
}

/** Everything that the rules look at: one entry, read as one release of Xen reads it. */
export interface Subject {
  readonly release: XenRelease;
  readonly loader: BootLoader;
  readonly found: FoundEntry;
  readonly line: CommandLine;
  readonly files: readonly EntryFile[];
  /** Position of the file of the key ucode= among the files, or null. */
  readonly efi: number | null;
  /** One for each vendor that was asked for. */
  readonly outcomes: readonly { readonly vendor: EarlyVendor; readonly resolution: Resolution }[];
  /** Why the number of modules behind the microcode is not the same everywhere, or null. */
  readonly varyingModules: string | null;
}

/** Looks at an entry for one kind of mistake. */
export type CheckRule = (subject: Subject) => Iterable<Finding>;

/** What the option comes to, in words. */
export function stateInWords({ index, scan }: Pick<UcodeState, 'index' | 'scan'>): string {
  const parts = [...(index === 0 ? [] : [`index ${index}`]), ...(scan ? ['scan'] : [])];
  return parts.length === 0 ? 'nothing' : parts.join(' and ');
}

/** A text as a sentence quotes it: configurations may hold words of any length. */
export const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}...` : text);
