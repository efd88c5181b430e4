import { type Finding } from '../../findings/finding.ts';
import { parsePe } from '../../formats/pe.ts';
import { type FoundEntry, type ModuleKind, type XenModule } from './boot-loader.ts';
import { cfgEntries, type CfgEntry, cfgSections } from './xen-cfg.ts';

/** A unified xen.efi: its entries, and the bytes of the sections that stand for files. */
export interface UnifiedImage {
  /** The one that `default=` names first. */
  readonly entries: readonly FoundEntry[];
  /** By name, `.kernel` and so on: paths of the entries. */
  readonly sections: ReadonlyMap<string, Uint8Array>;
  readonly findings: readonly Finding[];
}

/** Whether the bytes are a PE image and no text. */
export const isPeImage = (bytes: Uint8Array): boolean => bytes[0] === 0x4d && bytes[1] === 0x5a;

/** Text of a configuration that is read; sections of that name are some hundred bytes. */
const CONFIG_LIMIT = 1024 * 1024;

const KINDS: readonly Exclude<ModuleKind, 'module'>[] = ['ramdisk', 'xsm', 'ucode'];

/**
 * Reads the sections `.config .kernel .ramdisk .xsm .ucode`. A section goes before the key of the same name in `.config`; a key without
 * a section names a file beside the image. Offsets are bytes of the image.
 */
export function readUnifiedImage(bytes: Uint8Array): UnifiedImage {
  const { sections: all, findings } = parsePe(bytes);
  const places = new Map(all.map((section) => [section.name, section]));
  const sections = new Map(all.map(({ name, offset, size }) => [name, bytes.subarray(offset, offset + size)]));
  const config = new TextDecoder().decode(sections.get('.config')?.subarray(0, CONFIG_LIMIT)).replace(/\0+$/, '');
  const at = (name: string): number => places.get(name)?.offset ?? places.get('.config')?.offset ?? 0;
  const byDefault = cfgSections(config)
    .find(({ name }) => name === 'global')
    ?.values.get('default')?.text;
  const isDefault = ({ section }: CfgEntry): number => (section === byDefault ? 0 : 1);
  const sorted = cfgEntries(config).toSorted((a, b) => isDefault(a) - isDefault(b));
  const entries = sorted.map(({ found: { entry, xenLine, dropped } }): FoundEntry => {
    const modules = KINDS.flatMap((kind): XenModule[] => {
      const named = entry.modules.find((module) => module.kind === kind);
      const section = places.has(`.${kind}`);
      if (section) return [{ path: `.${kind}`, arguments: [], kind, nounzip: false }];
      return named === undefined ? [] : [named];
    });
    const kernel = places.has('.kernel') ? '.kernel' : entry.dom0.kernel;
    return {
      entry: { ...entry, title: '', dom0: { kernel, arguments: entry.dom0.arguments }, modules },
      at: { xen: at('.config'), kernel: at('.kernel'), modules: modules.map(({ path }) => at(path)) },
      xenLine,
      dropped,
      // The section .ucode is loaded but not nominated; a file that the key names is.
      byKey: !places.has('.ucode'),
    };
  });
  return { entries, sections, findings };
}
