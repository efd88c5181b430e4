/** Every protocol by the name that users type: the descriptions themselves, and the releases and proposals that are one choice away. */
import { ALL_NMI } from './all-nmi.ts';
import { HOT_ADD } from './hot-add.ts';
import { INIT_SIBLING } from './init-sibling.ts';
import { LINUX_IPI } from './linux-ipi.ts';
import { LINUX_NMI } from './linux-nmi.ts';
import { LINUX_STOP_MACHINE } from './linux-stop-machine.ts';
import { NESTED_NMI } from './nested-nmi.ts';
import type { Choices, Protocol } from './protocol.ts';
import type { Setting } from './setting.ts';
import { SMM_RENDEZVOUS } from './smm-rendezvous.ts';
import { STOP_MACHINE_NMI } from './stop-machine-nmi.ts';
import { XEN } from './xen.ts';

/** A protocol by the name that users type. Several entries may be variants of one protocol. */
export interface Entry {
  /** `linux-5.5` */
  readonly id: string;
  /** A line on what it is. */
  readonly title: string;
  /** The description, with its source (releases, commits, list threads) and its choices. */
  readonly protocol: Protocol;
  /** What differs from the first value of each choice. */
  readonly chosen: Readonly<Record<string, string>>;
  /** What differs from the usual machine. */
  readonly setting: Partial<Setting>;
}

const entry = <C extends Choices>(
  id: string,
  title: string,
  protocol: Protocol<C>,
  chosen: { readonly [K in keyof C]?: C[K]['values'][number] } = {},
  setting: Partial<Setting> = {},
): Entry => ({ id, title, protocol, chosen: chosen as Readonly<Record<string, string>>, setting });

const AMD = { vendor: 'amd' } as const;

/**
 * Every protocol that is modelled: late loading in Linux and Xen, what was proposed on the mailing lists, and what it has to live
 * with (hot-added CPUs, SMM, nested NMIs). Each names its source; docs/late-load-verdicts.md has the verdicts.
 */
export const PROTOCOLS: readonly Entry[] = [
  entry('linux-4.15', LINUX_IPI.title, LINUX_IPI),
  entry('linux-4.16', 'Linux 4.16 to 5.4: in stop_machine, one CPU after another', LINUX_STOP_MACHINE, {
    loading: 'serial',
  }),
  entry('linux-5.5', 'Linux 5.5 to 6.6: in stop_machine, all cores in parallel', LINUX_STOP_MACHINE),
  entry('hold-aug-2022-posted', 'Aug 13 2022: NMI handlers hold siblings, the loop as posted', LINUX_STOP_MACHINE, {
    siblings: 'held lazily as posted',
  }),
  entry('hold-aug-2022', 'Aug 13 2022: NMI handlers hold siblings, the loop corrected', LINUX_STOP_MACHINE, {
    siblings: 'held lazily',
  }),
  entry('hold-nov-2022', 'Nov 3 2022: siblings wait in an NMI they send themselves', LINUX_STOP_MACHINE, {
    siblings: 'in their NMI',
  }),
  entry('linux-6.7-nmi', LINUX_NMI.title, LINUX_NMI),
  entry('linux-6.7-late-nmi', 'Linux 6.7 where a self-NMI may come after the stopper has returned', LINUX_NMI, {
    selfNmi: 'late',
  }),
  entry(
    'linux-6.7-amd',
    'Linux 6.7 on AMD: in stop_machine, every thread writes',
    LINUX_NMI,
    { context: 'stop-machine' },
    AMD,
  ),
  entry('stop-machine-nmi-rfc', 'stop_machine_nmi(), RFC and version 1', STOP_MACHINE_NMI, {
    result: 'read at once',
    gate: 'key and flag',
    errors: 'last',
  }),
  entry('stop-machine-nmi', 'stop_machine_nmi(), version 2', STOP_MACHINE_NMI),
  entry('stop-machine-nmi-loader', 'stop_machine_nmi(), version 2, as the loader', LINUX_NMI, {
    facility: 'stop_machine_nmi',
  }),
  entry('xen', XEN.title, XEN),
  entry('xen-no-nmi', 'Xen with ucode=no-nmi: primaries load outside NMI context', XEN, { mode: 'no-nmi' }),
  entry('xen-amd', 'Xen on AMD: every thread is a primary', XEN, {}, AMD),
  entry('all-nmi', 'Everything inside NMI handlers, control outside its own', ALL_NMI, { control: 'outside' }),
  entry('all-nmi-control-in', 'Everything inside NMI handlers, control as well', ALL_NMI),
  entry('stop-machine-self-nmi', 'Lutomirski: stop_machine first, then everything inside self-NMIs', ALL_NMI, {
    summons: 'self-NMI in stop_machine',
  }),
  entry('nmi-private-gate', 'Lutomirski: a private IDT entry, restored inside the handler', ALL_NMI, {
    gate: 'private entry',
  }),
  entry('init-sibling', INIT_SIBLING.title, INIT_SIBLING),
  entry('hot-add', HOT_ADD.title, HOT_ADD),
  entry('smm-rendezvous', SMM_RENDEZVOUS.title, SMM_RENDEZVOUS),
  entry('nested-nmi', NESTED_NMI.title, NESTED_NMI),
];

/** The protocol with that id (`ucodekit sim list`), or undefined when there is none. Never throws. */
export const protocolOf = (id: string): Entry | undefined => PROTOCOLS.find((entry) => entry.id === id);
