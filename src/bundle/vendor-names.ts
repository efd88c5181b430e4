import type { Update } from './collect.ts';

/** Vendors as people write them. */
export const VENDOR_NAMES: Readonly<Record<Update['vendor'], string>> = { intel: 'Intel', amd: 'AMD', via: 'VIA' };
