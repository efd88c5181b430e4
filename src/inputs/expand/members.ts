/** Members of archives that are in memory. */
import { finding, type Finding } from '../../findings/finding.ts';
import { arMembers } from '../../formats/ar.ts';
import { membersOf as cpioMembers, readCpio } from '../../formats/cpio/read.ts';
import { DIRECTORY, REGULAR, SYMLINK, TYPE_MASK } from '../../formats/cpio/newc.ts';
import { parsePe } from '../../formats/pe.ts';
import { rpmPayload } from '../../formats/rpm.ts';
import type { Chunks } from '../chunks.ts';

type Archive = 'ar' | 'cpio' | 'pe' | 'rpm';

const READERS: Readonly<Record<Archive, (bytes: Uint8Array) => Iterable<Member>>> = { ar, cpio, pe, rpm };

export const isArchive = (content: string): content is Archive => Object.hasOwn(READERS, content);

export const membersOf = (archive: Archive, bytes: Uint8Array): Iterable<Member> => READERS[archive](bytes);

function* ar(bytes: Uint8Array): Generator<Member> {
  for (const step of arMembers(bytes)) {
    if (step.kind === 'finding') yield step;
    else yield { kind: 'file', name: step.name, contents: bytes.subarray(step.offset, step.offset + step.size) };
  }
}

/** Repeated names are told apart by their number. */
function numbering(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  };
}

/** All archives of an image, one after the other. What is compressed behind them is said and left alone: no early loader looks there. */
function* cpio(bytes: Uint8Array): Generator<Member> {
  const image = readCpio(bytes);
  const numbered = numbering();
  for (const segment of image.segments) {
    if (segment.kind === 'compressed') {
      const data = { what: segment.compression.name, start: segment.start };
      yield { kind: 'finding', finding: finding('input/initrd-rest', { offset: segment.start }, data) };
    }
    if (segment.kind !== 'archive') continue;
    for (const { name, header, dataOffset, dataSize } of cpioMembers(bytes, segment)) {
      const type = header.mode & TYPE_MASK;
      if (type === DIRECTORY) continue;
      const contents = bytes.subarray(dataOffset, dataOffset + dataSize);
      if (type === REGULAR) yield { kind: 'file', name: numbered(name), contents };
      else yield { kind: type === SYMLINK ? 'link' : 'special', name };
    }
  }
  for (const found of image.findings) yield { kind: 'finding', finding: found };
}

/** Sections in which unified kernel images and unified xen.efi keep microcode, or an initrd that may start with it. */
const PE_SECTIONS: ReadonlySet<string> = new Set(['.ucode', '.initrd', '.ramdisk']);

function* pe(bytes: Uint8Array): Generator<Member> {
  const { sections, findings } = parsePe(bytes);
  const numbered = numbering();
  for (const found of findings) yield { kind: 'finding', finding: found };
  for (const { name, offset, size } of sections) {
    if (!PE_SECTIONS.has(name)) continue;
    yield { kind: 'file', name: numbered(name), contents: bytes.subarray(offset, offset + size) };
  }
}

function* rpm(bytes: Uint8Array): Generator<Member> {
  const { offset, findings } = rpmPayload(bytes);
  for (const found of findings) yield { kind: 'finding', finding: found };
  if (offset !== undefined) yield { kind: 'file', name: 'payload', contents: bytes.subarray(offset) };
}

/** A member as the archive's reader gives it. */
export type Member =
  | { readonly kind: 'file'; readonly name: string; readonly contents: Uint8Array | Chunks }
  | { readonly kind: 'link' | 'special'; readonly name: string }
  | { readonly kind: 'finding'; readonly finding: Finding };
