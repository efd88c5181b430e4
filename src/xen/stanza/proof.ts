import { checkXen } from '../check/check.ts';
import { type Stanza, type StanzaRequest } from './stanza.ts';

/** Bytes of a file whose content does not matter: not empty, not compressed, not a cpio. */
const SOMETHING = Uint8Array.of(0x4d, 0x5a);

const absolute = (path: string): string =>
  `/${path
    .replaceAll('\\', '/')
    .replace(/^\w+\([^)]*\):/, '')
    .replace(/^\/+/, '')}`;

/**
 * Reads a written entry back and lets the linter look at it with the very files that it was planned for.
 * @returns what is wrong, a line each; empty when nothing is
 */
export function proveStanza(request: StanzaRequest, stanza: Stanza & { readonly ok: true }): string[] {
  const [main, ...others] = stanza.files;
  const files = new Map<string, Uint8Array>([
    [absolute(request.kernel.path), SOMETHING],
    ...others.map(({ name, text }): [string, Uint8Array] => [absolute(name), Buffer.from(text)]),
  ]);
  if (request.xsm !== undefined) files.set(absolute(request.xsm.path), SOMETHING);
  for (const file of [request.initrd, request.microcode]) {
    if (file !== undefined) files.set(absolute(file.path), file.bytes);
  }
  const { findings } = checkXen({
    config: Buffer.from(main?.text ?? ''),
    path: absolute(main?.name ?? ''),
    loader: request.loader,
    release: request.release,
    open: (path) => files.get(path) ?? files.get(absolute(path.slice(path.lastIndexOf('/') + 1))),
  });
  return findings.filter(({ severity }) => severity !== 'note').map(({ message, rule }) => `${message} [${rule}]`);
}
