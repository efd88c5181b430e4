import { defineRules } from '../../rule.ts';

const EARLY = 'Linux lib/earlycpio.c find_cpio_data';
const UNPACK = 'Linux init/initramfs.c';

const SEARCH_ENDS = {
  'linux-early': 'the search ends: not found',
  xen: 'the search ends: not found',
} as const;

/** newc archives as such; what they mean for early microcode stands under initrd/. */
export const CPIO_RULES = defineRules({
  'cpio/truncated': {
    severity: 'error',
    title: 'archive is cut off',
    says: '{what} needs {expected} bytes, {found} are left',
    advice: 'Make the archive again.',
    consumers: {
      ...SEARCH_ENDS,
      'linux-unpack': 'accepts it silently; the missing part of a file reads as zeros',
      tools: 'GNU cpio: premature end of file',
    },
    source: EARLY,
  },
  'cpio/hex-digit': {
    severity: 'error',
    title: 'header field is not a hexadecimal number',
    says: '{field} is "{found}", expected {expected}',
    advice: 'The header is damaged; make the archive again.',
    consumers: {
      ...SEARCH_ENDS,
      'linux-unpack': 'takes the digits before the bad character; 7.2 stops: "damaged header"',
    },
    source: `${EARLY}; ${UNPACK} parse_header`,
  },
  'cpio/odc': {
    severity: 'error',
    title: 'archive of an old cpio format',
    says: 'an archive in {found} format instead of newc',
    advice: 'Make the archive with `cpio -o -H newc`; `-c` writes the old format.',
    consumers: { ...SEARCH_ENDS, 'linux-unpack': '"incorrect cpio method used: use -H newc option"' },
    source: `${UNPACK} do_header`,
  },
  'cpio/garbage': {
    severity: 'error',
    title: 'bytes that are not an archive',
    says: '{expected} expected, found bytes {found}',
    advice: 'Find out what they are; nothing after them is read.',
    consumers: { ...SEARCH_ENDS, 'linux-unpack': '"invalid magic at start of compressed archive"' },
    source: `${UNPACK} unpack_to_rootfs`,
  },
  'cpio/unaligned': {
    severity: 'error',
    title: 'archive starts at an offset that is not a multiple of 4',
    says: 'the archive starts at offset {found}, expected a multiple of {expected}',
    advice: 'Pad what comes before it with zeros to a multiple of 4 bytes.',
    consumers: { ...SEARCH_ENDS, 'linux-unpack': '"broken padding" or "invalid magic at start of compressed archive"' },
    source: `${UNPACK} do_reset`,
  },
  'cpio/name-size-zero': {
    severity: 'error',
    title: 'member without a name',
    says: 'the name size is 0; it includes the closing NUL, so it is at least 1',
    advice: 'The header is damaged; make the archive again.',
    consumers: { 'linux-unpack': 'skips the member' },
    source: `${UNPACK} do_header`,
  },
  'cpio/name-too-long': {
    severity: 'warning',
    title: 'name longer than a path may be',
    says: 'the name takes {found} bytes, more than {expected}',
    advice: 'Shorten the name.',
    consumers: { 'linux-unpack': 'skips the member silently' },
    source: `${UNPACK} do_header: PATH_MAX`,
  },
  'cpio/name-not-terminated': {
    severity: 'error',
    title: 'name without a closing NUL',
    says: 'the name "{found}" does not end in a NUL',
    advice: 'Make the archive again.',
    consumers: { 'linux-unpack': '"malformed archive", nothing more is unpacked (kernels since the end of 2024)' },
    source: `${UNPACK} do_name`,
  },
  'cpio/name-hidden-tail': {
    severity: 'warning',
    title: 'bytes after the end of a name',
    says: 'the name field of "{found}" continues after its NUL',
    advice: 'Make the archive again: tools differ on what the name is.',
    consumers: { tools: 'GNU cpio and Linux end the name at the first NUL' },
    source: `${UNPACK} do_name`,
  },
  'cpio/file-type': {
    severity: 'error',
    title: 'mode without a file type',
    says: 'the mode of "{name}" is {found}, which names no file type',
    advice: 'Store the member as a regular file (mode 0100644).',
    consumers: {
      'linux-early': 'passes over the member',
      xen: 'passes over the member',
      'linux-unpack': 'creates nothing',
      tools: 'GNU cpio: unknown file type',
    },
    source: `${EARLY}: mode & 0170000 must be 0100000`,
  },
  'cpio/parent-path': {
    severity: 'error',
    title: 'name leads out of its folder',
    says: 'the name "{found}" leads out of its folder',
    advice: 'Do not unpack this archive outside a sandbox.',
    consumers: { 'linux-unpack': 'uses the name as it is, relative to the root' },
    source: UNPACK,
  },
  'cpio/padding': {
    severity: 'note',
    title: 'padding byte that is not zero',
    says: 'the padding after the {what} of "{name}" is not zero',
    advice: 'Harmless to every reader; a hint that the archive was edited by hand.',
    consumers: {},
    source: 'no reader looks at the padding',
  },
  'cpio/missing-trailer': {
    severity: 'warning',
    title: 'archive without a trailer',
    says: 'the archive ends without a member named TRAILER!!!',
    advice: 'Make the archive again; it may be cut off.',
    consumers: { tools: 'GNU cpio: premature end of archive' },
    source: 'cpio(5) newc',
  },
  'cpio/trailer-data': {
    severity: 'warning',
    title: 'trailer with data',
    says: 'the trailer carries {found} bytes of data',
    advice: 'Make the archive again: cpio stops at the trailer, the kernel reads on after it.',
    consumers: {},
    source: UNPACK,
  },
  'cpio/checksum': {
    severity: 'error',
    title: 'checksum of a member is wrong',
    says: 'the data of "{name}" sum to {found}, expected {expected}',
    advice: 'The data are damaged, or the checksum was never set; use plain newc (070701).',
    consumers: { 'linux-unpack': '"bad data checksum", nothing more is unpacked', 'linux-early': 'does not look' },
    source: `${UNPACK} do_copy`,
  },
  'cpio/crc-format': {
    severity: 'warning',
    title: 'archive with checksums',
    says: 'the archive has members in the format with checksums (070702)',
    advice: 'Use plain newc (070701): some tools know no other, and GNU cpio takes no mixture.',
    consumers: { tools: '3cpio refuses it' },
    source: '3cpio 0.14',
  },
});
