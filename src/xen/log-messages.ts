/** Console lines about microcode, of Xen and of Linux, with what each means. Texts as the sources of the releases print them. */

/** What a line says about the load. */
export type MessageKind = 'revision' | 'updated' | 'failed' | 'reason' | 'note';

export interface KnownMessage {
  readonly id: string;
  readonly from: 'xen' | 'linux';
  readonly kind: MessageKind;
  /**
   * Named groups: `cpu`, `old`, `new` (revisions), `date`, `result`. Anchored nowhere, so that time stamps and `(XEN)` may stand in
   * front; no part can match in more than one way, so that a long line costs no more than its length.
   */
  readonly pattern: RegExp;
  readonly meaning: string;
  /** Releases that print it, where not all do. */
  readonly releases?: string;
}

const CPU = String.raw`CPU(?<cpu>\d{1,5})`;
const reason = (id: string, pattern: RegExp, meaning: string, releases?: string): KnownMessage => ({
  id,
  from: 'xen',
  kind: 'reason',
  pattern,
  meaning,
  ...(releases === undefined ? {} : { releases }),
});

/** In the order in which they are tried: the first that fits a line counts. */
export const KNOWN_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'bsp-revision',
    from: 'xen',
    kind: 'revision',
    pattern: /BSP microcode revision: (?<new>0x[0-9a-f]{1,8})/,
    meaning: 'the revision that the boot CPU came with',
    releases: '4.17.5, 4.18.3 and 4.19 on',
  },
  {
    id: 'updated',
    from: 'xen',
    kind: 'updated',
    pattern: new RegExp(
      String.raw`microcode: ${CPU} updated from revision (?<old>0x[0-9a-f]{1,8}|0) to (?<new>0x[0-9a-f]{1,8})(?:, ?date = (?<date>[0-9a-f]{4}-[0-9a-f]{2}-[0-9a-f]{2}))?`,
    ),
    meaning: 'the update was loaded',
    releases: 'Intel before 4.14 only with loglvl=all; AMD with a date from 4.16 on',
  },
  {
    id: 'update-failed',
    from: 'xen',
    kind: 'failed',
    pattern: new RegExp(
      String.raw`microcode: ${CPU} update (?:rev|from revision) (?<old>0x[0-9a-f]{1,8}|0) to (?<new>0x[0-9a-f]{1,8}) failed(?:, result (?<result>0x[0-9a-f]{1,8}|0))?`,
    ),
    meaning: 'the CPU refused the update: it still has the old revision',
  },
  reason(
    'out-of-range',
    /Microcode: Chosen module -?\d{1,10} out of range/,
    'the index is none of the modules after the kernel',
    '4.20 on; before nothing is printed',
  ),
  reason(
    'already-used',
    /Microcode: Chosen module -?\d{1,10} already used/,
    'the index is a module that has another use',
    '4.20 on; before nothing is printed',
  ),
  reason(
    'not-mapped',
    /[Cc]ould not map (?:multiboot )?module/,
    'the module could not be mapped: too big, or memory is short',
  ),
  reason(
    'scan-empty',
    /Microcode: \S{1,40} not found during CPIO scan/,
    "no module has an uncompressed cpio with the vendor's file",
    '4.20 on; before nothing is printed',
  ),
  reason(
    'archive-empty',
    /Microcode: \S{1,40} not found in CPIO archive/,
    'the module found early has no such file any more',
  ),
  reason(
    'too-big',
    /Multiboot \d{1,10} microcode payload too big!/,
    'the file in the cpio is larger than 8 MiB',
    '4.4 to 4.13',
  ),
  reason('parse-error', /Microcode: Parse error -?\d{1,10}/, 'the bytes are no updates of this vendor', '4.20 on'),
  reason(
    'parse-error',
    /Parsing microcode blob error -?\d{1,10}/,
    'the bytes are no updates of this vendor',
    'up to 4.19',
  ),
  reason(
    'no-patch',
    /Microcode: No suitable patch found/,
    'the updates were read, and none is for this CPU or newer',
    'at boot a debug line: seen with loglvl=all or in a debug build',
  ),
  reason(
    'wrong-magic',
    /microcode: Wrong microcode patch file magic/,
    'no AMD container: a cpio, Intel updates, or a README in front',
  ),
  reason(
    'bad-table',
    /[Bb]ad equivalent cpu table/,
    "the container's equivalence table is damaged, or up to 4.17 has no closing entry",
  ),
  reason(
    'bad-container',
    /Bad data in container/,
    'other bytes behind the last update; what was found before them counts',
  ),
  reason('bad-data', /Bad microcode data/, 'other bytes among the AMD patches'),
  reason(
    'bad-update',
    /microcode: Bad (?:size|checksum|sigtable)/i,
    'an Intel update is damaged; what was found before it counts',
  ),
  reason(
    'bad-length',
    /Bad microcode length 0x[0-9a-f]{1,8} for cpu 0x[0-9a-f]{1,8}/,
    'the patch is longer than the release allows for the family: 1Ah needs 4.18.5, 4.19.2 or 4.20',
  ),
  reason(
    'no-digest',
    /No digest found for patch_id/,
    "the patch is not in the release's list of known ones: update Xen, or the firmware; digest-check=0 only for tests",
  ),
  reason(
    'digest',
    /Patch (?:0x)?[0-9a-f]{1,8} SHA256 mismatch/,
    'the patch is not the one that AMD published under this revision',
  ),
  reason(
    'bad-option',
    /parameter "(?:no-)?ucode" has invalid value/,
    'ucode= has an element that the release does not know; before 4.22 that sets the index to 0',
    '4.10 on',
  ),
  reason(
    'efi-override',
    /Ignoring ucode=\S{0,128} setting; overridden by EFI/,
    'the key ucode= of xen.cfg names the file',
    '4.22 on',
  ),
  reason(
    'not-available',
    /Microcode loading not available/,
    'the CPU is neither Intel nor AMD of family 10h and later',
  ),
  reason(
    'disabled',
    /Microcode loading disabled due to: /,
    'Xen runs virtualised (revision 0xffffffff), or the CPU has loading switched off',
    '4.18 on',
  ),
  reason(
    'mixed',
    /differing microcode revisions is considered unstable/,
    'some CPUs took a late update and others did not: reboot',
  ),
  reason('late-aborted', /Late loading aborted: /, 'the first CPU refused the late update'),
  reason(
    'timeout',
    new RegExp(String.raw`${CPU}: Timeout in \S{1,80}`),
    'a CPU did not come to the rendezvous in time',
  ),
  {
    id: 'initrd-candidates',
    from: 'xen',
    kind: 'note',
    pattern: /Multiple initrd candidates, picking module #\d{1,10}/,
    meaning: 'more than one module is left: the first becomes the initrd of dom0',
  },
  {
    id: 'linux-current',
    from: 'linux',
    kind: 'revision',
    pattern: /microcode: Current revision: (?<new>0x[0-9a-f]{1,8})/,
    meaning: 'the revision after early loading',
    releases: 'Linux 6.7 on',
  },
  {
    id: 'linux-updated',
    from: 'linux',
    kind: 'updated',
    pattern: /microcode: Updated early from: (?<old>0x[0-9a-f]{1,8})/,
    meaning: 'the boot loader of Linux replaced this revision',
    releases: 'Linux 6.7 on',
  },
  {
    id: 'linux-updated-early',
    from: 'linux',
    kind: 'updated',
    pattern:
      /microcode: (?:microcode )?updated early to (?:revision|new patch_level=) ?(?<new>0x[0-9a-f]{1,8})(?:, date = (?<date>\d{4}-\d{2}-\d{2}))?/,
    meaning: 'the update was loaded early',
    releases: 'Linux before 6.7',
  },
  {
    id: 'linux-sig',
    from: 'linux',
    kind: 'revision',
    pattern: /microcode: sig=0x[0-9a-f]{1,8}, pf=0x[0-9a-f]{1,8}, revision=(?<new>0x[0-9a-f]{1,8})/,
    meaning: 'the running revision',
    releases: 'Linux before 6.7',
  },
  {
    id: 'linux-patch-level',
    from: 'linux',
    kind: 'revision',
    pattern: new RegExp(String.raw`microcode: ${CPU}: patch_level=(?<new>0x[0-9a-f]{1,8})`),
    meaning: 'the running revision',
    releases: 'Linux before 6.7',
  },
  {
    id: 'linux-digest',
    from: 'linux',
    kind: 'reason',
    pattern: /microcode: Patch 0x[0-9a-f]{1,8} SHA256 digest mismatch/,
    meaning: 'the patch is not the one that AMD published under this revision',
    releases: '6.12 and 7.2 print it, 6.1 does not check',
  },
  {
    id: 'linux-old',
    from: 'linux',
    kind: 'note',
    pattern: /x86\/CPU: Running old microcode/,
    meaning: 'Linux knows of a newer revision',
    releases: 'seen on 7.2',
  },
];

/** Reasons why a release may load nothing and say nothing, each with the trait whose lack makes it silent. */
export const SILENT = [
  ['scan', 'the release has no ucode=scan: the word is read as index 0'],
  ['reportsEmptyScan', "ucode=scan found no uncompressed cpio with the vendor's file"],
  ['reportsBadIndex', 'the index is out of range, 0, or another module already has it'],
  ['reportsBadValues', 'ucode= has a value that the release does not know'],
] as const;
