import { LINUX_CPU_MESSAGES } from './linux-cpu.ts';
import { LINUX_EARLY_MESSAGES } from './linux-early.ts';
import { LINUX_LATE_MESSAGES } from './linux-late.ts';
import type { KnownMessage } from './message.ts';
import { XEN_MESSAGES } from './xen.ts';

const LINUX: readonly KnownMessage[] = [...LINUX_EARLY_MESSAGES, ...LINUX_LATE_MESSAGES, ...LINUX_CPU_MESSAGES];

/** Every message in the order in which they are tried: the spellings that both use are Xen's only where the line says `(XEN)`. */
export const KNOWN_MESSAGES: readonly KnownMessage[] = [...LINUX, ...XEN_MESSAGES];
export const KNOWN_MESSAGES_OF_XEN: readonly KnownMessage[] = [...XEN_MESSAGES, ...LINUX];
