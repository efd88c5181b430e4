import { defineRules } from '../../rule.ts';

/** What a search of unknown bytes meets besides whole updates. */
export const SCAN_RULES = defineRules({
  'scan/truncated': {
    severity: 'warning',
    title: 'update is cut off by the end of the bytes',
    says: 'the {what} needs {expected} bytes, {found} are left',
    advice: 'Get the whole image; the part that is there cannot be used.',
    consumers: {},
    source: 'the size in the header that was found',
  },
  'scan/damaged': {
    severity: 'warning',
    title: 'header without a whole update after it',
    says: 'the {what} of {size} bytes is damaged: {reason}',
    advice: 'Often the rest of an update that was overwritten by another; it cannot be used.',
    consumers: {},
    source: 'checksums and revision copies of the formats',
  },
  'scan/overlap': {
    severity: 'warning',
    title: 'update inside another',
    says: 'the {what} of {size} bytes starts inside the update at byte {outer} and is left out',
    advice: 'Cut the image in front of it and search again if it is the one that is meant.',
    consumers: {},
    source: 'genuine updates do not overlap',
  },
  'scan/crowded': {
    severity: 'warning',
    title: 'headers crowd each other',
    says: '{count} more headers of Intel updates, each with another inside the bytes that it claims, were not looked at',
    advice: 'Somebody made the bytes look like updates; no genuine update holds the header of another.',
    consumers: {},
    source: 'measured: 540 published updates hold no header in their data',
  },
});
