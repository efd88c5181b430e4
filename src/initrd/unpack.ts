import { type ByteSource, byteSum, bytesSource, skipZeros } from '../bytes/source.ts';
import { compressionOf } from '../formats/cpio/compression.ts';
import { type MemberGeometry, memberGeometry, nameField } from '../formats/cpio/member.ts';
import { align4, NEWC, PATH_LIMIT, REGULAR, SYMLINK, TYPE_MASK } from '../formats/cpio/newc.ts';

/** The kernel's words when it gives up (init/initramfs.c). What was unpacked before stays. */
export type UnpackError =
  | 'incorrect cpio method used: use -H newc option'
  | 'no cpio magic'
  | 'damaged header'
  | 'malformed archive'
  | 'bad data checksum'
  | 'broken padding'
  | 'invalid magic at start of compressed archive';

export type Unpacking =
  | {
      readonly verdict: 'complete';
      /** Where compressed data begin, which are taken to be sound; null when there are none. */
      readonly compressedAt: number | null;
    }
  | {
      readonly verdict: 'stops';
      readonly error: UnpackError;
      /** Byte offset at which the kernel stands when it gives up. */
      readonly offset: number;
    };

const ZERO = 0x30;

/** `tolerant`: header fields are read up to the first character that is no digit, as 6.12 does; `strict`: that is an error, as in 7.2. */
export type HeaderReading = 'tolerant' | 'strict';

/**
 * What Linux's unpack_to_rootfs (6.1 and 6.12, and the NUL check of names that stable kernels have since the end of 2024) makes of an initrd.
 * It knows no archives, only members: the trailer merely forgets hard links. A member cut off by the end is no error to it.
 */
export function linuxUnpack(input: Uint8Array | ByteSource, reading: HeaderReading = 'tolerant'): Unpacking {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  let at = 0;
  let behindMember = false;
  for (;;) {
    at = skipZeros(source, at);
    if (at >= source.size) return { verdict: 'complete', compressedAt: null };
    // do_reset, which runs behind a member only, wants everything that follows on a multiple of 4.
    if (behindMember && at % 4 !== 0) return { verdict: 'stops', error: 'broken padding', offset: at };
    const first = source.view(at, 6).slice();
    if (first[0] !== ZERO || at % 4 !== 0) return expands(first, at);
    const error = memberError(source, at, reading);
    if (error !== undefined) return { verdict: 'stops', error, offset: at };
    const member = memberGeometry(source, at, 0);
    if (member === undefined) return { verdict: 'complete', compressedAt: null };
    at = skipTo(member);
    behindMember = true;
  }
}

function expands(first: Uint8Array, at: number): Unpacking {
  const compression = compressionOf(first);
  if (compression?.kernel === true) return { verdict: 'complete', compressedAt: at };
  return { verdict: 'stops', error: 'invalid magic at start of compressed archive', offset: at };
}

/** Where the kernel looks for the next header. */
const skipTo = ({ nameOffset, namesize, dataSize }: MemberGeometry): number =>
  align4(align4(nameOffset + namesize) + dataSize);

function memberError(source: ByteSource, at: number, reading: HeaderReading): UnpackError | undefined {
  const header = source.view(at, NEWC.size);
  if (header.length < NEWC.size) return undefined;
  const member = memberGeometry(source, at, 0);
  if (member === undefined) {
    const odc = Buffer.from(header.subarray(0, 6)).toString('latin1') === '070707';
    return odc ? 'incorrect cpio method used: use -H newc option' : 'no cpio magic';
  }
  if (reading === 'strict' && member.badField !== undefined) return 'damaged header';
  const { mode, namesize, dataOffset, dataSize, checked, check } = member;
  const type = mode & TYPE_MASK;
  if (namesize === 0 || namesize > PATH_LIMIT) return undefined;
  const readsName = type === REGULAR || dataSize === 0 || (type === SYMLINK && dataSize <= PATH_LIMIT);
  if (!readsName || dataOffset > source.size) return undefined;
  if (nameField(source, member).at(-1) !== 0) return 'malformed archive';
  if (!checked || type !== REGULAR || dataOffset + dataSize > source.size) return undefined;
  return byteSum(source, dataOffset, dataOffset + dataSize) === check ? undefined : 'bad data checksum';
}
