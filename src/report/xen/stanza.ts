/** `xen stanza`: the entry and its files. */
import type { ConfigFile } from '../../xen/boot-loaders/boot-loader.ts';
import type { Stanza } from '../../xen/stanza/stanza.ts';
import type { XenRelease } from '../../xen/releases.ts';

export interface XenStanzaReport {
  readonly schema: 'ucodekit/xen-stanza@1';
  readonly release: string;
  readonly bootLoader: string;
  readonly way: 'index' | 'scan' | 'efi';
  /** The word for the hypervisor's line; null when a key of xen.cfg does it. */
  readonly option: string | null;
  readonly reasons: readonly string[];
  readonly files: readonly ConfigFile[];
}

export const xenStanzaReport = (
  release: XenRelease,
  bootLoader: string,
  { way, option, reasons, files }: Stanza & { readonly ok: true },
): XenStanzaReport => ({
  schema: 'ucodekit/xen-stanza@1',
  release: release.name,
  bootLoader,
  way,
  option,
  reasons,
  files,
});

/** One file as it is, so that it can be redirected; several with their names in front. */
export const renderXenStanza = ({ files }: XenStanzaReport): string =>
  files.length === 1 ? (files[0]?.text ?? '') : files.map(({ name, text }) => `==> ${name} <==\n${text}`).join('\n');
