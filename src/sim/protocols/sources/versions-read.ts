/** Which version of the source each entry of the catalogue was read at: a verdict is about that text only. */
const READ: Readonly<Record<string, string>> = {
  'linux-4.15': 'Linux v4.15, core.c before a5321aec6412',
  'linux-4.16': 'Linux v4.16 to v5.4, core.c at a5321aec6412 and bb8c13d61a62',
  'linux-5.5': 'Linux v5.5 to v6.6, core.c at 93946a33b569',
  'hold-aug-2022-posted': 'Raj, lkml, Aug 13 2022, patch 5/5 as posted, on core.c at 93946a33b569',
  'hold-aug-2022': 'Raj, lkml, Aug 13 2022, patch 5/5 with its loop corrected, on core.c at 93946a33b569',
  'hold-nov-2022': 'Raj, lkml, Nov 3 2022, patch 07/13, on core.c at 93946a33b569',
  'linux-6.7-nmi': 'Linux v6.7, core.c from 634ac23ad609 to cf5ab01c8703, offline CPUs at 8f849ff63bcb',
  'linux-6.7-late-nmi': 'Linux v6.7, core.c from 634ac23ad609 to cf5ab01c8703, offline CPUs at 8f849ff63bcb',
  'linux-6.7-amd': 'Linux v6.7, core.c from 634ac23ad609 to cf5ab01c8703, amd.c',
  'stop-machine-nmi-rfc': 'Kaplan, RFC 28/56, Oct 13 2025; Bae, v1, Jan 25 2026',
  'stop-machine-nmi':
    'Bae, v2, Mar 30 2026: cover letter and the messages of patches 4 and 9; the whole of patch 4 was not to be had',
  'stop-machine-nmi-loader':
    'Bae, v2, Mar 30 2026, patches 4 and 9 to 11 by their messages; Linux v6.7, core.c, for the rest',
  xen: 'Xen, core.c at c447b7308b',
  'xen-no-nmi': 'Xen, core.c at c447b7308b',
  'xen-amd': 'Xen, core.c at c447b7308b, threads at f1315e48a0',
  'all-nmi': 'lkml, Aug 13-14 2022; no code was posted',
  'all-nmi-control-in': 'lkml, Aug 13-14 2022; no code was posted',
  'stop-machine-self-nmi': 'Lutomirski, lkml, Aug 13-14 2022; no code was posted',
  'nmi-private-gate': 'Lutomirski, lkml, Aug 13-14 2022; no code was posted',
  'init-sibling': 'Lutomirski, lkml, Aug 2022; no code was posted',
  'hot-add': 'lkml, Apr 16-17 2024; KVM, lapic.c, kvm_apic_accept_events(); smpboot.c (2025); SDM vol. 3, 11.6',
  'smm-rendezvous': 'edk2, MpService.c, traditional mode',
  'nested-nmi': 'Linux, entry_64.S after the rework of 2015, asm_exc_nmi',
};

/** What was read for an entry; `otherwise`, the source that its protocol names, where nothing more is said. */
export const sourceRead = (id: string, otherwise: string): string => READ[id] ?? otherwise;

/** Entries that are spoken of. */
export const entriesRead: readonly string[] = Object.keys(READ);
