/**
 * What Linux prints about loading microcode. Read in arch/x86/kernel/cpu/microcode of Debian's 5.10.223, 6.1.192, 6.12.117, 7.2.13 and 7.3.4;
 * the spellings between 6.1 and 6.12, and before 5.10, in the commits that changed them and in public logs.
 */
import { line, messagesFrom } from './message.ts';

const CORE = 'arch/x86/kernel/cpu/microcode/core.c';
const AMD = 'arch/x86/kernel/cpu/microcode/amd.c';
const INTEL = 'arch/x86/kernel/cpu/microcode/intel.c';

const GO_EARLY = 'Put the microcode into the initrd (initrd build, initrd splice) and reboot.';
const GET_AGAIN = 'Check the file with ucodekit verify, get it again from the vendor, and rebuild the initrd.';
const DEBUG = 'for debugging: says nothing about what was loaded';

export const LINUX_MESSAGES = messagesFrom('linux', {
  // What runs, and early loads.
  'linux-current': {
    kind: 'revision',
    pattern: line('microcode: Current revision: {new}'),
    meaning: 'the revision after early loading',
    releases: 'Linux 6.7 on',
    source: `microcode_init() in ${CORE}`,
  },
  'linux-updated': {
    kind: 'updated',
    pattern: line('microcode: Updated early from: {old}'),
    meaning: 'the boot loader of Linux replaced this revision',
    releases: 'Linux 6.7 on',
    source: `microcode_init() in ${CORE}`,
  },
  'linux-early-both': {
    kind: 'updated',
    pattern: line('microcode: updated early: {old} -> {new}(?:, date = {date})?'),
    meaning: 'the update was loaded early',
    releases: 'Intel, Linux 6.3 to 6.6',
    source: `print_ucode_info() in ${INTEL}, from commit a9a5cac225b0 on`,
    opensBoot: true,
  },
  'linux-updated-early': {
    kind: 'updated',
    pattern: line(
      'microcode: (?:CPU{cpu} )?(?:microcode )?updated early to (?:revision|new patch_level=) ?{new}(?:, date = {date})?',
    ),
    meaning: 'the update was loaded early',
    releases: 'Linux before 6.7; Intel before 6.3',
    source: `print_ucode() in ${INTEL}; init_amd_microcode() in ${AMD}`,
    opensBoot: true,
  },
  'linux-sig': {
    kind: 'revision',
    pattern: line('microcode: (?:CPU{cpu} )?sig={hex}, pf={hex}, revision={new}'),
    meaning: 'the running revision',
    releases: 'Linux before 6.7',
    source: `collect_cpu_info() in ${INTEL}`,
  },
  'linux-patch-level': {
    kind: 'revision',
    pattern: line('microcode: CPU{cpu}: patch_level={new}'),
    meaning: 'the running revision',
    releases: 'Linux before 6.7',
    source: `collect_cpu_info_amd() in ${AMD}`,
  },
  'linux-driver': {
    kind: 'note',
    pattern: line('microcode: Microcode Update Driver: v'),
    meaning: 'the driver started; by itself this says nothing about a load',
    releases: 'Linux before 6.7',
    source: `microcode_init() in ${CORE}`,
  },

  // What the early loader refuses.
  'linux-no-digest': {
    kind: 'reason',
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
    pattern: line('microcode: Patch {hex} SHA256 digest mismatch'),
    meaning: 'the patch is not the one that AMD published under this revision: it is not loaded',
    advice: GET_AGAIN,
    releases: 'Linux 6.14, 6.13.6, 6.12.18 and 6.6.81 on',
    source: `verify_sha256_digest() in ${AMD}`,
  },
  'linux-digest-off': {
    kind: 'note',
    pattern: line('microcode: It is a very very bad idea to disable the blobs SHA check'),
    meaning: 'microcode.amd_sha_check=off is on the command line: any patch is taken that the CPU takes',
    advice: 'Remove the option and update the BIOS.',
    releases: 'Linux 6.14, 6.13.6, 6.12.18 and 6.6.81 on',
    source: `load_ucode_amd_bsp() in ${AMD}`,
  },
  'linux-no-cutoff': {
    kind: 'reason',
    pattern: line('microcode: You should not be seeing this. Please send the following couple of lines'),
    meaning:
      'the kernel does not know from which revision on the firmware of this CPU is fixed: every patch must be in its list',
    advice: 'Update the kernel; the next line has the CPU and its revision.',
    releases: 'Linux with the check of digests',
    source: `need_sha_check() in ${AMD}`,
  },
  'linux-cpuid': {
    kind: 'revision',
    pattern: line(String.raw`microcode: CPUID\(1\)\.EAX: {hex}, current revision: {new}`),
    meaning: 'the running revision',
    releases: 'Linux with the check of digests',
    source: `need_sha_check() in ${AMD}`,
  },
  'linux-no-revision': {
    kind: 'note',
    pattern: line('microcode: No current revision, generating the lowest one: {hex}'),
    meaning: 'the CPU names no revision (it reads as 0): the lowest of its kind is assumed',
    advice: 'Update the BIOS, which should load one.',
    releases: 'seen in Linux 6.12.117 and 7.2',
    source: `need_sha_check(), later get_patch_level(), in ${AMD}`,
  },
  'linux-msr-fault': {
    kind: 'reason',
    pattern: line('unchecked MSR access error: WRMSR to (?:0xc0010020|0x79) '),
    meaning: 'the CPU refused the update with a fault',
    advice:
      "AMD: the patch is signed for newer firmware than this machine's; update the BIOS, or use a patch up to the EntrySign cut-off. Under a hypervisor: load on the host.",
    source: `__apply_microcode_amd() in ${AMD}; __apply_microcode() in ${INTEL}`,
  },
  'linux-amd-failed': {
    kind: 'failed',
    pattern: line('microcode: CPU{cpu}: update failed for patch_level={new}'),
    meaning: 'the patch was not loaded: the CPU did not take it, or its digest is not known (another line says so)',
    advice: 'Update the BIOS; explain shows which patch this CPU can take.',
    source: `apply_microcode_amd() in ${AMD}`,
  },
  'linux-intel-failed': {
    kind: 'failed',
    pattern: line('microcode: CPU{cpu} update to revision {new} failed'),
    meaning: 'the CPU refused the update: it still has the old revision',
    advice: 'Check the file with ucodekit verify; an update for another platform or a damaged one is refused.',
    releases: 'Linux before 6.7; later a refusal is silent',
    source: `apply_microcode_intel() in ${INTEL}`,
  },
  'linux-gnr98': {
    kind: 'reason',
    pattern: line('microcode: Erratum GNR98: skipping revision {hex}'),
    meaning:
      'Granite Rapids below 0x1000405 can take machine checks when it jumps over that revision: the newer one is passed over',
    advice: 'Update the BIOS, or load revision 0x1000405 first.',
    releases: 'seen in Linux 6.12.117 and 7.2',
    source: `revision_is_safe() in ${INTEL}`,
  },
  'linux-chipset': {
    kind: 'reason',
    pattern: line('microcode: Patch-ID {hex}: chipset-specific code unsupported'),
    meaning: 'the patch is for certain chipsets only, which Linux does not handle',
    advice: GET_AGAIN,
    source: `verify_patch() in ${AMD}`,
  },
  'linux-container': {
    kind: 'reason',
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
    pattern: line(
      'microcode: (?:Error: (?:bad microcode data file size|invalid/unknown microcode update format|truncated extended signature table|extended signature table size mismatch)|error! (?:Bad data|Truncated or inaccessible header|Unknown microcode update format|Small exttable|Bad exttable|Bad data size)|Bad (?:extended signature|microcode data)|aborting, bad )',
    ),
    meaning: 'an Intel update is damaged: early loading takes nothing from the file, late loading fails',
    advice: GET_AGAIN,
    source: `intel_microcode_sanity_check(), parse_microcode_blobs() in ${INTEL}`,
  },
  'linux-no-support': {
    kind: 'reason',
    pattern: line(
      'microcode: (?:no support for this CPU vendor|(?:AMD|Intel) CPU family {hex} not supported|CPU{cpu} not a capable)',
    ),
    meaning: 'Linux has no loader for this CPU',
    advice: 'Update the firmware of the machine.',
    source: `microcode_init() in ${CORE}; init_intel_microcode(); init_amd_microcode()`,
  },
  'linux-memory': {
    kind: 'reason',
    pattern: line(
      'microcode: (?:failed to allocate equivalent CPU table|Patch (?:data )?allocation failure|Error allocating buffer|Unable to allocate microcode memory|too much data|error! Can ?not allocate memory)',
    ),
    meaning: 'there was not enough memory for the update',
    advice: 'Reboot; early loading needs less.',
    source: `save_microcode_patch() in ${INTEL}; verify_and_add_patch() in ${AMD}`,
  },
  'linux-sysfs': {
    kind: 'note',
    pattern: line(
      "microcode: (?:Failed to create group for CPU{cpu}|Error creating microcode group|can't misc_register)",
    ),
    meaning: 'the files in /sys are missing; early loading is not touched by that',
    source: `mc_cpu_online(), microcode_init() in ${CORE}`,
  },

  // Late loads.
  'linux-late-dangerous': {
    kind: 'note',
    pattern: line('microcode: Attempting late microcode loading - it is dangerous and taints the kernel'),
    meaning: 'somebody wrote to /sys/devices/system/cpu/microcode/reload: a late load begins',
    advice: GO_EARLY,
    releases: 'Linux 5.19 to 6.6',
    source: `microcode_reload_late() in ${CORE}`,
  },
  'linux-late-unsafe': {
    kind: 'note',
    pattern: line('microcode: Late microcode loading without minimal revision check'),
    meaning:
      'a late load begins of an update that does not say from which revision on it is safe: the kernel is tainted',
    advice: `${GO_EARLY} microcode.force_minrev (microcode=force_minrev) refuses such loads.`,
    releases: 'Linux 6.7 on',
    source: `load_late_stop_cpus() in ${CORE}`,
  },
  'linux-go-early': {
    kind: 'detail',
    pattern: line('microcode: You should switch to early loading, if possible'),
    meaning: 'goes with the line about late loading before it',
    releases: 'Linux 5.19 on',
    source: `load_late_stop_cpus(), before 6.7 microcode_reload_late(), in ${CORE}`,
  },
  'linux-minrev-missing': {
    kind: 'reason',
    pattern: line(
      'microcode: (?:Unsafe microcode update|Late loading denied): (?:[Mm]icrocode header does not specify a required min version|No min version in microcode header)',
    ),
    meaning:
      'the update declares no minimum revision: with force_minrev it is not loaded late, without it the kernel is tainted',
    advice: GO_EARLY,
    releases: 'Linux 6.7 and 6.6.81 on; "Late loading denied" in kernels with the series that was posted before',
    source: `ucode_validate_minrev() in ${INTEL}`,
  },
  'linux-minrev-old': {
    kind: 'reason',
    pattern: line('microcode: (?:Unsafe microcode update|Late loading denied): Current revision {now} (?:is )?too old'),
    meaning: 'the CPU runs less than the minimum that the update declares: with force_minrev it is not loaded late',
    advice: GO_EARLY,
    releases: 'Linux 6.7 and 6.6.81 on',
    source: `ucode_validate_minrev() in ${INTEL}`,
  },
  'linux-minrev-needed': {
    kind: 'detail',
    pattern: line('microcode: (?:Current should be|Must be) at {hex}'),
    meaning: 'the minimum that goes with the line before it',
    releases: 'Linux 6.7 and 6.6.81 on',
    source: `ucode_validate_minrev() in ${INTEL}`,
  },
  'linux-blacklist': {
    kind: 'reason',
    pattern: line(String.raw`microcode: Erratum BD[FX]90: late loading with revision < {hex} \({now}\) disabled`),
    meaning: 'a late load can hang Broadwell-X below 0x0b000021: it is refused',
    advice: GO_EARLY,
    source: `is_blacklisted() in ${INTEL}`,
  },
  'linux-consider-early': {
    kind: 'detail',
    pattern: line(
      '(?:microcode|x86/CPU): Please consider either early loading through initrd/built-in or a potential BIOS update',
    ),
    meaning: 'goes with the line before it',
    source: `is_blacklisted() in ${INTEL}; microcode_check() in arch/x86/kernel/cpu/common.c`,
  },
  'linux-offline': {
    kind: 'reason',
    pattern: line(
      'microcode: (?:CPU {cpu} not online, loading aborted|Not all CPUs online, aborting microcode update)',
    ),
    meaning: 'a late load needs every CPU, from 6.7 on the first thread of every core: it was refused',
    advice: 'Bring the CPUs online (/sys/devices/system/cpu/cpuN/online), or load early.',
    source: `setup_cpus(), before 6.7 check_online_cpus(), in ${CORE}`,
  },
  'linux-load-updated': {
    kind: 'note',
    pattern: line('microcode: load: updated on {n} primary CPUs with {n} siblings'),
    meaning: 'a late load ended: this many cores took the update',
    releases: 'Linux 6.7 on',
    source: `load_late_stop_cpus() in ${CORE}`,
  },
  'linux-late-revision': {
    kind: 'updated',
    pattern: line('microcode: revision: {old} -> {new}'),
    meaning: 'the update was loaded late',
    releases: 'Linux 6.7 on',
    source: `load_late_stop_cpus() in ${CORE}`,
  },
  'linux-load-incomplete': {
    kind: 'reason',
    pattern: line('microcode: load incomplete. {n} CPUs timed out or failed'),
    meaning: 'some CPUs took a late update and others did not',
    advice: `Reboot: CPUs of different revisions are not supported. ${GO_EARLY}`,
    releases: 'Linux 6.7 on',
    source: `load_late_stop_cpus() in ${CORE}`,
  },
  'linux-load-failed': {
    kind: 'reason',
    pattern: line('microcode: update failed: {n} CPUs failed {n} CPUs timed out'),
    meaning: 'no CPU took the late update',
    advice: GO_EARLY,
    releases: 'Linux 6.7 on',
    source: `load_late_stop_cpus() in ${CORE}`,
  },
  'linux-load-timeout': {
    kind: 'reason',
    pattern: line('microcode: load: {n} CPUs timed out'),
    meaning: 'CPUs did not come to the rendezvous of a late load',
    advice: GO_EARLY,
    releases: 'Linux 6.7 on',
    source: `load_secondary(), __load_primary() in ${CORE}`,
  },
  'linux-offline-siblings': {
    kind: 'reason',
    pattern: line('microcode: {n} offline siblings did not respond'),
    meaning: 'threads that are offline did not come to the rendezvous: nothing was loaded',
    advice: `Bring the threads online, or switch SMT off in the firmware. ${GO_EARLY}`,
    releases: 'Linux 6.7 on',
    source: `load_late_stop_cpus() in ${CORE}`,
  },
  'linux-load-panic': {
    kind: 'reason',
    pattern: line('(?:Microcode load: Primary CPU {cpu} timed out|Timeout during microcode update)'),
    meaning: 'a CPU did not come back from the late update: the kernel panicked',
    advice: GO_EARLY,
    source: `load_secondary_wait(), before 6.7 __reload_late(), in ${CORE}`,
  },
  'linux-rendezvous': {
    kind: 'reason',
    pattern: line('microcode: Timeout while waiting for CPUs rendezvous, remaining: {n}'),
    meaning: 'CPUs did not come to the rendezvous of a late load: nothing was loaded',
    advice: GO_EARLY,
    releases: 'Linux before 6.7',
    source: `__wait_for_cpus() in ${CORE}`,
  },
  'linux-reload-error': {
    kind: 'reason',
    pattern: line('microcode: Error reloading microcode on CPU {cpu}'),
    meaning: 'the CPU did not take the late update',
    advice: `Reboot if other CPUs took it. ${GO_EARLY}`,
    releases: 'Linux before 6.7',
    source: `__reload_late() in ${CORE}`,
  },
  'linux-updated-late': {
    kind: 'updated',
    pattern: line('microcode: (?:CPU{cpu} )?updated to revision {new}(?:, date = {date})?'),
    meaning: 'the update was loaded late',
    releases: 'Intel, Linux before 6.7',
    source: `apply_microcode_intel() in ${INTEL}`,
  },
  'linux-new-patch-level': {
    kind: 'updated',
    pattern: line('microcode: CPU{cpu}: new patch_level={new}'),
    meaning: 'the patch was loaded late',
    releases: 'AMD, Linux before 6.7',
    source: `apply_microcode_amd() in ${AMD}`,
  },
  'linux-reload-succeeded': {
    kind: 'updated',
    pattern: line('microcode: Reload succeeded, microcode revision: {old} -> {new}'),
    meaning: 'the update was loaded late',
    releases: 'Linux 6.3 to 6.6, and later points of 6.1 and 5.10',
    source: `microcode_reload_late() in ${CORE}`,
  },
  'linux-reload-completed': {
    kind: 'updated',
    pattern: line('microcode: Reload completed, microcode revision: {old} -> {new}'),
    meaning: 'a late load ended; the line is the same when it failed: equal revisions mean that nothing was loaded',
    releases: 'Linux 6.1 and 6.2',
    source: `microcode_reload_late() in ${CORE}`,
  },
  'linux-reload-over': {
    kind: 'revision',
    pattern: line('microcode: Reload completed, microcode revision: {new}'),
    meaning: 'a late load ended; the line is the same when it failed',
    releases: 'Linux before 6.1',
    source: `microcode_reload_late() in ${CORE}`,
  },
  'linux-reload-failed': {
    kind: 'failed',
    pattern: line('microcode: Reload failed, current microcode revision: {now}'),
    meaning: 'the late load failed: lines before it may say why',
    advice: GO_EARLY,
    releases: 'Linux 6.3 to 6.6, and later points of 6.1 and 5.10',
    source: `microcode_reload_late() in ${CORE}`,
  },

  // Staging.
  'linux-staging-enabled': {
    kind: 'note',
    pattern: line('microcode: Enabled staging feature'),
    meaning: 'the CPU takes late updates through a mailbox first, which shortens the stop of all CPUs',
    releases: 'Intel, Linux 6.19 on',
    source: `init_intel_microcode() in ${INTEL}`,
  },
  'linux-staged': {
    kind: 'note',
    pattern: line('microcode: Staging of patch revision {hex} succeeded'),
    meaning: 'the update is in the mailbox of every package; the load itself follows',
    releases: 'Intel, Linux 6.19 on',
    source: `stage_microcode() in ${INTEL}`,
  },
  'linux-staging-failed': {
    kind: 'note',
    pattern: line(
      String.raw`microcode: (?:Error: staging failed \({n}\) for CPU{cpu}|staging: invalid |Microcode image 32-bit misaligned)`,
    ),
    meaning: 'the mailbox did not take the update: the load goes on without it and takes longer',
    advice: 'Look at the lines that follow for how the load ended.',
    releases: 'Intel, Linux 6.19 on',
    source: `stage_microcode(), fetch_next_offset() in ${INTEL}`,
  },

  // Resume and hot-plug.
  'linux-reloaded': {
    kind: 'revision',
    pattern: line('microcode: reload (?:revision: |patch_level=){new}'),
    meaning: 'the patch was loaded again, on resume or on a CPU that came online',
    releases: 'AMD',
    source: `reload_ucode_amd() in ${AMD}`,
  },
  'linux-updated-upon': {
    kind: 'note',
    pattern: line('microcode: CPU{cpu} updated upon (?:resume|init)'),
    meaning: 'the CPU took the update when it came online',
    releases: 'a debug line of Linux before 6.7',
    source: `microcode_resume_cpu(), microcode_init_cpu() in ${CORE}`,
  },
  'linux-plugged': {
    kind: 'detail',
    pattern: line('microcode: CPU{cpu} (?:added|removed)'),
    meaning: 'a CPU came or went',
    releases: 'a debug line of Linux before 6.7',
    source: `mc_cpu_online(), mc_cpu_down_prep() in ${CORE}`,
  },
  'linux-debug': {
    kind: 'detail',
    pattern: line(
      String.raw`microcode: (?:CPU\d{1,5}(?:, base_rev: | found a matching microcode update| collect_cpu_info|: sig=)|cur_rev: |updated rev: |Patch-ID {hex}: family|\S{1,40} Adding patch_id|\S{1,40} Added patch_id|no microcode data saved|mc_saved|data file |failed to load file|equiv_cpu|match: size|CPU: sig=|\s?Extended\[\d|(?:0x[0-9a-f]{1,2} ){1,32}$)`,
    ),
    meaning: DEBUG,
    source: `${AMD}, ${INTEL}`,
  },
});
