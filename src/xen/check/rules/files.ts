import { type Finding, finding } from '../../../findings/finding.ts';
import { type EntryFile, shortened, type Subject } from '../subject.ts';
import { takesInitrd } from './choice.ts';
import { rawContent } from '../../file-content.ts';

/** Files that are missing or empty, or that are words of another file's line. */
export function* checkFiles({ files, loader }: Subject): Generator<Finding> {
  for (const { path, at: offset, arguments: words, bytes, kind } of files) {
    if (bytes === undefined && loader.modules === 'keyed' && loader.id !== 'uki') {
      yield finding('xen/efi-file-missing', { offset }, { path: shortened(path), key: `${kind}=` });
    } else if (bytes === undefined) yield finding('xen/file-missing', { offset }, { path: shortened(path) });
    if (bytes?.length === 0) yield finding('xen/file-empty', { offset }, { path: shortened(path) });
    if (kind !== 'module') continue;
    for (const word of words.filter((word) => /^[(/]/.test(word))) {
      const data = { path: shortened(word), module: shortened(path) };
      yield finding('xen/several-files-on-a-line', { offset }, data);
    }
  }
}

/** Bytes that are parsed as raw updates. */
export function* checkRaw({ outcomes, files, loader }: Subject): Generator<Finding> {
  const raw = new Set(
    outcomes.flatMap(({ resolution }) =>
      resolution.microcode.filter(({ form }) => form === 'raw').map(({ module }) => module),
    ),
  );
  for (const file of [...raw].flatMap((module) => files[module] ?? [])) {
    const { bytes, content } = file;
    if (bytes === undefined || content === undefined || bytes.length === 0) continue;
    const at = { offset: file.at };
    const path = shortened(file.path);
    if (content.compression !== null) {
      const initrd = takesInitrd(file, outcomes[0]?.resolution.dom0Initrd ?? null);
      if (!initrd && !isExpanded(file, loader.expands)) {
        yield finding('xen/compressed-microcode', at, { path, found: content.compression, loader: loader.name });
      }
    } else if (!content.startsWithCpio && !content.xsmPolicy) yield* checkUpdates(bytes, path, at);
  }
}

/** GRUB's modules and mboot.c32 know gzip; GRUB xz and lzo as well. */
function isExpanded({ content, nounzip }: EntryFile, expands: 'never' | 'always' | 'unless-told'): boolean {
  switch (expands) {
    case 'never':
      return false;
    case 'always':
      return content?.compression === 'gzip';
    case 'unless-told':
      return !nounzip && ['gzip', 'xz', 'lzo'].includes(content?.compression ?? '');
  }
}

function* checkUpdates(bytes: Uint8Array, path: string, at: { offset: number }): Generator<Finding> {
  const raw = rawContent(bytes);
  switch (raw.kind) {
    case 'pure':
      return;
    case 'mixed': {
      const vendor = raw.vendor === 'intel' ? 'Intel' : 'AMD';
      yield finding('xen/mixed-vendors', at, { path, vendor, found: raw.offset });
      return;
    }
    case 'junk':
      if (raw.vendor === null) yield finding('xen/no-updates', at, { path });
      else yield finding('xen/trailing-bytes', at, { path, found: bytes.length - raw.offset, at: raw.offset });
  }
}
