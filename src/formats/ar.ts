/** Unix `ar` archives as Debian packages use them. Long names of other dialects are left as they stand. Source: deb(5), ar(5). */
import { ascii, record } from '../bytes/layout.ts';
import { type Finding, finding } from '../findings/finding.ts';

export const AR_MAGIC = '!<arch>\n';

/** Header in front of each member: text, filled up with blanks. */
export const AR_HEADER = record('ar member header', 60, {
  name: ascii(0, 16), // GNU ar ends it with a slash
  mtime: ascii(16, 12), // decimal: seconds since 1970
  uid: ascii(28, 6), // decimal: owner
  gid: ascii(34, 6), // decimal: group
  mode: ascii(40, 8), // octal: file type and permissions
  size: ascii(48, 10), // decimal: bytes of data, without the padding to an even offset
  end: ascii(58, 2), // a backquote and a line feed
});

const HEADER_END = '`\n';

export type ArStep =
  | { readonly kind: 'member'; readonly name: string; readonly offset: number; readonly size: number }
  | { readonly kind: 'finding'; readonly finding: Finding };

/** The members in file order; `offset` is that of the data. Ends with a finding where the archive cannot be walked further. */
export function* arMembers(bytes: Uint8Array): Generator<ArStep> {
  let at = AR_MAGIC.length;
  while (at < bytes.length) {
    const header = AR_HEADER.decode(bytes, at);
    if (header === undefined) {
      const data = { what: 'a member header', expected: AR_HEADER.size, found: bytes.length - at };
      yield { kind: 'finding', finding: finding('archive/truncated', { offset: at }, data) };
      return;
    }
    if (header.end !== HEADER_END || !/^\d+ *$/.test(header.size)) {
      const field = header.end === HEADER_END ? 'size' : 'end';
      const data = { what: 'the ar archive', reason: `${field} of a member header is "${header[field].trim()}"` };
      const offset = at + AR_HEADER.fields[field].offset;
      yield { kind: 'finding', finding: finding('archive/damaged', { offset, field }, data) };
      return;
    }
    const [offset, size] = [at + AR_HEADER.size, Number(header.size)];
    const name = header.name.trimEnd().replace(/\/$/, '');
    if (offset + size > bytes.length) {
      const data = { what: `member ${name}`, expected: size, found: bytes.length - offset };
      yield { kind: 'finding', finding: finding('archive/truncated', { offset: at }, data) };
    }
    yield { kind: 'member', name, offset, size: Math.min(size, bytes.length - offset) };
    at = offset + size + (size & 1);
  }
}
