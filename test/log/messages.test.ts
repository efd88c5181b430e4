/** Each spelling of each message, behind the prefixes that logs have. The lines are those of the kernel's and Xen's sources, and of public logs. */
import { describe, expect, test } from 'vitest';
import { KNOWN_MESSAGES, readLog } from '../../src/log/read.ts';

const LINUX: readonly (readonly [string, string])[] = [
  ['microcode: Current revision: 0x02007006', 'linux-current'],
  ['microcode: Updated early from: 0x00000001', 'linux-updated'],
  ['microcode: updated early: 0x200004d -> 0x2006e05, date = 2022-03-08', 'linux-early-both'],
  ['microcode: microcode updated early to revision 0xca, date = 2019-10-03', 'linux-updated-early'],
  ['microcode: CPU0 microcode updated early to revision 0x12, date = 2014-07-03', 'linux-updated-early'],
  ['microcode: microcode updated early to new patch_level=0x0800126f', 'linux-updated-early'],
  ['microcode: updated early to new patch_level=0x0800126f', 'linux-updated-early'],
  ['microcode: sig=0x406e3, pf=0x40, revision=0xea', 'linux-sig'],
  ['microcode: CPU7 sig=0x40661, pf=0x20, revision=0x12', 'linux-sig'],
  ['microcode: CPU12: patch_level=0x0830101c', 'linux-patch-level'],
  ['microcode: Microcode Update Driver: v2.2.', 'linux-driver'],
  ['microcode: Microcode Update Driver: v2.01 <tigran@aivazian.fsnet.co.uk>, Peter Oruba', 'linux-driver'],
  ['microcode: No sha256 digest for patch ID: 0xa500012 found', 'linux-no-digest'],
  ['microcode: Patch 0x800126f SHA256 digest mismatch!', 'linux-digest'],
  ['microcode: It is a very very bad idea to disable the blobs SHA check!', 'linux-digest-off'],
  [
    'microcode: You should not be seeing this. Please send the following couple of lines to x86-<at>-kernel.org',
    'linux-no-cutoff',
  ],
  ['microcode: CPUID(1).EAX: 0xb20f40, current revision: 0xb204011', 'linux-cpuid'],
  ['microcode: No current revision, generating the lowest one: 0x8001200', 'linux-no-revision'],
  [
    'unchecked MSR access error: WRMSR to 0xc0010020 (tried to write 0xffff8880732380c8) at rIP: 0xffffffffa206e59a (__apply_microcode_amd+0x1a/0x80)',
    'linux-msr-fault',
  ],
  ['microcode: CPU1: update failed for patch_level=0x0b204037', 'linux-amd-failed'],
  ['microcode: CPU0 update to revision 0xea failed', 'linux-intel-failed'],
  ['microcode: Erratum GNR98: skipping revision 0x10003f0.', 'linux-gnr98'],
  ['microcode: Patch-ID 0x0800126f: chipset-specific code unsupported.', 'linux-chipset'],
  ['microcode: Invalid magic value (0x37303730).', 'linux-container'],
  ['microcode: invalid type field in container file section header', 'linux-container'],
  ['microcode: Patch of size 3200 too short.', 'linux-container'],
  ['microcode: Error: bad microcode data file size.', 'linux-bad-update'],
  ['microcode: Error: invalid/unknown microcode update format. Header type 2', 'linux-bad-update'],
  ['microcode: error! Bad data in microcode data file (totalsize too small)', 'linux-bad-update'],
  ['microcode: Bad microcode data checksum, aborting.', 'linux-bad-update'],
  ['microcode: aborting, bad checksum', 'linux-bad-update'],
  ['microcode: no support for this CPU vendor', 'linux-no-support'],
  ['microcode: AMD CPU family 0xf not supported', 'linux-no-support'],
  ['microcode: Unable to allocate microcode memory size: 212992', 'linux-memory'],
  ['microcode: Failed to create group for CPU3', 'linux-sysfs'],
  ['microcode: Attempting late microcode loading - it is dangerous and taints the kernel.', 'linux-late-dangerous'],
  ['microcode: Late microcode loading without minimal revision check.', 'linux-late-unsafe'],
  ['microcode: You should switch to early loading, if possible.', 'linux-go-early'],
  [
    'microcode: Unsafe microcode update: Microcode header does not specify a required min version',
    'linux-minrev-missing',
  ],
  ['microcode: Late loading denied: Microcode header does not specify a required min version', 'linux-minrev-missing'],
  ['microcode: Late loading denied: No min version in microcode header', 'linux-minrev-missing'],
  ['microcode: Unsafe microcode update: Current revision 0x2b000461 too old', 'linux-minrev-old'],
  ['microcode: Late loading denied: Current revision 0x8f685300 is too old to update', 'linux-minrev-old'],
  ['microcode: Current should be at 0x2b000590 or higher. Use early loading instead', 'linux-minrev-needed'],
  ['microcode: Erratum BDF90: late loading with revision < 0x0b000021 (0xb00001f) disabled.', 'linux-blacklist'],
  ['microcode: Erratum BDX90: late loading with revision < 0x0b000021 (0xb00001f) disabled.', 'linux-blacklist'],
  [
    'microcode: Please consider either early loading through initrd/built-in or a potential BIOS update.',
    'linux-consider-early',
  ],
  ['microcode: Not all CPUs online, aborting microcode update.', 'linux-offline'],
  ['microcode: CPU 2 not online, loading aborted', 'linux-offline'],
  ['microcode: load: updated on 16 primary CPUs with 16 siblings', 'linux-load-updated'],
  ['microcode: revision: 0x2006e05 -> 0x2006f05', 'linux-late-revision'],
  ['microcode: load incomplete. 2 CPUs timed out or failed', 'linux-load-incomplete'],
  ['microcode: update failed: 16 CPUs failed 0 CPUs timed out', 'linux-load-failed'],
  ['microcode: load: 3 CPUs timed out', 'linux-load-timeout'],
  ['microcode: 2 offline siblings did not respond.', 'linux-offline-siblings'],
  ['Kernel panic - not syncing: Microcode load: Primary CPU 4 timed out', 'linux-load-panic'],
  ['Kernel panic - not syncing: Timeout during microcode update!', 'linux-load-panic'],
  ['microcode: Timeout while waiting for CPUs rendezvous, remaining: 1', 'linux-rendezvous'],
  ['microcode: Error reloading microcode on CPU 5', 'linux-reload-error'],
  ['microcode: updated to revision 0x2006f05, date = 2022-12-21', 'linux-updated-late'],
  ['microcode: CPU3 updated to revision 0xba, date = 2017-04-09', 'linux-updated-late'],
  ['microcode: CPU3: new patch_level=0x0830107a', 'linux-new-patch-level'],
  ['microcode: Reload succeeded, microcode revision: 0x2006e05 -> 0x2006f05', 'linux-reload-succeeded'],
  ['microcode: Reload completed, microcode revision: 0x2006e05 -> 0x2006f05', 'linux-reload-completed'],
  ['microcode: Reload completed, microcode revision: 0x421', 'linux-reload-over'],
  ['microcode: Reload failed, current microcode revision: 0x2006e05', 'linux-reload-failed'],
  ['microcode: Enabled staging feature.', 'linux-staging-enabled'],
  ['microcode: Staging of patch revision 0xa0000100 succeeded.', 'linux-staged'],
  ['microcode: Error: staging failed (-110) for CPU0 at package 1.', 'linux-staging-failed'],
  ['microcode: staging: invalid offset (4096) past the image end (1024)', 'linux-staging-failed'],
  ['microcode: reload revision: 0x0a0011de', 'linux-reloaded'],
  ['microcode: reload patch_level=0x0a0011de', 'linux-reloaded'],
  ['microcode: CPU1 updated upon resume', 'linux-updated-upon'],
  ['microcode: CPU1 removed', 'linux-plugged'],
  ['microcode: cur_rev: 0xa0011d5, cutoff: 0xa0011d7, patch_rev: 0xa0011de', 'linux-debug'],
  ['x86/CPU: Running old microcode', 'linux-old'],
  ['x86/CPU: Model not found in latest microcode list', 'linux-not-listed'],
  ['x86/CPU: CPU features have changed after loading microcode, but might not take effect.', 'linux-features'],
  ['Zenbleed: please update your microcode for the most optimal fix', 'linux-zenbleed'],
  ['RDSEED32 is broken. Disabling the corresponding CPUID bit.', 'linux-rdseed32'],
  ['RDSEED is not reliable on this platform; disabling.', 'linux-rdseed'],
  [
    '[Firmware Bug]: TSC_DEADLINE disabled due to Errata; please update microcode to version: 0x25 (or later)',
    'linux-tsc-deadline',
  ],
  ['Intel Spectre v2 broken microcode detected; disabling Speculation Control', 'linux-spectre-broken'],
  ['Atom PSE erratum detected, BIOS microcode update recommended', 'linux-pse'],
  ['GDS: Microcode update needed! Disabling AVX as mitigation.', 'linux-gds'],
  ['Speculative Return Stack Overflow: IBPB-extending microcode not applied!', 'linux-srso'],
  ['Speculative Return Stack Overflow: Vulnerable: Safe RET, no microcode', 'linux-vulnerable'],
  ['Speculative Return Stack Overflow: Mitigation: safe RET, no microcode', 'linux-vulnerable'],
  ['MDS: Vulnerable: Clear CPU buffers attempted, no microcode', 'linux-vulnerable'],
  ['SRBDS: Vulnerable: No microcode', 'linux-vulnerable'],
  ['GDS: Mitigation: AVX disabled, no microcode', 'linux-vulnerable'],
  ['Transient Scheduler Attacks: Vulnerable: No microcode', 'linux-vulnerable'],
  ['Transient Scheduler Attacks: Vulnerable: Clear CPU buffers attempted, no microcode', 'linux-vulnerable'],
  ['core: PEBS disabled due to CPU errata, please upgrade microcode', 'linux-pebs'],
  ['core: PEBS enabled due to microcode update', 'linux-pebs-fixed'],
  ['mce: [Hardware Error]: PROCESSOR 0:806c1 TIME 1664612531 SOCKET 0 APIC 0 microcode b4', 'linux-machine-check'],
];

const XEN: readonly (readonly [string, string])[] = [
  ['BSP microcode revision: 0x00000001', 'bsp-revision'],
  ['microcode: CPU1 updated from revision 0x6000822 to 0x6000852', 'updated'],
  ['microcode: CPU0 updated from revision 0x1 to 0x2007006, date = 2023-03-06 ', 'updated'],
  ['microcode: CPU0 update rev 0x1 to 0x2 failed, result 0x1', 'update-failed'],
  ['microcode: CPU0 update from revision 0x1 to 0x2 failed. Resulting revision is 0x1.', 'update-failed'],
  ['microcode: CPU0 update from revision 0x1 to 0x2 failed', 'update-failed'],
  ['microcode: CPU0 incorrect or corrupt container file', 'update-failed-container'],
  ['microcode: Failed to update patch level. Current lvl:0x6000822', 'patch-level'],
  ['microcode: CPU0 current rev 0xa0011d5 below patch min_rev 0xa0011d8', 'minimum-revision'],
  ['microcode: CPU0 current rev 0x1000098 unsafe to update', 'final-level'],
  ['microcode: Cannot update microcode patch on the cpu as we hit a final level', 'final-level'],
  ['Microcode: Chosen module 5 out of range [1, 2)', 'out-of-range'],
  ['Microcode: Chosen module 2 already used', 'already-used'],
  ['Microcode: Could not map module 1, size 4096', 'not-mapped'],
  ['Could not map multiboot module #1 (size: 4096)', 'not-mapped'],
  ['Microcode: GenuineIntel.bin not found during CPIO scan', 'scan-empty'],
  ['Microcode: AuthenticAMD.bin not found in CPIO archive', 'archive-empty'],
  ['Multiboot 1 microcode payload too big! (9000000, we can do 8388608)', 'too-big'],
  ['parameter "ucode" has invalid value "2,fast", rc=-22!', 'bad-option'],
  ['Ignoring ucode=scan setting; overridden by EFI', 'efi-override'],
  ['Microcode loading not available', 'not-available'],
  ['microcode: CPU0 not a capable AMD processor', 'not-capable'],
  ['Microcode loading disabled due to: rev = ~0', 'disabled'],
  ['Microcode: Parse error -22', 'parse-error'],
  ['Parsing microcode blob error -22', 'parse-error'],
  ['Microcode: No suitable patch found', 'no-patch'],
  ["microcode: couldn't find any matching ucode in the provided blob!", 'nothing-matches'],
  ["microcode: couldn't find any newer revision in the provided blob!", 'nothing-newer'],
  ["microcode: couldn't find any newer (or the same) revision in the provided blob!", 'nothing-newer'],
  ["microcode: couldn't find any newer (or a valid) revision in the provided blob!", 'nothing-newer'],
  ['microcode: Wrong microcode patch file magic', 'wrong-magic'],
  ['microcode: Bad equivalent cpu table', 'bad-table'],
  ['microcode: Wrong microcode equivalent cpu table length', 'bad-table'],
  ['microcode: Equiv mismatch: cpu 00a00f11, got a011, cached a012', 'table-mismatch'],
  ['microcode: Bad data in container', 'bad-container'],
  ['microcode: Bad microcode data', 'bad-data'],
  ['microcode: Microcode buffer overrun', 'bad-data'],
  ['microcode: Bad checksum', 'bad-update'],
  ['microcode: Bad size', 'bad-update'],
  ['microcode: error! Bad data size in microcode data file', 'bad-update'],
  ['microcode: Bad microcode length 0x00003820 for cpu 0xb440', 'bad-length'],
  ['No digest found for patch_id 0a101148', 'no-digest'],
  ['Patch 0800126f SHA256 mismatch:', 'digest'],
  ['patch_digests[] not sorted: 0a101148 >= 0a101148', 'digests-unsorted'],
  ['Microcode patch additional digest checks disabled', 'digest-off'],
  ['microcode: patch 0xa101148 has unexpected min_rev 0x12345678', 'odd-minimum'],
  ['WARNING: Platform vulnerable to Entrysign (SB-7033, CVE-2024-36347) - firmware update required', 'entrysign'],
  ['Unrecognised CPU 1a-75-00 ucode 0x0b700000, assuming vulnerable to Entrysign', 'entrysign'],
  ['microcode: No space for equivalent cpu table', 'memory'],
  ['16 cores are to update their microcode', 'late-begins'],
  ['Late loading aborted: CPU0 failed to update ucode', 'late-aborted'],
  ['Late loading aborted: CPU0 failed to update ucode: -5', 'late-aborted'],
  ['ERROR: Updating microcode succeeded on 3 cores and failed', 'mixed'],
  ['on other 1 cores. A system with differing microcode', 'mixed-more'],
  ['CPU3: Timeout in wait_for_state+0x1/0x2', 'timeout'],
  ['Timeout when finished updating microcode (finished 3/4)', 'timeout-panic'],
  ['WARNING: UPDATING MICROCODE HAS CONSUMED MORE THAN 1 SECOND!', 'slow'],
  ['CPU0 is expected to lead ucode loading (but got CPU1)', 'wrong-leader'],
  ['Multiple initrd candidates, picking module #1', 'initrd-candidates'],
  ['TSC_DEADLINE disabled due to Errata; please update microcode to version 0x22 (or later)', 'tsc-deadline'],
  ['Zenbleed mitigation - using chickenbit', 'zenbleed-chickenbit'],
  ['Zenbleed mitigation - using microcode', 'zenbleed-microcode'],
  ['Vulnerable to SRSO, without suitable microcode to mitigate', 'srso'],
  ['FIRMWARE BUG: CPU 06-9a-03, ucode 0x00000421: RSBA 1, EIBRS 0, RRSBA 1', 'firmware-bug'],
  ['microcode: collect_cpu_info : sig=0x906a4, pf=0x80, rev=0x421', 'debug'],
];

const only = (text: string) => readLog(text).messages.map(({ id }) => id);

const covered = new Set([...LINUX, ...XEN].map(([, id]) => id));
test('every message of the tables has a line here', () => {
  expect(KNOWN_MESSAGES.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
});

/** What stands in front of a kernel's line. */
const PREFIXES: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['dmesg', '[    0.000000] '],
  ['dmesg -T', '[Thu Nov 19 11:38:53 2020] '],
  ['dmesg --raw', '<6>[    0.000000] '],
  ['dmesg -x', 'kern  :info  : [    0.000000] '],
  ['callers in the log', '[    0.000000][    T0] '],
  ['the journal', 'Nov 29 07:31:21 host kernel: '],
  ['the journal, ISO times', '2026-11-29T07:31:21+0000 host kernel: '],
  ['the journal, since the boot', '[    0.000000] host kernel: '],
  ['syslog', 'Dec 31 15:54:17 unknown kern.info kernel: [    0.493790] '],
];

describe('Linux', () => {
  test.each(LINUX)('%s', (line, id) => {
    for (const [where, prefix] of PREFIXES)
      expect({ where, ids: only(`${prefix}${line}\n`) }).toEqual({ where, ids: [id] });
  });

  test.each([
    ['journalctl -o json', '{"_HOSTNAME":"host","MESSAGE":"microcode: Current revision: 0x02007006","PRIORITY":"6"}'],
    ['dmesg --json', '         {"pri": 6, "msg": "microcode: Current revision: 0x02007006"}'.trim()],
  ])('%s', (_, line) => {
    expect(readLog(line).messages).toMatchObject([
      { id: 'linux-current', text: 'microcode: Current revision: 0x02007006' },
    ]);
  });
});

describe('Xen', () => {
  test.each(XEN)('%s', (line, id) => {
    for (const prefix of [
      '(XEN) ',
      '(XEN) [    0.1] ',
      '(XEN) [2023-12-16 10:00:00] ',
      'Nov 29 07:31:21 host (XEN) ',
    ]) {
      expect(only(`${prefix}${line}\n`)).toEqual([id]);
    }
  });
});

describe('what only mentions a message is none', () => {
  test.each([
    'Nov 29 07:31:21 host sudo[1]: root : COMMAND=/usr/bin/grep microcode: Current revision: 0x1',
    'Nov 29 07:31:21 host fwupd[1]: the text "x86/CPU: Running old microcode" was seen',
    'Nov 29 07:31:21 host systemd[1]: Starting microcode.service',
    'GDS: Mitigation: Microcode',
  ])('%s', (line) => expect(only(line)).toEqual([]));
});

describe('lines that are not known', () => {
  test('are shown as such, not passed over', () => {
    expect(readLog('[    1.0] microcode: something new\n[    2.0] microcode: something new\n').messages).toMatchObject([
      { id: 'linux-unknown', kind: 'unknown', text: 'microcode: something new', count: 2, source: null },
    ]);
  });
  test('are counted together beyond twenty', () => {
    const many = Array.from({ length: 50 }, (_, i) => `(XEN) microcode: new ${i}\n`).join('');
    const { messages } = readLog(many);
    expect(messages).toHaveLength(21);
    expect(messages.at(-1)).toMatchObject({ id: 'xen-unknown', count: 30 });
  });
});
