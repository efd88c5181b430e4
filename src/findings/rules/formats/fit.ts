import { defineRules } from '../../rule.ts';

const FIT = 'Intel "Firmware Interface Table BIOS Specification"';

/** The table in a firmware image that names the updates the CPU loads before the first instruction. */
export const FIT_RULES = defineRules({
  'fit/table': {
    severity: 'note',
    title: 'firmware interface table',
    says: 'a table of {count} rows references {updates} updates; {empty} of its slots are empty',
    advice: 'Nothing to do.',
    consumers: { cpu: 'loads the update that fits before the reset vector' },
    source: FIT,
  },
  'fit/truncated': {
    severity: 'warning',
    title: 'table leads out of the image',
    says: 'the table needs {expected} bytes, {found} are left',
    advice: 'Get the whole image.',
    consumers: {},
    source: FIT,
  },
  'fit/checksum': {
    severity: 'warning',
    title: 'checksum of the table is wrong',
    says: 'the table sums to {found} modulo 256, expected {expected}',
    advice: 'The CPU ignores such a table.',
    consumers: { cpu: 'ignores the table' },
    source: FIT,
  },
  'fit/order': {
    severity: 'warning',
    title: 'rows of the table are out of order',
    says: 'row {row} has type {found} after {expected}',
    advice: 'The specification asks for ascending types.',
    consumers: {},
    source: FIT,
  },
  'fit/referenced': {
    severity: 'note',
    title: 'update that the table references',
    says: 'row {row} references the update at byte {slot}',
    advice: 'Nothing to do.',
    consumers: { cpu: 'loads it at reset when it is for this CPU' },
    source: FIT,
  },
  'fit/empty-slot': {
    severity: 'note',
    title: 'slot without an update',
    says: 'row {row} references an empty slot at byte {slot}',
    advice: 'Nothing to do: room for a later update.',
    consumers: { cpu: 'passes over it' },
    source: FIT,
  },
  'fit/dangling': {
    severity: 'warning',
    title: 'row references no update',
    says: 'row {row} references {address}, where no whole update is',
    advice: 'The image may be damaged, or the update may lie outside of it.',
    consumers: { cpu: 'passes over it' },
    source: FIT,
  },
  'fit/orphan': {
    severity: 'note',
    title: 'update that the table does not reference',
    says: 'the update at byte {slot} is not referenced',
    advice: 'Nothing to do: the firmware may load it by itself later.',
    consumers: { cpu: 'does not load it at reset' },
    source: FIT,
  },
});
