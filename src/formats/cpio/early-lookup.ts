import { hexDigits } from '../../bytes/hex.ts';
import { type ByteSource, bytesSource } from '../../bytes/source.ts';
import { align4, dataDistance, NEWC, REGULAR, TYPE_MASK } from './newc.ts';

/**
 * How the name is compared. `prefix`: Linux and Xen. `exact`: Xen 4.4.0 to 4.4.2 and 4.5.0 to 4.5.1, which want the name field to be
 * just the path and one NUL and search on after a mere prefix.
 */
export type LookupVariant = 'prefix' | 'exact';

/** Longest name behind the path that goes without a warning (MAX_CPIO_FILE_NAME of Linux include/linux/earlycpio.h). */
const NAME_LIMIT = 18;

/** Why a search ended without a match; `offset` is where it stood. */
export type LookupEnd = 'end-of-data' | 'hex-digit' | 'magic' | 'beyond-the-end';

/** What a search came to. Offsets count from the start of the input. */
export type CpioLookup =
  | {
      readonly found: true;
      /** Byte offset of the member's header. */
      readonly headerOffset: number;
      /** Byte offset of the data. */
      readonly offset: number;
      /** Bytes; may be 0. */
      readonly size: number;
      /** Bytes of the name field behind the path when they are enough for the warning "exceeding MAX_CPIO_FILE_NAME", else null. */
      readonly longName: number | null;
    }
  | { readonly found: false; readonly reason: LookupEnd; readonly offset: number };

const FIELDS = Object.values(NEWC.fields).filter(({ size }) => size === 8);

/**
 * What Linux (lib/earlycpio.c) and Xen (xen/common/earlycpio.c) find under `path`, step by step as they do it: zeros are passed over
 * four at a time by their first byte, the last 110 bytes are never looked at, the first bad digit ends the search, a regular file
 * whose name merely starts with `path` matches, the trailer is a member like any other.
 * `input` starts on a 4-byte boundary, as memory of an initrd does. Never throws on bad bytes.
 * @param path of a vendor file, `kernel/x86/microcode/GenuineIntel.bin` or `kernel/x86/microcode/AuthenticAMD.bin`, or any other
 */
export function findCpioData(
  input: Uint8Array | ByteSource,
  path: string,
  variant: LookupVariant = 'prefix',
): CpioLookup {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const wanted = Buffer.from(path);
  let at = 0;
  const end = (reason: LookupEnd): CpioLookup => ({ found: false, reason, offset: at });
  while (source.size - at > NEWC.size) {
    if (source.view(at, 1)[0] === 0) {
      at = nextWord(source, at);
      continue;
    }
    const header = source.view(at, NEWC.size);
    // The kernel parses the magic as a number too: 6 digits worth 0x070701 or 0x070702.
    const magic = hexDigits(header, 0, 6);
    if (Number.isNaN(magic) || FIELDS.some(({ offset, size }) => Number.isNaN(hexDigits(header, offset, size)))) {
      return end('hex-digit');
    }
    if (magic !== 0x070701 && magic !== 0x070702) return end('magic');
    const namesize = hexDigits(header, NEWC.fields.namesize.offset, 8);
    const size = hexDigits(header, NEWC.fields.filesize.offset, 8);
    const mode = hexDigits(header, NEWC.fields.mode.offset, 8);
    const offset = at + dataDistance(namesize);
    const next = align4(offset + size);
    if (next > source.size) return end('beyond-the-end');
    if (
      (mode & TYPE_MASK) === REGULAR &&
      (variant === 'exact' ? namesize - 1 === wanted.length : namesize >= wanted.length) &&
      wanted.equals(source.view(at + NEWC.size, wanted.length))
    ) {
      const rest = namesize - wanted.length;
      return { found: true, headerOffset: at, offset, size, longName: rest >= NAME_LIMIT ? rest : null };
    }
    at = next;
  }
  return end('end-of-data');
}

/** Bytes of zeros looked at in one go. */
const STRIDE = 1 << 16;

/** The first position `at + 4n` (n >= 1) whose byte is not zero, or where fewer than 111 bytes are left. */
function nextWord(source: ByteSource, at: number): number {
  for (let start = at; start < source.size; start += STRIDE) {
    const view = source.view(start, STRIDE);
    for (let i = 0; i < view.length; i += 4) {
      if (view[i] !== 0) return start + i;
    }
  }
  return source.size;
}
