/**
 * What Linux prints about the microcode it starts with. Read in arch/x86/kernel/cpu/microcode of Debian's 5.10.223, 6.1.192, 6.12.117, 7.2.13 and 7.3.4;
 * the spellings between 6.1 and 6.12, and before 5.10, in the commits that changed them and in public logs.
 */
import { line, messagesFrom } from './message.ts';

const CORE = 'arch/x86/kernel/cpu/microcode/core.c';
const AMD = 'arch/x86/kernel/cpu/microcode/amd.c';
const INTEL = 'arch/x86/kernel/cpu/microcode/intel.c';

const GET_AGAIN = 'Check the file with ucodekit verify, get it again from the vendor, and rebuild the initrd.';
const DEBUG = 'for debugging: says nothing about what was loaded';

export const LINUX_EARLY_MESSAGES = messagesFrom('linux', {
  // What runs, and early loads.
  'linux-current': {
    kind: 'revision',
    lines: ['microcode: Current revision: 0x02007006'],
    pattern: line('microcode: Current revision: {new}'),
    meaning: 'the revision after early loading',
    releases: 'Linux 6.7 on',
    source: `microcode_init() in ${CORE}`,
    oncePerBoot: true,
  },
  'linux-updated': {
    kind: 'updated',
    lines: ['microcode: Updated early from: 0x00000001'],
    pattern: line('microcode: Updated early from: {old}'),
    meaning: 'the revision before early loading',
    releases: 'Linux 6.7 on',
    source: `microcode_init() in ${CORE}`,
    oncePerBoot: true,
  },
  'linux-early-both': {
    kind: 'updated',
    lines: ['microcode: updated early: 0x200004d -> 0x2006e05, date = 2022-03-08'],
    pattern: line('microcode: updated early: {old} -> {new}(?:, date = {date})?'),
    meaning: 'the update was loaded early',
    releases: 'Intel, Linux 6.3 to 6.6',
    source: `print_ucode_info() in ${INTEL}, from commit a9a5cac225b0 on`,
    oncePerBoot: true,
  },
  'linux-updated-early': {
    kind: 'updated',
    lines: [
      'microcode: microcode updated early to revision 0xca, date = 2019-10-03',
      'microcode: CPU0 microcode updated early to revision 0x12, date = 2014-07-03',
      'microcode: microcode updated early to new patch_level=0x0800126f',
      'microcode: updated early to new patch_level=0x0800126f',
    ],
    pattern: line(
      'microcode: (?:CPU{cpu} )?(?:microcode )?updated early to (?:revision|new patch_level=) ?{new}(?:, date = {date})?',
    ),
    meaning: 'the update was loaded early',
    releases: 'Linux before 6.7; Intel before 6.3',
    source: `print_ucode() in ${INTEL}; init_amd_microcode() in ${AMD}`,
    oncePerBoot: true,
  },
  'linux-sig': {
    kind: 'revision',
    lines: ['microcode: sig=0x406e3, pf=0x40, revision=0xea', 'microcode: CPU7 sig=0x40661, pf=0x20, revision=0x12'],
    pattern: line('microcode: (?:CPU{cpu} )?sig={hex}, pf={hex}, revision={new}'),
    meaning: 'the running revision',
    releases: 'Linux before 6.7',
    source: `collect_cpu_info() in ${INTEL}`,
  },
  'linux-patch-level': {
    kind: 'revision',
    lines: ['microcode: CPU12: patch_level=0x0830101c'],
    pattern: line('microcode: CPU{cpu}: patch_level={new}'),
    meaning: 'the running revision',
    releases: 'Linux before 6.7',
    source: `collect_cpu_info_amd() in ${AMD}`,
  },
  'linux-driver': {
    kind: 'note',
    lines: [
      'microcode: Microcode Update Driver: v2.2.',
      'microcode: Microcode Update Driver: v2.01 <tigran@aivazian.fsnet.co.uk>, Peter Oruba',
    ],
    pattern: line('microcode: Microcode Update Driver: v'),
    meaning: 'the driver started; by itself this says nothing about a load',
    releases: 'Linux before 6.7',
    source: `microcode_init() in ${CORE}`,
  },

  // What the early loader refuses.
  'linux-no-digest': {
    kind: 'reason',
    lines: ['microcode: No sha256 digest for patch ID: 0xa500012 found'],
    pattern: line('microcode: No sha256 digest for patch ID: {hex} found'),
    meaning:
      "the firmware is older than AMD's fix of EntrySign, and the patch is not in this kernel's list of known ones: it is not loaded",
    advice:
      'Update the BIOS; then the CPU itself checks the patch. A newer kernel knows more patches. microcode.amd_sha_check=off gives up the only check there is: for tests only.',
    releases: 'Linux 6.14, 6.13.6, 6.12.18 and 6.6.81 on',
    source: `verify_sha256_digest() in ${AMD}`,
  },
  'linux-digest': {
    kind: 'reason',
    lines: ['microcode: Patch 0x800126f SHA256 digest mismatch!'],
    pattern: line('microcode: Patch {hex} SHA256 digest mismatch'),
    meaning: 'the patch is not the one that AMD published under this revision: it is not loaded',
    advice: GET_AGAIN,
    releases: 'Linux 6.14, 6.13.6, 6.12.18 and 6.6.81 on',
    source: `verify_sha256_digest() in ${AMD}`,
  },
  'linux-digest-off': {
    kind: 'note',
    lines: ['microcode: It is a very very bad idea to disable the blobs SHA check!'],
    pattern: line('microcode: It is a very very bad idea to disable the blobs SHA check'),
    meaning: 'microcode.amd_sha_check=off is on the command line: any patch is taken that the CPU takes',
    advice: 'Remove the option and update the BIOS.',
    releases: 'Linux 6.14, 6.13.6, 6.12.18 and 6.6.81 on',
    source: `load_ucode_amd_bsp() in ${AMD}`,
  },
  'linux-no-cutoff': {
    kind: 'reason',
    lines: [
      'microcode: You should not be seeing this. Please send the following couple of lines to x86-<at>-kernel.org',
    ],
    pattern: line('microcode: You should not be seeing this. Please send the following couple of lines'),
    meaning:
      'the kernel does not know from which revision on the firmware of this CPU is fixed: every patch must be in its list',
    advice: 'Update the kernel; the next line has the CPU and its revision.',
    releases: 'Linux with the check of digests',
    source: `need_sha_check() in ${AMD}`,
  },
  'linux-cpuid': {
    kind: 'revision',
    lines: ['microcode: CPUID(1).EAX: 0xb20f40, current revision: 0xb204011'],
    pattern: line(String.raw`microcode: CPUID\(1\)\.EAX: {hex}, current revision: {new}`),
    meaning: 'the running revision',
    releases: 'Linux with the check of digests',
    source: `need_sha_check() in ${AMD}`,
  },
  'linux-no-revision': {
    kind: 'note',
    lines: ['microcode: No current revision, generating the lowest one: 0x8001200'],
    pattern: line('microcode: No current revision, generating the lowest one: {hex}'),
    meaning: 'the CPU names no revision (it reads as 0): the lowest of its kind is assumed',
    advice: 'Update the BIOS, which should load one.',
    releases: 'seen in Linux 6.12.117 and 7.2',
    source: `need_sha_check(), later get_patch_level(), in ${AMD}`,
  },
  'linux-msr-fault': {
    kind: 'reason',
    lines: [
      'unchecked MSR access error: WRMSR to 0xc0010020 (tried to write 0xffff8880732380c8) at rIP: 0xffffffffa206e59a (__apply_microcode_amd+0x1a/0x80)',
    ],
    pattern: line('unchecked MSR access error: WRMSR to (?:0xc0010020|0x79) '),
    meaning: 'the CPU refused the update with a fault',
    advice:
      "AMD: the patch is signed for newer firmware than this machine's; update the BIOS, or use a patch up to the EntrySign cut-off. Under a hypervisor: load on the host.",
    source: `__apply_microcode_amd() in ${AMD}; __apply_microcode() in ${INTEL}`,
  },
  'linux-amd-failed': {
    kind: 'failed',
    lines: ['microcode: CPU1: update failed for patch_level=0x0b204037'],
    pattern: line('microcode: CPU{cpu}: update failed for patch_level={new}'),
    meaning: 'the patch was not loaded: the CPU did not take it, or its digest is not known (another line says so)',
    advice: 'Update the BIOS; explain shows which patch this CPU can take.',
    source: `apply_microcode_amd() in ${AMD}`,
  },
  'linux-intel-failed': {
    kind: 'failed',
    lines: ['microcode: CPU0 update to revision 0xea failed'],
    pattern: line('microcode: CPU{cpu} update to revision {new} failed'),
    meaning: 'the CPU refused the update: it still has the old revision',
    advice: 'Check the file with ucodekit verify; an update for another platform or a damaged one is refused.',
    releases: 'Linux before 6.7; later a refusal is silent',
    source: `apply_microcode_intel() in ${INTEL}`,
  },
  'linux-gnr98': {
    kind: 'reason',
    lines: ['microcode: Erratum GNR98: skipping revision 0x10003f0.'],
    pattern: line('microcode: Erratum GNR98: skipping revision {hex}'),
    meaning:
      'Granite Rapids below 0x1000405 can take machine checks when it jumps over that revision: the newer one is passed over',
    advice: 'Update the BIOS, or load revision 0x1000405 first.',
    releases: 'seen in Linux 6.12.117 and 7.2',
    source: `revision_is_safe() in ${INTEL}`,
  },
  'linux-chipset': {
    kind: 'reason',
    lines: ['microcode: Patch-ID 0x0800126f: chipset-specific code unsupported.'],
    pattern: line('microcode: Patch-ID {hex}: chipset-specific code unsupported'),
    meaning: 'the patch is for certain chipsets only, which Linux does not handle',
    advice: GET_AGAIN,
    source: `verify_patch() in ${AMD}`,
  },
  'linux-container': {
    kind: 'reason',
    lines: [
      'microcode: Invalid magic value (0x37303730).',
      'microcode: invalid type field in container file section header',
      'microcode: Patch of size 3200 too short.',
    ],
    pattern: line(
      'microcode: (?:Truncated microcode container header|Invalid magic value|Wrong microcode container equivalence table|Truncated equivalence table|Truncated patch section|[Ii]nvalid type field|Patch of size {n} (?:too short|truncated)|Per-family patch size mismatch|failed to create an equivalence table)',
    ),
    meaning: 'the AMD container is damaged, or other bytes stand where a container or a patch should begin',
    advice: GET_AGAIN,
    releases: 'mostly debug lines',
    source: `verify_container(), verify_equivalence_table(), verify_patch() in ${AMD}`,
  },
  'linux-bad-update': {
    kind: 'reason',
    lines: [
      'microcode: Error: bad microcode data file size.',
      'microcode: Error: invalid/unknown microcode update format. Header type 2',
      'microcode: error! Bad data in microcode data file (totalsize too small)',
      'microcode: Bad microcode data checksum, aborting.',
      'microcode: aborting, bad checksum',
    ],
    pattern: line(
      'microcode: (?:Error: (?:bad microcode data file size|invalid/unknown microcode update format|truncated extended signature table|extended signature table size mismatch)|error! (?:Bad data|Truncated or inaccessible header|Unknown microcode update format|Small exttable|Bad exttable|Bad data size)|Bad (?:extended signature|microcode data)|aborting, bad )',
    ),
    meaning: 'an Intel update is damaged: early loading takes nothing from the file, late loading fails',
    advice: GET_AGAIN,
    source: `intel_microcode_sanity_check(), parse_microcode_blobs() in ${INTEL}`,
  },
  'linux-no-support': {
    kind: 'reason',
    lines: ['microcode: no support for this CPU vendor', 'microcode: AMD CPU family 0xf not supported'],
    pattern: line(
      'microcode: (?:no support for this CPU vendor|(?:AMD|Intel) CPU family {hex} not supported|CPU{cpu} not a capable)',
    ),
    meaning: 'Linux has no loader for this CPU',
    advice: 'Update the firmware of the machine.',
    source: `microcode_init() in ${CORE}; init_intel_microcode(); init_amd_microcode()`,
  },
  'linux-memory': {
    kind: 'reason',
    lines: ['microcode: Unable to allocate microcode memory size: 212992'],
    pattern: line(
      'microcode: (?:failed to allocate equivalent CPU table|Patch (?:data )?allocation failure|Error allocating buffer|Unable to allocate microcode memory|too much data|error! Can ?not allocate memory)',
    ),
    meaning: 'there was not enough memory for the update',
    advice: 'Reboot; early loading needs less.',
    source: `save_microcode_patch() in ${INTEL}; verify_and_add_patch() in ${AMD}`,
  },
  'linux-sysfs': {
    kind: 'note',
    lines: ['microcode: Failed to create group for CPU3'],
    pattern: line(
      "microcode: (?:Failed to create group for CPU{cpu}|Error creating microcode group|can't misc_register)",
    ),
    meaning: 'the files in /sys are missing; early loading is not touched by that',
    source: `mc_cpu_online(), microcode_init() in ${CORE}`,
  },
  'linux-debug': {
    kind: 'detail',
    lines: ['microcode: cur_rev: 0xa0011d5, cutoff: 0xa0011d7, patch_rev: 0xa0011de'],
    pattern: line(
      String.raw`microcode: (?:CPU\d{1,5}(?:, base_rev: | found a matching microcode update| collect_cpu_info|: sig=)|cur_rev: |updated rev: |Patch-ID {hex}: family|mc_cpu_down_prep: CPU|\S{1,40} Adding patch_id|\S{1,40} Added patch_id|no microcode data saved|mc_saved|data file |failed to load file|equiv_cpu|match: size|CPU: sig=|\s?Extended\[\d|(?:0x[0-9a-f]{1,2} ){1,32}$)`,
    ),
    meaning: DEBUG,
    source: `${AMD}, ${INTEL}`,
  },
});
