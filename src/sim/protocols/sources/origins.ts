/** Whose code each program follows, so that a step can be looked up where it is from. */

/** By protocol, then by `context/role`. */
const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'linux-4.15': {
    'task/online': 'reload_store(), apply_microcode_on_target(), apply_microcode_local()',
  },
  'linux-4.16': {
    'task/control': 'microcode_reload_late(), __reload_late()',
    'task/primary': '__reload_late()',
    'task/secondary': '__reload_late()',
    'nmi/secondary': 'exc_nmi(); the handlers proposed on Aug 13 2022 (5/5) and Nov 3 2022 (07/13)',
  },
  'linux-6.7': {
    'task/control': 'load_late_stop_cpus(), load_cpus_stopped(), multi_cpu_stop()',
    'task/primary': 'load_cpus_stopped()',
    'task/secondary': 'load_cpus_stopped()',
    'nmi/control': 'microcode_nmi_handler(), load_primary()',
    'nmi/primary': 'microcode_nmi_handler(), load_primary()',
    'nmi/secondary': 'microcode_nmi_handler(), load_secondary()',
    'nmi/offline': 'microcode_offline_nmi_handler()',
  },
  'stop-machine-nmi': {
    'task/control': 'multi_cpu_stop(), as the proposal has it; stop_machine_cpuslocked()',
    'task/other target': 'multi_cpu_stop(), MULTI_STOP_RUN, as the proposal has it',
    'task/bystander': 'multi_cpu_stop()',
    'nmi/online': 'the hook that the proposal puts into exc_nmi()',
  },
  xen: {
    'task/control': 'control_thread_fn()',
    'task/primary': 'primary_thread_fn()',
    'task/secondary': 'secondary_thread_fn()',
    'task/offline': 'play_dead()',
    'nmi/control': 'microcode_nmi_callback()',
    'nmi/primary': 'microcode_nmi_callback(), primary_thread_work()',
    'nmi/secondary': 'microcode_nmi_callback(), secondary_nmi_work()',
    'nmi/offline': 'do_nmi()',
    'nmi/online': 'do_nmi()',
  },
  'all-nmi': {
    'task/control': 'lkml, Aug 13-14 2022; no code was posted',
    'task/others': 'lkml, Aug 13-14 2022; no code was posted',
    'nmi/control': 'lkml, Aug 13-14 2022; no code was posted',
    'nmi/primary': 'lkml, Aug 13-14 2022; no code was posted',
    'nmi/secondary': 'lkml, Aug 13-14 2022; no code was posted',
  },
  'init-sibling': {
    'task/loader': 'lkml, Aug 2022, third alternative; no code was posted',
    'task/secondary': 'SDM vol. 3, MP initialization',
  },
  'hot-add': {
    'task/os': 'do_boot_cpu(), wakeup_secondary_cpu_via_init()',
    'task/added': 'SDM vol. 3, MP initialization; kvm_apic_accept_events()',
  },
  'smm-rendezvous': {
    'smm/every': 'SmiRendezvous(), BSPHandler(), APHandler()',
  },
  'nested-nmi': {
    'task/every': 'asm_exc_nmi',
  },
};

/** What protocols share: by `context/role`, or by the context alone. */
const SHARED: Readonly<Record<string, string>> = {
  'task/offline': 'mwait_play_dead(), hlt_play_dead()',
  nmi: 'exc_nmi()',
  'nested nmi': 'asm_exc_nmi',
  'machine check': 'SDM vol. 3, machine-check architecture',
  smm: 'SDM vol. 3, system management mode',
  bus: 'the arrival of an SMI',
};

/** Where the program of a role in a context is from; null when nobody has said. */
export const originOf = (protocol: string, context: string, who: string): string | null =>
  OWN[protocol]?.[`${context}/${who}`] ?? SHARED[`${context}/${who}`] ?? SHARED[context] ?? null;

/** Every program that is named as a protocol's own. */
export const ownOrigins = (protocol: string): readonly string[] => Object.keys(OWN[protocol] ?? {});
