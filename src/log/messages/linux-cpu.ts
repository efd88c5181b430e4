/**
 * What other parts of Linux say about the microcode that runs. Read in arch/x86 of Debian's 5.10.223, 6.1.192, 6.12.117, 7.2.13 and 7.3.4.
 */
import { line, messagesFrom } from './message.ts';

const CPU = 'arch/x86/kernel/cpu';
const NEWER = 'Load newer microcode: ucodekit host says what this machine is offered.';

export const LINUX_CPU_MESSAGES = messagesFrom('linux', {
  'linux-old': {
    kind: 'note',
    lines: ['x86/CPU: Running old microcode'],
    pattern: line('x86/CPU: Running old microcode'),
    meaning: "the kernel's own list has a newer revision: old_microcode reads Vulnerable and the kernel is tainted",
    advice: `${NEWER} The first lists knew no platforms (that of 7.2 does), so that the newest revision of one platform may count as old.`,
    releases: 'Intel, Linux 6.16 on',
    source: `cpu_has_old_microcode() in ${CPU}/common.c`,
  },
  'linux-not-listed': {
    kind: 'note',
    lines: ['x86/CPU: Model not found in latest microcode list'],
    pattern: line('x86/CPU: Model not found in latest microcode list'),
    meaning:
      "the kernel's own list does not have this model: it cannot tell whether the microcode is old. Nothing is wrong",
    releases: 'Intel, seen from Linux 6.17 on',
    source: `cpu_has_old_microcode() in ${CPU}/common.c`,
  },
  'linux-features': {
    kind: 'note',
    lines: ['x86/CPU: CPU features have changed after loading microcode, but might not take effect.'],
    pattern: line('x86/CPU: CPU features have changed after loading microcode'),
    meaning: 'the late update changed what the CPU says it can do: the kernel may go on without it',
    advice: 'Load it early: put it into the initrd and reboot.',
    source: `microcode_check() in ${CPU}/common.c`,
  },
  'linux-zenbleed': {
    kind: 'note',
    lines: ['Zenbleed: please update your microcode for the most optimal fix'],
    pattern: line('Zenbleed: please update your microcode'),
    meaning:
      'the microcode of this Zen 2 CPU lacks the fix of Zenbleed (CVE-2023-20593): the kernel switches a feature off instead, which costs speed',
    advice: NEWER,
    source: `zen2_zenbleed_check() in ${CPU}/amd.c`,
  },
  'linux-rdseed32': {
    kind: 'note',
    lines: ['RDSEED32 is broken. Disabling the corresponding CPUID bit.'],
    pattern: line('RDSEED32 is broken'),
    meaning:
      'the microcode of this Zen 5 CPU lacks the fix of RDSEED (CVE-2025-62626): the kernel hides the instruction',
    advice: `${NEWER} Where the firmware lacks the fix of EntrySign, only a BIOS update brings it.`,
    releases: 'seen in Linux 6.12.58, 6.17 and 7.2',
    source: `init_amd_zen5() in ${CPU}/amd.c`,
  },
  'linux-rdseed': {
    kind: 'note',
    lines: ['RDSEED is not reliable on this platform; disabling.'],
    pattern: line('RDSEED is not reliable on this platform'),
    meaning: 'RDSEED of Cyan Skillfish is at fault: the kernel hides it. No microcode mends that',
    source: `init_amd_zen2() in ${CPU}/amd.c`,
  },
  'linux-tsc-deadline': {
    kind: 'note',
    lines: ['[Firmware Bug]: TSC_DEADLINE disabled due to Errata; please update microcode to version: 0x25 (or later)'],
    pattern: line('TSC_DEADLINE disabled due to Errata; please update microcode to version: {hex}'),
    meaning: 'the running microcode has a faulty timer: the kernel uses a slower one',
    advice: NEWER,
    source: 'apic_validate_deadline_timer() in arch/x86/kernel/apic/apic.c',
  },
  'linux-spectre-broken': {
    kind: 'note',
    lines: ['Intel Spectre v2 broken microcode detected; disabling Speculation Control'],
    pattern: line('Intel Spectre v2 broken microcode detected; disabling Speculation Control'),
    meaning: 'this is one of the revisions of January 2018 that Intel took back: machines hung',
    advice: NEWER,
    source: `bad_spectre_microcode() in ${CPU}/intel.c`,
  },
  'linux-pse': {
    kind: 'note',
    lines: ['Atom PSE erratum detected, BIOS microcode update recommended'],
    pattern: line('Atom PSE erratum detected, BIOS microcode update recommended'),
    meaning: 'the microcode of this Atom is older than 0x20e: the kernel does without large pages',
    advice: NEWER,
    source: `early_init_intel() in ${CPU}/intel.c`,
  },
  'linux-gds': {
    kind: 'note',
    lines: ['GDS: Microcode update needed! Disabling AVX as mitigation.'],
    pattern: line('GDS: Microcode update needed! Disabling AVX'),
    meaning:
      'the microcode lacks the fix of GDS (Downfall) and gather_data_sampling=force is given: AVX is switched off',
    advice: NEWER,
    source: `gds_select_mitigation() in ${CPU}/bugs.c`,
  },
  'linux-srso': {
    kind: 'note',
    lines: ['Speculative Return Stack Overflow: IBPB-extending microcode not applied!'],
    pattern: line('Speculative Return Stack Overflow: IBPB-extending microcode not applied'),
    meaning: 'the microcode lacks what the defence against SRSO (Inception) needs',
    advice: NEWER,
    source: `srso_select_mitigation() in ${CPU}/bugs.c`,
  },
  'linux-vulnerable': {
    kind: 'note',
    lines: [
      'Speculative Return Stack Overflow: Vulnerable: Safe RET, no microcode',
      'Speculative Return Stack Overflow: Mitigation: safe RET, no microcode',
      'MDS: Vulnerable: Clear CPU buffers attempted, no microcode',
      'SRBDS: Vulnerable: No microcode',
      'GDS: Mitigation: AVX disabled, no microcode',
      'Transient Scheduler Attacks: Vulnerable: No microcode',
      'Transient Scheduler Attacks: Vulnerable: Clear CPU buffers attempted, no microcode',
    ],
    pattern: line(
      String.raw`(?:MDS|TAA|MMIO Stale Data|Register File Data Sampling|SRBDS|GDS|Transient Scheduler Attacks|Speculative Return Stack Overflow): (?:Vulnerable|Mitigation)\b(?:[:,][A-Za-z ]{0,40}){0,3}[Nn]o microcode`,
    ),
    meaning: 'the defence against this needs newer microcode, and no such microcode runs',
    advice: NEWER,
    source: `*_select_mitigation() in ${CPU}/bugs.c`,
  },
  'linux-pebs': {
    kind: 'note',
    lines: ['core: PEBS disabled due to CPU errata, please upgrade microcode'],
    pattern: line(
      '(?:core: )?(?:PEBS disabled|PMU counter freezing disabled) due to CPU errata, ?please upgrade microcode',
    ),
    meaning: 'the microcode has a fault in performance monitoring: perf does without PEBS',
    advice: NEWER,
    source: 'intel_check_pebs_isolation(), intel_snb_check_microcode() in arch/x86/events/intel/core.c',
  },
  'linux-pebs-fixed': {
    kind: 'note',
    lines: ['core: PEBS enabled due to microcode update'],
    pattern: line('(?:core: )?PEBS enabled due to microcode update'),
    meaning: 'a late update mended performance monitoring',
    source: 'intel_snb_check_microcode() in arch/x86/events/intel/core.c',
  },
  'linux-machine-check': {
    kind: 'note',
    lines: ['mce: [Hardware Error]: PROCESSOR 0:806c1 TIME 1664612531 SOCKET 0 APIC 0 microcode b4'],
    pattern: line(
      String.raw`PROCESSOR \d{1,3}:[0-9a-f]{1,8} TIME \d{1,12} SOCKET \d{1,5} APIC [0-9a-f]{1,8} microcode [0-9a-f]{1,8}`,
    ),
    meaning: 'a machine check was reported; the last number is the running revision',
    source: `__print_mce() in ${CPU}/mce/core.c`,
  },
});
