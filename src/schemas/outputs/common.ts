/** Parts that several documents share. */
import { choice, count, DATE, flag, HEX32, type JsonSchema, listOf, MASK, members, orNull, text } from '../schema.ts';

export const VENDOR = choice(['intel', 'amd', 'via']);
/** Vendors whose CPUs Linux and Xen load microcode on. */
export const LOADER_VENDOR = choice(['intel', 'amd']);
export const SEVERITY = choice(['error', 'warning', 'note']);
export const TEXTS = listOf(text());

export const ORIGIN = members(
  {
    path: text('as named on the command line, or as found in a folder; - for standard input'),
    members: listOf(text(), 'members passed through, outermost first'),
    offset: count('byte offset in the innermost member, or in the file'),
  },
  'where something was found',
);

/** Members of a row that stands for an update. */
export const UPDATE_MEMBERS: Readonly<Record<string, JsonSchema>> = {
  vendor: VENDOR,
  origin: ORIGIN,
  signature: orNull(HEX32),
  platformMask: orNull(MASK),
  revision: HEX32,
  date: DATE,
  dateValid: flag(),
  size: count('bytes'),
  minimumRevision: orNull(HEX32),
  serves: listOf(members({ signature: HEX32, platformMask: orNull(MASK) }), 'CPUs, each once'),
  intact: flag('no finding of severity error'),
};

export const UPDATES = listOf(members(UPDATE_MEMBERS));

/** Members of a row that stands for a finding. */
export const FINDING_MEMBERS: Readonly<Record<string, JsonSchema>> = {
  rule: text('id, see docs/rules.md'),
  severity: SEVERITY,
  message: text(),
  origin: ORIGIN,
  field: orNull(text()),
  expected: orNull(text()),
  found: orNull(text()),
};

export const FINDINGS = listOf(members(FINDING_MEMBERS));

/** Why something could not be done. */
export const FAILURE = members({
  kind: choice(['unmatched', 'usage', 'input', 'output', 'interrupted']),
  code: text('stable identifier, topic/name'),
  message: text(),
  'where?': text('path, option or member that it is about'),
  'because?': TEXTS,
  advice: text(),
});

/** A path that was written, or null when nothing was. */
export const WRITTEN = orNull(text('null under --dry-run'));

export const PLACED_FILES = listOf(members({ path: text(), offset: count('byte offset'), size: count('bytes') }));

/** The EFI image that an initrd or a module was taken from. */
export const EFI_IMAGE = members({
  kind: choice(['uki', 'addon', 'xen', 'kernel', 'other']),
  what: text(),
  release: orNull(text('of the kernel or hypervisor inside')),
  stub: orNull(text('version of systemd-stub')),
  parts: listOf(
    members({
      section: choice(['.ucode', '.initrd']),
      offset: count('byte offset in the image'),
      size: count('bytes'),
      at: count('byte offset in the initrd'),
    }),
    'sections that the initrd consists of',
  ),
});
