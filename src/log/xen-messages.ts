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
    pattern: line('BSP microcode revision: {new}'),
    meaning: 'the revision that the boot CPU came with',
    releases: '4.17.5, 4.18.3 and 4.19 on',
    source: `early_microcode_init() in ${CORE}`,
  },
  updated: {
    kind: 'updated',
    pattern: line('microcode: CPU{cpu} updated from revision {old} to {new}(?:, ?date = {date})?'),
    meaning: 'the update was loaded',
    releases: 'Intel before 4.14 only with loglvl=all; AMD with a date from 4.16 on',
    source: `apply_microcode(), later *_ucode_load(), in ${AMD} and ${INTEL}`,
  },
  'update-failed': {
    kind: 'failed',
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
    pattern: line('microcode: CPU{cpu} incorrect or corrupt container file'),
    meaning: 'no patch of the AMD container could be used',
    advice: GET_AGAIN,
    releases: '4.5 to 4.13',
    source: `cpu_request_microcode() in ${AMD}`,
  },
  'patch-level': {
    kind: 'revision',
    pattern: line('microcode: Failed to update patch level. Current lvl:{new}'),
    meaning: 'the revision that stays',
    releases: '4.5 to 4.13',
    source: `cpu_request_microcode() in ${AMD}`,
  },
  'minimum-revision': {
    kind: 'failed',
    pattern: line('microcode: CPU{cpu} current rev {now} below patch min_rev {hex}'),
    meaning: "the patch may be loaded only from its minimum revision on, which this machine's firmware does not reach",
    advice: ENTRYSIGN,
    releases: '4.17.6, 4.18.6, 4.19.4, 4.20.2 and 4.21 on',
    source: `apply_microcode() in ${AMD}`,
  },
  'final-level': {
    kind: 'reason',
    pattern: line(
      'microcode: (?:Cannot update microcode patch on the cpu as we hit a final level|CPU{cpu} current rev {now} unsafe to update)',
    ),
    meaning: 'the CPU of family 10h runs a final level: it takes no update any more',
    source: `check_final_patch_levels() in ${AMD}`,
  },

  // Which module.
  'out-of-range': {
    kind: 'reason',
    pattern: line('Microcode: Chosen module {n} out of range'),
    meaning: 'the index is none of the modules after the kernel',
    advice: CHECK_INDEX,
    releases: '4.20 on; before nothing is printed',
    source: `early_microcode_load() in ${CORE}`,
  },
  'already-used': {
    kind: 'reason',
    pattern: line('Microcode: Chosen module {n} already used'),
    meaning: 'the index is a module that has another use',
    advice: CHECK_INDEX,
    releases: '4.20 on; before nothing is printed',
    source: `early_microcode_load() in ${CORE}`,
  },
  'not-mapped': {
    kind: 'reason',
    pattern: line('(?:Microcode: )?[Cc]ould not map (?:multiboot )?module'),
    meaning: 'the module could not be mapped: too big, or memory is short',
    advice: 'Give Xen a smaller file: initrd build --cpu keeps what this machine needs.',
    source: `early_microcode_load() in ${CORE}`,
  },
  'scan-empty': {
    kind: 'reason',
    pattern: line(String.raw`Microcode: \S{1,40} not found during CPIO scan`),
    meaning: "no module has an uncompressed cpio with the vendor's file",
    advice: 'Put the microcode into the initrd (initrd splice), or name it with an index (xen stanza).',
    releases: '4.20 on; before nothing is printed',
    source: `early_microcode_load() in ${CORE}`,
  },
  'archive-empty': {
    kind: 'reason',
    pattern: line(String.raw`Microcode: \S{1,40} not found in CPIO archive`),
    meaning: 'the module found early has no such file any more',
    advice: 'Reboot; if it stays, report it to Xen.',
    releases: '4.20 on',
    source: `microcode_init_cache() in ${CORE}`,
  },
  'too-big': {
    kind: 'reason',
    pattern: line('Multiboot {n} microcode payload too big!'),
    meaning: 'the file in the cpio is larger than 8 MiB',
    advice: 'Make it smaller: initrd build --cpu keeps what this machine needs.',
    releases: '4.4 to 4.13',
    source: `microcode_scan_module() in ${CORE}`,
  },
  'bad-option': {
    kind: 'reason',
    pattern: line('parameter "(?:no-)?ucode" has invalid value'),
    meaning: 'ucode= has an element that the release does not know; before 4.22 that sets the index to 0',
    advice: CHECK_INDEX,
    releases: '4.10 on',
    source: '_cmdline_parse() in xen/common/kernel.c',
  },
  'efi-override': {
    kind: 'reason',
    pattern: line(String.raw`Ignoring ucode=\S{0,128} setting; overridden by EFI`),
    meaning: 'the key ucode= of xen.cfg names the file',
    advice: 'Remove one of the two.',
    releases: '4.22 on',
    source: `parse_ucode() in ${CORE}`,
  },
  'not-available': {
    kind: 'reason',
    pattern: line('Microcode loading not available'),
    meaning: 'the CPU is neither Intel nor AMD of family 10h and later',
    releases: '4.14 on',
    source: `early_microcode_init() in ${CORE}`,
  },
  'not-capable': {
    kind: 'reason',
    pattern: line('microcode: CPU{cpu} not a capable (?:AMD|Intel) processor'),
    meaning: 'Xen has no loader for this CPU',
    releases: '4.4 to 4.13',
    source: `collect_cpu_info() in ${AMD} and ${INTEL}`,
  },
  disabled: {
    kind: 'reason',
    pattern: line('Microcode loading disabled due to: '),
    meaning: 'Xen runs virtualised (revision 0xffffffff), or the CPU has loading switched off',
    advice: 'A virtualised Xen cannot load: load on the host below it.',
    releases: '4.18 on',
    source: `early_microcode_init() in ${CORE}`,
  },

  // What is in the file.
  'parse-error': {
    kind: 'reason',
    pattern: line('(?:Microcode: Parse|Parsing microcode blob) error {n}'),
    meaning: 'the bytes are no updates of this vendor',
    advice: 'xen check says what the module holds.',
    releases: '4.13 on; "Microcode: Parse error" from 4.20 on at boot',
    source: `early_microcode_load(), microcode_update_helper() in ${CORE}`,
  },
  'no-patch': {
    kind: 'reason',
    pattern: line('Microcode: No suitable patch found'),
    meaning: 'the updates were read, and none is for this CPU or newer',
    advice: 'explain shows what this file has for the CPU.',
    releases: '4.20 on; at boot a debug line: seen with loglvl=all or in a debug build',
    source: `early_microcode_load() in ${CORE}`,
  },
  'nothing-matches': {
    kind: 'reason',
    pattern: line("microcode: couldn't find any matching ucode in the provided blob"),
    meaning: 'a late load: no update in the file is for this CPU',
    advice: 'explain shows what this file has for the CPU.',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  'nothing-newer': {
    kind: 'reason',
    pattern: line(String.raw`microcode: couldn't find any newer(?: \([a-z ]{1,20}\))? revision in the provided blob`),
    meaning: 'a late load: the CPU runs what the file has, or something newer',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  'wrong-magic': {
    kind: 'reason',
    pattern: line('microcode: Wrong microcode patch file magic'),
    meaning: 'no AMD container: a cpio, Intel updates, or a README in front',
    advice: 'xen check says what the module holds.',
    source: `cpu_request_microcode() in ${AMD}`,
  },
  'bad-table': {
    kind: 'reason',
    pattern: line(
      'microcode: (?:[Bb]ad equivalent cpu table|Wrong microcode equivalent cpu table|installing equivalent cpu table failed)',
    ),
    meaning: "the container's equivalence table is damaged, or up to 4.17 has no closing entry",
    advice: 'Build the container again with ucodekit pack --as amd.',
    source: `cpu_request_microcode() in ${AMD}`,
  },
  'table-mismatch': {
    kind: 'reason',
    pattern: line('microcode: Equiv mismatch: cpu [0-9a-f]{1,8}, got [0-9a-f]{1,4}, cached [0-9a-f]{1,4}'),
    meaning: 'two containers name different equivalence ids for this CPU: what follows is not used',
    advice: 'Build one container with ucodekit pack --as amd.',
    releases: '4.14 on',
    source: `scan_equiv_cpu_table() in ${AMD}`,
  },
  'bad-container': {
    kind: 'reason',
    pattern: line('microcode: Bad data in container'),
    meaning: 'other bytes behind the last update; what was found before them counts',
    advice: GET_AGAIN,
    releases: 'Intel, 4.14 on',
    source: `cpu_request_microcode() in ${INTEL}`,
  },
  'bad-data': {
    kind: 'reason',
    pattern: line(
      'microcode: (?:Bad microcode data|Microcode buffer overrun|Wrong microcode payload type field|Bad data in microcode data file)',
    ),
    meaning: 'other bytes among the AMD patches',
    advice: GET_AGAIN,
    source: `cpu_request_microcode(), get_ucode_from_buffer_amd() in ${AMD}`,
  },
  'bad-update': {
    kind: 'reason',
    pattern: line(
      'microcode: (?:Bad (?:size|checksum|sigtable)|error! (?:Bad (?:data|exttable)|Unknown microcode update format|Small exttable)|aborting, bad )',
    ),
    meaning: 'an Intel update is damaged; what was found before it counts',
    advice: GET_AGAIN,
    source: `microcode_sanity_check() in ${INTEL}`,
  },
  'bad-length': {
    kind: 'reason',
    pattern: line('microcode: Bad microcode length {hex} for cpu {hex}'),
    meaning: 'the patch is longer than the release allows for the family: 1Ah needs 4.18.5, 4.19.2 or 4.20',
    advice: 'Update Xen.',
    releases: '4.15 on',
    source: `verify_patch_size() in ${AMD}`,
  },
  'no-digest': {
    kind: 'reason',
    pattern: line('No digest found for patch_id [0-9a-f]{8}'),
    meaning:
      "the firmware is older than AMD's fix of EntrySign, and the patch is not in the release's list of known ones: it is not loaded",
    advice: `${ENTRYSIGN} A newer Xen knows more patches; ucode=digest-check=no is for tests only.`,
    releases: '4.17.6, 4.18.5, 4.19.3, 4.20.1 and 4.21 on',
    source: `check_digest() in ${AMD}`,
  },
  digest: {
    kind: 'reason',
    pattern: line('Patch (?:0x)?[0-9a-f]{1,8} SHA256 mismatch'),
    meaning: 'the patch is not the one that AMD published under this revision',
    advice: GET_AGAIN,
    releases: '4.17.6, 4.18.5, 4.19.3, 4.20.1 and 4.21 on',
    source: `check_digest() in ${AMD}`,
  },
  'digests-unsorted': {
    kind: 'reason',
    pattern: line(String.raw`patch_digests\[\] not sorted`),
    meaning: "this build's list of known patches is out of order: Xen panicked",
    advice: 'Use another build of Xen.',
    releases: '4.19.3, 4.20.1 and 4.21 on, in builds with self tests',
    source: `test_digests_sorted() in ${AMD}`,
  },
  'digest-off': {
    kind: 'note',
    pattern: line('Microcode patch additional digest checks disabled'),
    meaning: 'ucode=digest-check=no is given: any patch is taken that the CPU takes, and Xen is tainted',
    advice: 'Remove the option and update the firmware.',
    releases: '4.17.6, 4.18.5, 4.19.3, 4.20.1 and 4.21 on',
    source: `ucode_probe_amd() in ${AMD}`,
  },
  'odd-minimum': {
    kind: 'note',
    pattern: line('microcode: patch {hex} has unexpected min_rev {hex}'),
    meaning: 'what should be a minimum revision is something else, perhaps an old checksum: it is not looked at',
    releases: '4.17.6, 4.18.6, 4.19.4, 4.20.2 and 4.21 on',
    source: `check_min_rev() in ${AMD}`,
  },
  entrysign: {
    kind: 'note',
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
    pattern: line('{n} cores are to update their microcode'),
    meaning: 'somebody called xen-ucode: a late load begins',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  'late-aborted': {
    kind: 'reason',
    pattern: line('Late loading aborted: CPU{cpu} failed to update ucode(?:: {n})?'),
    meaning: 'the first CPU refused the late update: no CPU has it',
    advice: 'A line before it may say why; explain shows what the CPU can take.',
    releases: '4.13 on',
    source: `control_thread_fn() in ${CORE}`,
  },
  mixed: {
    kind: 'reason',
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
    pattern: line(
      '(?:on other {n} cores. A system with differing microcode|load the microcode that triggers this warning)',
    ),
    meaning: 'goes with the line before it',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },
  timeout: {
    kind: 'reason',
    pattern: line(String.raw`CPU{cpu}: Timeout in \S{1,80}`),
    meaning: 'a CPU did not come to the rendezvous in time: nothing was loaded',
    advice: REBOOT,
    releases: '4.13 on',
    source: `wait_for_condition() in ${CORE}`,
  },
  'timeout-panic': {
    kind: 'reason',
    pattern: line(String.raw`Timeout when finished updating microcode \(finished {n}/{n}\)`),
    meaning: 'a CPU did not come back from the late update: Xen panicked',
    advice: REBOOT,
    releases: '4.13 on',
    source: `control_thread_fn() in ${CORE}`,
  },
  slow: {
    kind: 'note',
    pattern: line('WARNING: UPDATING MICROCODE HAS CONSUMED MORE THAN 1 SECOND'),
    meaning: 'all CPUs stood still for more than a second',
    advice: REBOOT,
    releases: '4.13 on',
    source: `control_thread_fn() in ${CORE}`,
  },
  'wrong-leader': {
    kind: 'reason',
    pattern: line(String.raw`CPU{cpu} is expected to lead ucode loading \(but got CPU\d{1,5}\)`),
    meaning: 'the CPU that takes NMIs is not the first one online: the late load was refused',
    advice: 'Use ucode=no-nmi, or load at boot.',
    releases: '4.13 on',
    source: `microcode_update_helper(), later ucode_update_hcall_cont(), in ${CORE}`,
  },

  // Other parts of Xen.
  'initrd-candidates': {
    kind: 'note',
    pattern: line('Multiple initrd candidates, picking module #{n}'),
    meaning: 'more than one module is left: the first becomes the initrd of dom0',
    advice: "Put dom0's initrd before the microcode.",
    source: '__start_xen() in xen/arch/x86/setup.c',
  },
  'tsc-deadline': {
    kind: 'note',
    pattern: line('TSC_DEADLINE disabled due to Errata; please update microcode to version {hex}'),
    meaning: 'the running microcode has a faulty timer: Xen uses a slower one',
    advice: NEWER,
    source: 'check_deadline_errata() in xen/arch/x86/apic.c',
  },
  'zenbleed-chickenbit': {
    kind: 'note',
    pattern: line('Zenbleed mitigation - using chickenbit'),
    meaning:
      'the microcode of this Zen 2 CPU lacks the fix of Zenbleed (CVE-2023-20593): Xen switches a feature off instead, which costs speed',
    advice: NEWER,
    releases: '4.17 and 4.18',
    source: 'amd_check_zenbleed() in xen/arch/x86/cpu/amd.c',
  },
  'zenbleed-microcode': {
    kind: 'note',
    pattern: line('Zenbleed mitigation - using microcode'),
    meaning: 'the microcode has the fix of Zenbleed',
    releases: '4.17 and 4.18',
    source: 'amd_check_zenbleed() in xen/arch/x86/cpu/amd.c',
  },
  srso: {
    kind: 'note',
    pattern: line('Vulnerable to SRSO, without suitable microcode to mitigate'),
    meaning: 'the microcode lacks what the defence against SRSO (Inception) needs',
    advice: NEWER,
    releases: '4.17.7 and later',
    source: 'xen/arch/x86/spec_ctrl.c',
  },
  'firmware-bug': {
    kind: 'note',
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
