/** Documents about Xen: stanzas, configurations, late loads. */
import { choice, count, documentSchema, flag, HEX32, listOf, MASK, members, orNull, text, TREE } from '../schema.ts';
import { FINDINGS, LOADER_VENDOR, TEXTS } from './common.ts';

export const XEN_STANZA = documentSchema('xen-stanza', 'A boot entry that gives Xen microcode', {
  release: text(),
  bootLoader: text(),
  way: choice(['index', 'scan', 'efi']),
  option: orNull(text()),
  reasons: TEXTS,
  files: listOf(members({ name: text(), text: text() })),
});

const CPUS = orNull(choice(['all', 'boot', 'others']));

export const XEN_CHECK = documentSchema('xen-check', 'Boot entries checked', {
  path: text(),
  release: text(),
  bootLoader: orNull(text()),
  entries: listOf(
    members({
      title: text(),
      hypervisor: text(),
      xenLine: text(),
      option: TREE,
      modules: listOf(members({ path: text(), size: orNull(count('bytes')), roles: TEXTS })),
      outcomes: listOf(
        members({
          vendor: LOADER_VENDOR,
          dom0Initrd: orNull(count()),
          xsmPolicy: orNull(count()),
          microcode: listOf(TREE),
          messages: TEXTS,
        }),
      ),
      predictions: listOf(
        members({
          signature: HEX32,
          platformMask: MASK,
          running: HEX32,
          cpus: CPUS,
          path: orNull(text()),
          revision: orNull(HEX32),
          says: text(),
          console: TEXTS,
        }),
      ),
    }),
  ),
  findings: FINDINGS,
});

export const XEN_LATE = documentSchema('xen-late', 'A late load under Xen', {
  release: text(),
  command: orNull(TEXTS),
  platformOperation: { enum: [35, 66] },
  force: flag(),
  cpus: listOf(
    members({
      signature: HEX32,
      platformMask: MASK,
      running: HEX32,
      revision: orNull(HEX32),
      says: text(),
      error: orNull(text()),
    }),
  ),
  errors: { type: 'object', additionalProperties: text() },
  notes: TEXTS,
});
