/** What bytes are that no parser of microcode recognised. */
import type { RuleId } from '../../findings/catalogue.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { nextContainer } from '../../formats/amd/container.ts';
import type { Blob } from '../../inputs/blob.ts';
import { detect } from '../../inputs/detect.ts';

/** Findings that mark the start of foreign bytes. */
const MARKS: ReadonlySet<RuleId> = new Set<RuleId>([
  'intel/trailing-bytes',
  'intel/header-version',
  'amd/magic',
  'amd/junk',
  'amd/trailing-bytes',
]);

/** Bytes looked at to tell text from code. */
const WINDOW = 4096;
const LICENCE = /licen[cs]e|copyright|redistribut/i;

/** Tabs and line ends count as text, and so does everything from 0x80 on, which UTF-8 uses; a NUL does not. */
const isText = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d) &&
  bytes.some((byte) => byte > 0x20 && byte < 0x7f);

function nameOf(kind: Blob['kind'], bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, WINDOW);
  if (bytes.every((byte) => byte === 0)) return 'padding of zeros';
  if (bytes.every((byte) => byte === 0xff)) return 'padding of 0xff';
  const content = detect(bytes);
  if (content === 'amd-container' && kind === 'intel') return 'an AMD container';
  if (content === 'intel' && kind !== 'intel') return 'Intel updates';
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('-----BEGIN PGP')) return 'a detached signature (.asc)';
  if (!isText(head.subarray(0, 256))) return undefined;
  return LICENCE.test(text) ? 'a licence text' : 'text, such as a README';
}

/** Says of the foreign bytes in `blob` that `findings` mark what they are, where that can be told. */
export function unrecognisedBytes({ kind, bytes }: Blob, findings: readonly Finding[]): Finding[] {
  return findings.flatMap(({ rule, offset }) => {
    if (!MARKS.has(rule)) return [];
    const next = kind === 'amd-container' ? nextContainer(bytes, offset) : -1;
    const foreign = bytes.subarray(offset, next === -1 ? bytes.length : next);
    const what = nameOf(kind, foreign);
    return what === undefined ? [] : [finding('bundle/foreign-bytes', { offset }, { found: foreign.length, what })];
  });
}
