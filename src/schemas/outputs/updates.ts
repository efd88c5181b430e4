/** Documents about updates and collections of them. */
import {
  choice,
  count,
  DATE,
  documentSchema,
  flag,
  HEX32,
  listOf,
  MASK,
  matching,
  members,
  orNull,
  text,
  TREE,
} from '../schema.ts';
import {
  EFI_IMAGE,
  FINDING_MEMBERS,
  FINDINGS,
  LOADER_VENDOR,
  ORIGIN,
  SEVERITY,
  TEXTS,
  UPDATE_MEMBERS,
  UPDATES,
  VENDOR,
  WRITTEN,
} from './common.ts';

const SHA256 = matching('^[0-9a-f]{64}$');
const CPU_NAME = matching('^[0-9a-f]{2}-[0-9a-f]{2}-[0-9a-f]{2}$', 'family, model and stepping');

export const INSPECT = documentSchema('inspect', 'Updates found', { updates: UPDATES, findings: FINDINGS }, 2);

export const SHOW = documentSchema(
  'show',
  'Everything known of each update',
  {
    updates: listOf(
      members({
        ...UPDATE_MEMBERS,
        sha256: SHA256,
        contentId: SHA256,
        catalogue: members({
          listed: flag(),
          verdicts: listOf(members({ signature: HEX32, platformMask: orNull(MASK), verdict: text() })),
        }),
        details: TREE,
      }),
    ),
    findings: FINDINGS,
  },
  2,
);

export const VERIFY = documentSchema('verify', 'Verdict on a collection', {
  passed: flag('no finding reaches failOn'),
  failOn: SEVERITY,
  updates: count('updates read'),
  counts: members({ error: count(), warning: count(), note: count() }),
  findings: FINDINGS,
  suppressed: listOf(members({ ...FINDING_MEMBERS, reason: text(), until: matching('^[0-9]{4}-[0-9]{2}-[0-9]{2}$') })),
});

const SIDE = orNull(
  members({ platformMask: orNull(MASK), revision: HEX32, date: DATE, size: count('bytes'), files: TEXTS }),
);

export const DIFF = documentSchema('diff', 'Differences between two collections', {
  changes: listOf(
    members({
      change: choice(['new', 'updated', 'downgraded', 'rewritten', 're-masked', 'renamed', 'removed']),
      vendor: VENDOR,
      signature: HEX32,
      cpu: CPU_NAME,
      before: SIDE,
      after: SIDE,
    }),
  ),
});

export const HOST = documentSchema(
  'host',
  'CPUs of a machine',
  {
    guest: flag('a hypervisor runs below'),
    mixed: flag('CPUs differ in model, platform or running revision'),
    groups: listOf(
      members({
        cpus: text('numbers, as in 0-3,8'),
        count: count(),
        vendorId: text(),
        name: orNull(text()),
        signature: HEX32,
        cpu: CPU_NAME,
        platformMask: orNull(MASK),
        revision: orNull(HEX32),
        revisionFrom: orNull(choice(['sysfs', 'cpuinfo', 'msr'])),
        newestKnown: orNull(members({ revision: HEX32, date: DATE })),
        available: orNull(
          members({
            state: orNull(choice(['newer', 'running', 'older', 'other-side'])),
            revision: HEX32,
            date: DATE,
            origin: ORIGIN,
            lateSafe: flag(),
            reason: text(),
          }),
        ),
      }),
    ),
  },
  2,
);

export const EXTRACT = documentSchema(
  'extract',
  'Files taken out of a collection',
  {
    written: WRITTEN,
    layout: choice(['kernel', 'named', 'collection', 'raw']),
    files: listOf(members({ path: text(), size: count('bytes'), updates: UPDATES })),
    findings: FINDINGS,
  },
  2,
);

export const PACK = documentSchema(
  'pack',
  'A vendor file made of updates',
  {
    written: WRITTEN,
    format: choice(['intel', 'amd']),
    size: count('bytes'),
    updates: UPDATES,
  },
  2,
);

const REASON = members({ code: text(), says: text() });

export const EXPLAIN = documentSchema(
  'explain',
  'What loaders make of a file or folder',
  {
    path: text(),
    input: choice(['image', 'blob', 'folder', 'efi']),
    efi: orNull(EFI_IMAGE),
    cpus: listOf(
      members({
        vendor: LOADER_VENDOR,
        signature: HEX32,
        platformMask: orNull(MASK),
        running: matching('^0x[0-9a-f]{8}$', '0x00000000: it runs none'),
        loaders: listOf(
          members({
            loader: text(),
            answeredAs: text(),
            notes: listOf(text()),
            otherPoints: listOf(members({ first: text(), last: text(), revision: orNull(HEX32), reason: REASON })),
            source: orNull(members({ path: orNull(text()), offset: count(), size: count() })),
            section: orNull(text('of the EFI image, in which the source stands')),
            chosen: orNull(members({ offset: count(), size: count(), revision: HEX32, sha256: SHA256 })),
            reason: REASON,
            candidates: listOf(members({ offset: count(), size: count(), revision: HEX32, verdict: REASON })),
            others: count('updates for other CPUs'),
          }),
        ),
      }),
    ),
  },
  2,
);

export const SCHEMAS_LIST = documentSchema('schemas', 'Schemas that there are', {
  schemas: listOf(members({ name: text(), id: text(), title: text() })),
});

export const RULES_LIST = documentSchema('rules', 'Rules of verify', {
  rules: listOf(
    members({
      id: text(),
      severity: SEVERITY,
      title: text(),
      says: text(),
      advice: text(),
      consumers: TEXTS,
      source: text(),
    }),
  ),
});

export const COMPLETION = documentSchema('completion', 'Completion script of a shell', {
  shell: choice(['bash', 'fish', 'zsh']),
  script: text(),
});
