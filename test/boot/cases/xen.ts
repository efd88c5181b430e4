import { XEN_BYTE_CASES } from './xen-bytes.ts';
import type { XenCase } from './xen-case.ts';
import { XEN_MODULE_CASES } from './xen-modules.ts';

export const XEN_CASES: readonly XenCase[] = [...XEN_MODULE_CASES, ...XEN_BYTE_CASES];
