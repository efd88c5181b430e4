import { defineRules } from '../../rule.ts';

/** Archives and compressed files that microcode travels in. */
export const ARCHIVE_RULES = defineRules({
  'archive/truncated': {
    severity: 'error',
    title: 'archive is cut off',
    says: '{what} needs {expected} bytes, {found} are left',
    advice: 'Get the whole file again.',
    consumers: {},
    source: 'the sizes that the archive itself states',
  },
  'archive/damaged': {
    severity: 'error',
    title: 'archive is damaged',
    says: '{what} is damaged: {reason}',
    advice: 'Get the file again; what was read before the damage is shown.',
    consumers: {},
    source: 'the structure and checksums of the format',
  },
  'archive/unverified': {
    severity: 'note',
    title: 'checksum of the compression not verified',
    says: 'the {what} checksum was not verified: {reason}',
    advice: 'Run a newer Node.js to have it verified; the checksums of the microcode itself are, in any case.',
    consumers: {},
    source: 'measured: fzstd 0.1.1 returns a flipped byte as good data; Node.js verifies from 22.15 and 23.8 on',
  },
  'archive/parent-name': {
    severity: 'warning',
    title: 'member names lead out of the archive',
    says: '{count} member names lead upwards, the first is {first}',
    advice: 'Do not unpack the archive with tools that trust names; here no name becomes a path.',
    consumers: {},
    source: 'the ".." components of the names',
  },
  'archive/absolute-name': {
    severity: 'warning',
    title: 'member names are absolute',
    says: '{count} member names are absolute, the first is {first}',
    advice: 'Do not unpack the archive with tools that trust names; here no name becomes a path.',
    consumers: {},
    source: 'the leading "/" of the names',
  },
  'archive/link': {
    severity: 'note',
    title: 'links are not followed',
    says: '{count} links are not followed, the first is {first}',
    advice: 'Nothing to do: what they point to is read under its own name if it is in the archive.',
    consumers: {},
    source: 'member types of the archive',
  },
  'archive/special-file': {
    severity: 'note',
    title: 'devices and pipes are passed over',
    says: '{count} devices or pipes are passed over, the first is {first}',
    advice: 'Nothing to do: they hold no bytes.',
    consumers: {},
    source: 'member types of the archive',
  },
});
