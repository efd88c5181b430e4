/** What a loader gets out of an EFI image: the one place where the two kinds of images meet the two kinds of loaders. */
import type { LoaderCpu } from '../../loaders/explanation.ts';
import { loaderOffWord } from '../../loaders/efi/command-line.ts';
import { type EfiImage, efiImageName, type EfiInitrd } from '../../loaders/efi/image.ts';
import { type LoaderView, unread } from '../../loaders/efi/view.ts';
import type { Loader } from '../../loaders/by-name.ts';
import { reason } from '../../loaders/reasons.ts';
import { checkXen } from './check.ts';
import type { OpenFile } from './read-config.ts';
import type { XenRelease } from '../releases.ts';

/** What `loader` reads on `cpu` when the firmware starts `image`, whose bytes are `bytes`; `open` gives files beside it. */
export function efiView(
  image: EfiImage,
  bytes: Uint8Array,
  loader: Loader,
  cpu: LoaderCpu,
  open: OpenFile = () => undefined,
): LoaderView {
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

const notIts = (image: EfiImage): LoaderView => unread(reason('not-its-image', { what: efiImageName(image) }));

function linuxView(image: EfiInitrd, major: number): LoaderView {
  if (image.trouble !== null) return unread(reason('not-started', { why: image.trouble.message }));
  const word = loaderOffWord(image.commandLine, major);
  if (word !== null) return unread(reason('loader-off', { word }));
  if (image.parts.length === 0) return unread(reason('no-initrd', {}));
  return { input: { kind: 'image', bytes: image.initrd }, parts: image.parts, digestCheck: true };
}

function xenView(image: Uint8Array, release: XenRelease, cpu: LoaderCpu, open: OpenFile): LoaderView {
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
