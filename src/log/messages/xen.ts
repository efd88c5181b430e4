/**
 * What Xen prints about microcode. Read in the tags 4.4.0 to 4.22.0: xen/arch/x86/microcode*.c up to 4.13, xen/arch/x86/cpu/microcode from 4.14
 * on. Where a file is named without a folder it is one of these.
 */
import { line, messagesFrom } from './message.ts';

const CORE = 'core.c (microcode.c up to 4.13)';
const AMD = 'amd.c (microcode_amd.c up to 4.13)';
const INTEL = 'intel.c (microcode_intel.c up to 4.13)';

const CHECK_INDEX = 'Run xen check on the boot configuration; xen stanza computes the index.';
const GET_AGAIN = 'Check the file with ucodekit verify and get it again from the vendor.';
const REBOOT = 'Load at boot instead: xen stanza writes the entry.';
const NEWER = 'Give Xen newer microcode at boot: xen stanza writes the entry.';
const ENTRYSIGN = 'Update the firmware of the machine: it has the fix of EntrySign (AMD-SB-7033, CVE-2024-36347).';

export const XEN_MESSAGES = messagesFrom('xen', {
  'bsp-revision': {
    kind: 'revision',
    lines: ['BSP microcode revision: 0x00000001'],
    pattern: line('BSP microcode revision: {new}'),
    meaning: 'the revision that the boot CPU came with',
    releases: '4.17.5, 4.18.3 and 4.19 on',
    source: `early_microcode_init() in ${CORE}`,
    oncePerBoot: true,
  },
  updated: {
    kind: 'updated',
    lines: [
      'microcode: CPU1 updated from revision 0x6000822 to 0x6000852',
      'microcode: CPU0 updated from revision 0x1 to 0x2007006, date = 2023-03-06',
    ],
    pattern: line('microcode: CPU{cpu} updated from revision {old} to {new}(?:, ?date = {date})?'),
    meaning: 'the update was loaded',
    releases: 'Intel before 4.14 only with loglvl=all; AMD with a date from 4.16 on',
    source: `apply_microcode(), later *_ucode_load(), in ${AMD} and ${INTEL}`,
  },
  'update-failed': {
    kind: 'failed',
    lines: [
      'microcode: CPU0 update rev 0x1 to 0x2 failed, result 0x1',
      'microcode: CPU0 update from revision 0x1 to 0x2 failed. Resulting revision is 0x1.',
      'microcode: CPU0 update from revision 0x1 to 0x2 failed',
    ],
    pattern: line(
      'microcode: CPU{cpu} update (?:rev|from revision) {old} to {new} failed(?:, result {hex}|. Resulting revision is {hex})?',
    ),
    meaning: 'the CPU refused the update: it still has the old revision',
    advice:
      'AMD: the patch may be signed for newer firmware; update the BIOS, or use a patch up to the EntrySign cut-off. Intel: check the file with ucodekit verify.',
    source: `apply_microcode(), later *_ucode_load(), in ${AMD} and ${INTEL}`,
  },
  'update-failed-container': {
    kind: 'failed',
    lines: ['microcode: CPU0 incorrect or corrupt container file'],
    pattern: line('microcode: CPU{cpu} incorrect or corrupt container file'),
    meaning: 'no patch of the AMD container could be used',
    advice: GET_AGAIN,
    releases: '4.5 to 4.13',
    source: `cpu_request_microcode() in ${AMD}`,
  },
  'patch-level': {
    kind: 'revision',
    lines: ['microcode: Failed to update patch level. Current lvl:0x6000822'],
    pattern: line('microcode: Failed to update patch level. Current lvl:{new}'),
    meaning: 'the revision that stays',
    releases: '4.5 to 4.13',
    source: `cpu_request_microcode() in ${AMD}`,
  },
  'minimum-revision': {
    kind: 'failed',
    lines: ['microcode: CPU0 current rev 0xa0011d5 below patch min_rev 0xa0011d8'],
    pattern: line('microcode: CPU{cpu} current rev {now} below patch min_rev {hex}'),
    meaning: "the patch may be loaded only from its minimum revision on, which this machine's firmware does not reach",
    advice: ENTRYSIGN,
    releases: '4.17.6, 4.18.6, 4.19.4, 4.20.2 and 4.21 on',
    source: `apply_microcode() in ${AMD}`,
  },
  'final-level': {
    kind: 'reason',
    lines: [
      'microcode: CPU0 current rev 0x1000098 unsafe to update',
      'microcode: Cannot update microcode patch on the cpu as we hit a final level',
    ],
    pattern: line(
      'microcode: (?:Cannot update microcode patch on the cpu as we hit a final level|CPU{cpu} current rev {now} unsafe to update)',
    ),
    meaning: 'the CPU of family 10h runs a final level: it takes no update any more',
    source: `check_final_patch_levels() in ${AMD}`,
  },

  // Which module.
  'out-of-range': {
    kind: 'reason',
    lines: ['Microcode: Chosen module 5 out of range [1, 2)'],
    pattern: line('Microcode: Chosen module {n} out of range'),
    meaning: 'the index is none of the modules after the kernel',
    advice: CHECK_INDEX,
    releases: '4.20 on; before nothing is printed',
    source: `early_microcode_load() in ${CORE}`,
  },
  'already-used': {
    kind: 'reason',
    lines: ['Microcode: Chosen module 2 already used'],
    pattern: line('Microcode: Chosen module {n} already used'),
    meaning: 'the index is a module that has another use',
    advice: CHECK_INDEX,
    releases: '4.20 on; before nothing is printed',
    source: `early_microcode_load() in ${CORE}`,
  },
  'not-mapped': {
    kind: 'reason',
    lines: ['Microcode: Could not map module 1, size 4096', 'Could not map multiboot module #1 (size: 4096)'],
    pattern: line('(?:Microcode: )?[Cc]ould not map (?:multiboot )?module'),
    meaning: 'the module could not be mapped: too big, or memory is short',
    advice: 'Give Xen a smaller file: initrd build --cpu keeps what this machine needs.',
    source: `early_microcode_load() in ${CORE}`,
  },
  'scan-empty': {
    kind: 'reason',
    lines: ['Microcode: GenuineIntel.bin not found during CPIO scan'],
    pattern: line(String.raw`Microcode: \S{1,40} not found during CPIO scan`),
    meaning: "no module has an uncompressed cpio with the vendor's file",
    advice: 'Put the microcode into the initrd (initrd splice), or name it with an index (xen stanza).',
    releases: '4.20 on; before nothing is printed',
    source: `early_microcode_load() in ${CORE}`,
  },
  'archive-empty': {
    kind: 'reason',
    lines: ['Microcode: AuthenticAMD.bin not found in CPIO archive'],
    pattern: line(String.raw`Microcode: \S{1,40} not found in CPIO archive`),
    meaning: 'the module found early has no such file any more',
    advice: 'Reboot; if it stays, report it to Xen.',
    releases: '4.20 on',
    source: `microcode_init_cache() in ${CORE}`,
  },
  'too-big': {
    kind: 'reason',
    lines: ['Multiboot 1 microcode payload too big! (9000000, we can do 8388608)'],
    pattern: line('Multiboot {n} microcode payload too big!'),
    meaning: 'the file in the cpio is larger than 8 MiB',
    advice: 'Make it smaller: initrd build --cpu keeps what this machine needs.',
    releases: '4.4 to 4.13',
    source: `microcode_scan_module() in ${CORE}`,
  },
  'bad-option': {
    kind: 'reason',
    lines: ['parameter "ucode" has invalid value "2,fast", rc=-22!'],
    pattern: line('parameter "(?:no-)?ucode" has invalid value'),
    meaning: 'ucode= has an element that the release does not know; before 4.22 that sets the index to 0',
    advice: CHECK_INDEX,
    releases: '4.10 on',
    source: '_cmdline_parse() in xen/common/kernel.c',
  },
  'efi-override': {
    kind: 'reason',
    lines: ['Ignoring ucode=scan setting; overridden by EFI'],
    pattern: line(String.raw`Ignoring ucode=\S{0,128} setting; overridden by EFI`),
    meaning: 'the key ucode= of xen.cfg names the file',
    advice: 'Remove one of the two.',
    releases: '4.22 on',
    source: `parse_ucode() in ${CORE}`,
  },
  'not-available': {
    kind: 'reason',
    lines: ['Microcode loading not available'],
    pattern: line('Microcode loading not available'),
    meaning: 'the CPU is neither Intel nor AMD of family 10h and later',
    releases: '4.14 on',
    source: `early_microcode_init() in ${CORE}`,
  },
  'not-capable': {
    kind: 'reason',
    lines: ['microcode: CPU0 not a capable AMD processor'],
    pattern: line('microcode: CPU{cpu} not a capable (?:AMD|Intel) processor'),
    meaning: 'Xen has no loader for this CPU',
    releases: '4.4 to 4.13',
    source: `collect_cpu_info() in ${AMD} and ${INTEL}`,
  },
  disabled: {
    kind: 'reason',
    lines: ['Microcode loading disabled due to: rev = ~0'],
    pattern: line('Microcode loading disabled due to: '),
    meaning: 'Xen runs virtualised (revision 0xffffffff), or the CPU has loading switched off',
    advice: 'A virtualised Xen cannot load: load on the host below it.',
    releases: '4.18 on',
    source: `early_microcode_init() in ${CORE}`,
  },

  // What is in the file.
  'parse-error': {
    kind: 'reason',
    lines: ['Microcode: Parse error -22', 'Parsing microcode blob error -22'],
    pattern: line('(?:Microcode: Parse|Parsing microcode blob) error {n}'),
    meaning: 'the bytes are no updates of this vendor',
    advice: 'xen check says what the module holds.',
    releases: '4.13 on; "Microcode: Parse error" from 4.20 on at boot',
    source: `early_microcode_load(), microcode_update_helper() in ${CORE}`,
  },
  'no-patch': {
    kind: 'reason',
    lines: ['Microcode: No suitable patch found'],
    pattern: line('Microcode: No suitable patch found'),
    meaning: 'the updates were read, and none is for this CPU or newer',
    advice: 'explain shows what this file has for the CPU.',
    releases: '4.20 on; at boot a debug line: seen with loglvl=all or in a debug build',
    source: `early_microcode_load() in ${CORE}`,
  },
  'nothing-matches': {
    kind: 'reason',
    lines: ["microcode: couldn't find any matching ucode in the provided blob!"],
    pattern: line("microcode: couldn't find any matching ucode in the provided blob"),
    meaning: 'a late load: no update in the file is for this CPU',
    advice: 'explain shows what this file has for the CPU.',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  'nothing-newer': {
    kind: 'reason',
    lines: [
      "microcode: couldn't find any newer revision in the provided blob!",
      "microcode: couldn't find any newer (or the same) revision in the provided blob!",
      "microcode: couldn't find any newer (or a valid) revision in the provided blob!",
    ],
    pattern: line(String.raw`microcode: couldn't find any newer(?: \([a-z ]{1,20}\))? revision in the provided blob`),
    meaning: 'a late load: the CPU runs what the file has, or something newer',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  'wrong-magic': {
    kind: 'reason',
    lines: ['microcode: Wrong microcode patch file magic'],
    pattern: line('microcode: Wrong microcode patch file magic'),
    meaning: 'no AMD container: a cpio, Intel updates, or a README in front',
    advice: 'xen check says what the module holds.',
    source: `cpu_request_microcode() in ${AMD}`,
  },
  'bad-table': {
    kind: 'reason',
    lines: ['microcode: Bad equivalent cpu table', 'microcode: Wrong microcode equivalent cpu table length'],
    pattern: line(
      'microcode: (?:[Bb]ad equivalent cpu table|Wrong microcode equivalent cpu table|installing equivalent cpu table failed)',
    ),
    meaning: "the container's equivalence table is damaged, or up to 4.17 has no closing entry",
    advice: 'Build the container again with ucodekit pack --as amd.',
    source: `cpu_request_microcode() in ${AMD}`,
  },
  'table-mismatch': {
    kind: 'reason',
    lines: ['microcode: Equiv mismatch: cpu 00a00f11, got a011, cached a012'],
    pattern: line('microcode: Equiv mismatch: cpu [0-9a-f]{1,8}, got [0-9a-f]{1,4}, cached [0-9a-f]{1,4}'),
    meaning: 'two containers name different equivalence ids for this CPU: what follows is not used',
    advice: 'Build one container with ucodekit pack --as amd.',
    releases: '4.14 on',
    source: `scan_equiv_cpu_table() in ${AMD}`,
  },
  'bad-container': {
    kind: 'reason',
    lines: ['microcode: Bad data in container'],
    pattern: line('microcode: Bad data in container'),
    meaning: 'other bytes behind the last update; what was found before them counts',
    advice: GET_AGAIN,
    releases: 'Intel, 4.14 on',
    source: `cpu_request_microcode() in ${INTEL}`,
  },
  'bad-data': {
    kind: 'reason',
    lines: ['microcode: Bad microcode data', 'microcode: Microcode buffer overrun'],
    pattern: line(
      'microcode: (?:Bad microcode data|Microcode buffer overrun|Wrong microcode payload type field|Bad data in microcode data file)',
    ),
    meaning: 'other bytes among the AMD patches',
    advice: GET_AGAIN,
    source: `cpu_request_microcode(), get_ucode_from_buffer_amd() in ${AMD}`,
  },
  'bad-update': {
    kind: 'reason',
    lines: ['microcode: Bad checksum', 'microcode: Bad size', 'microcode: error! Bad data size in microcode data file'],
    pattern: line(
      'microcode: (?:Bad (?:size|checksum|sigtable)|error! (?:Bad (?:data|exttable)|Unknown microcode update format|Small exttable)|aborting, bad )',
    ),
    meaning: 'an Intel update is damaged; what was found before it counts',
    advice: GET_AGAIN,
    source: `microcode_sanity_check() in ${INTEL}`,
  },
  'bad-length': {
    kind: 'reason',
    lines: ['microcode: Bad microcode length 0x00003820 for cpu 0xb440'],
    pattern: line('microcode: Bad microcode length {hex} for cpu {hex}'),
    meaning: 'the patch is longer than the release allows for the family: 1Ah needs 4.18.5, 4.19.2 or 4.20',
    advice: 'Update Xen.',
    releases: '4.15 on',
    source: `verify_patch_size() in ${AMD}`,
  },
  'no-digest': {
    kind: 'reason',
    lines: ['No digest found for patch_id 0a101148'],
    pattern: line('No digest found for patch_id [0-9a-f]{8}'),
    meaning:
      "the firmware is older than AMD's fix of EntrySign, and the patch is not in the release's list of known ones: it is not loaded",
    advice: `${ENTRYSIGN} A newer Xen knows more patches; ucode=digest-check=no is for tests only.`,
    releases: '4.17.6, 4.18.5, 4.19.3, 4.20.1 and 4.21 on',
    source: `check_digest() in ${AMD}`,
  },
  digest: {
    kind: 'reason',
    lines: ['Patch 0800126f SHA256 mismatch:'],
    pattern: line('Patch (?:0x)?[0-9a-f]{1,8} SHA256 mismatch'),
    meaning: 'the patch is not the one that AMD published under this revision',
    advice: GET_AGAIN,
    releases: '4.17.6, 4.18.5, 4.19.3, 4.20.1 and 4.21 on',
    source: `check_digest() in ${AMD}`,
  },
  'digests-unsorted': {
    kind: 'reason',
    lines: ['patch_digests[] not sorted: 0a101148 >= 0a101148'],
    pattern: line(String.raw`patch_digests\[\] not sorted`),
    meaning: "this build's list of known patches is out of order: Xen panicked",
    advice: 'Use another build of Xen.',
    releases: '4.19.3, 4.20.1 and 4.21 on, in builds with self tests',
    source: `test_digests_sorted() in ${AMD}`,
  },
  'digest-off': {
    kind: 'note',
    lines: ['Microcode patch additional digest checks disabled'],
    pattern: line('Microcode patch additional digest checks disabled'),
    meaning: 'ucode=digest-check=no is given: any patch is taken that the CPU takes, and Xen is tainted',
    advice: 'Remove the option and update the firmware.',
    releases: '4.17.6, 4.18.5, 4.19.3, 4.20.1 and 4.21 on',
    source: `ucode_probe_amd() in ${AMD}`,
  },
  'odd-minimum': {
    kind: 'note',
    lines: ['microcode: patch 0xa101148 has unexpected min_rev 0x12345678'],
    pattern: line('microcode: patch {hex} has unexpected min_rev {hex}'),
    meaning: 'what should be a minimum revision is something else, perhaps an old checksum: it is not looked at',
    releases: '4.17.6, 4.18.6, 4.19.4, 4.20.2 and 4.21 on',
    source: `check_min_rev() in ${AMD}`,
  },
  entrysign: {
    kind: 'note',
    lines: [
      'WARNING: Platform vulnerable to Entrysign (SB-7033, CVE-2024-36347) - firmware update required',
      'Unrecognised CPU 1a-75-00 ucode 0x0b700000, assuming vulnerable to Entrysign',
    ],
    pattern: line(
      '(?:WARNING: Platform vulnerable to Entrysign|Unrecognised CPU [0-9a-f-]{8} ucode {hex}, assuming vulnerable to Entrysign)',
    ),
    meaning:
      'the firmware lacks the fix of EntrySign: patches that nobody signed would be taken, and new ones are refused',
    advice: ENTRYSIGN,
    releases: '4.17.6, 4.18.6, 4.19.4, 4.20.2 and 4.21 on',
    source: `amd_check_entrysign() in ${AMD}`,
  },
  memory: {
    kind: 'reason',
    lines: ['microcode: No space for equivalent cpu table'],
    pattern: line(
      'microcode: (?:Cannot allocate memory for|No space for equivalent cpu table|error! Can not allocate memory)',
    ),
    meaning: 'there was not enough memory for the update',
    advice: 'Reboot; give Xen a smaller file.',
    releases: '4.4 to 4.13',
    source: `${AMD}, ${INTEL}`,
  },

  // Late loads.
  'late-begins': {
    kind: 'note',
    lines: ['16 cores are to update their microcode'],
    pattern: line('{n} cores are to update their microcode'),
    meaning: 'somebody called xen-ucode: a late load begins',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  'late-aborted': {
    kind: 'reason',
    lines: [
      'Late loading aborted: CPU0 failed to update ucode',
      'Late loading aborted: CPU0 failed to update ucode: -5',
    ],
    pattern: line('Late loading aborted: CPU{cpu} failed to update ucode(?:: {n})?'),
    meaning: 'the first CPU refused the late update: no CPU has it',
    advice: 'A line before it may say why; explain shows what the CPU can take.',
    releases: '4.13 on',
    source: `control_thread_fn() in ${CORE}`,
  },
  mixed: {
    kind: 'reason',
    lines: ['ERROR: Updating microcode succeeded on 3 cores and failed'],
    pattern: line(
      '(?:ERROR: Updating microcode succeeded on {n} cores and failed|[A-Za-z ]{0,20}differing microcode revisions is considered unstable)',
    ),
    meaning: 'some CPUs took a late update and others did not',
    advice: 'Reboot, and do not load this update late again.',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  'mixed-more': {
    kind: 'detail',
    lines: ['on other 1 cores. A system with differing microcode'],
    pattern: line(
      '(?:on other {n} cores. A system with differing microcode|load the microcode that triggers this warning)',
    ),
    meaning: 'goes with the line before it',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  timeout: {
    kind: 'reason',
    lines: ['CPU3: Timeout in wait_for_state+0x1/0x2'],
    pattern: line(String.raw`CPU{cpu}: Timeout in \S{1,80}`),
    meaning: 'a CPU did not come to the rendezvous in time: nothing was loaded',
    advice: REBOOT,
    releases: '4.13 on',
    source: `wait_for_condition() in ${CORE}`,
  },
  'timeout-panic': {
    kind: 'reason',
    lines: ['Timeout when finished updating microcode (finished 3/4)'],
    pattern: line(String.raw`Timeout when finished updating microcode \(finished {n}/{n}\)`),
    meaning: 'a CPU did not come back from the late update: Xen panicked',
    advice: REBOOT,
    releases: '4.13 on',
    source: `control_thread_fn() in ${CORE}`,
  },
  slow: {
    kind: 'note',
    lines: ['WARNING: UPDATING MICROCODE HAS CONSUMED MORE THAN 1 SECOND!'],
    pattern: line('WARNING: UPDATING MICROCODE HAS CONSUMED MORE THAN 1 SECOND'),
    meaning: 'all CPUs stood still for more than a second',
    advice: REBOOT,
    releases: '4.13 on',
    source: `control_thread_fn() in ${CORE}`,
  },
  'wrong-leader': {
    kind: 'reason',
    lines: ['CPU0 is expected to lead ucode loading (but got CPU1)'],
    pattern: line(String.raw`CPU{cpu} is expected to lead ucode loading \(but got CPU\d{1,5}\)`),
    meaning: 'the CPU that takes NMIs is not the first one online: the late load was refused',
    advice: 'Use ucode=no-nmi, or load at boot.',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },

  // Other parts of Xen.
  'initrd-candidates': {
    kind: 'note',
    lines: ['Multiple initrd candidates, picking module #1'],
    pattern: line('Multiple initrd candidates, picking module #{n}'),
    meaning: 'more than one module is left: the first becomes the initrd of dom0',
    advice: "Put dom0's initrd before the microcode.",
    source: '__start_xen() in xen/arch/x86/setup.c',
  },
  'tsc-deadline': {
    kind: 'note',
    lines: ['TSC_DEADLINE disabled due to Errata; please update microcode to version 0x22 (or later)'],
    pattern: line('TSC_DEADLINE disabled due to Errata; please update microcode to version {hex}'),
    meaning: 'the running microcode has a faulty timer: Xen uses a slower one',
    advice: NEWER,
    source: 'check_deadline_errata() in xen/arch/x86/apic.c',
  },
  'zenbleed-chickenbit': {
    kind: 'note',
    lines: ['Zenbleed mitigation - using chickenbit'],
    pattern: line('Zenbleed mitigation - using chickenbit'),
    meaning:
      'the microcode of this Zen 2 CPU lacks the fix of Zenbleed (CVE-2023-20593): Xen switches a feature off instead, which costs speed',
    advice: NEWER,
    releases: '4.17 and 4.18',
    source: 'amd_check_zenbleed() in xen/arch/x86/cpu/amd.c',
  },
  'zenbleed-microcode': {
    kind: 'note',
    lines: ['Zenbleed mitigation - using microcode'],
    pattern: line('Zenbleed mitigation - using microcode'),
    meaning: 'the microcode has the fix of Zenbleed',
    releases: '4.17 and 4.18',
    source: 'amd_check_zenbleed() in xen/arch/x86/cpu/amd.c',
  },
  srso: {
    kind: 'note',
    lines: ['Vulnerable to SRSO, without suitable microcode to mitigate'],
    pattern: line('Vulnerable to SRSO, without suitable microcode to mitigate'),
    meaning: 'the microcode lacks what the defence against SRSO (Inception) needs',
    advice: NEWER,
    releases: '4.17.7 and later',
    source: 'xen/arch/x86/spec_ctrl.c',
  },
  'firmware-bug': {
    kind: 'note',
    lines: ['FIRMWARE BUG: CPU 06-9a-03, ucode 0x00000421: RSBA 1, EIBRS 0, RRSBA 1'],
    pattern: line(
      '(?:FIRMWARE BUG: CPU [0-9a-f-]{8}, ucode {hex}:|Unrecognised CPU [0-9a-f-]{8}, ucode {hex} for TSA mitigation)',
    ),
    meaning:
      'what the CPU says it can do does not fit together, or Xen does not know the CPU; the running revision stands in the line',
    advice: 'Update the firmware or the microcode, and Xen.',
    source: 'xen/arch/x86/spec_ctrl.c, tsx.c',
  },
  debug: {
    kind: 'detail',
    lines: ['microcode: collect_cpu_info : sig=0x906a4, pf=0x80, rev=0x421'],
    pattern: line(
      String.raw`microcode: (?:collect_cpu_info|patch size mismatch|patch is already at required level|CPU\d{1,5} (?:collect_cpu_info|found a matching microcode update|size ))`,
    ),
    meaning: 'for debugging: says nothing about what was loaded',
    source: `${AMD}, ${INTEL}`,
  },
});

/** Reasons why a release may load nothing and say nothing, each with the trait whose lack makes it silent. */
export const SILENT = [
  ['scan', 'the release has no ucode=scan: the word is read as index 0'],
  ['reportsEmptyScan', "ucode=scan found no uncompressed cpio with the vendor's file"],
  ['reportsBadIndex', 'the index is out of range, 0, or another module already has it'],
  ['reportsBadValues', 'ucode= has a value that the release does not know'],
] as const;
