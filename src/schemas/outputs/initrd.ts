/** Documents about early images and initrds. */
import {
  choice,
  count,
  documentSchema,
  flag,
  type JsonSchema,
  listOf,
  matching,
  members,
  orNull,
  text,
} from '../schema.ts';
import { EFI_IMAGE, FAILURE, FINDINGS, LOADER_VENDOR, PLACED_FILES, TEXTS, UPDATES, WRITTEN } from './common.ts';

const SEGMENT_KIND = choice(['archive', 'zeros', 'compressed', 'unknown']);

/** What an initrd lost and kept when microcode was put into it. */
const DROPPED = listOf(members({ name: text(), offset: count('byte offset'), size: count('bytes') }));
const KEPT = listOf(
  members({
    vendor: choice(['amd', 'intel']),
    path: text(),
    offset: count('byte offset'),
    size: count('bytes'),
    updates: count('updates in it'),
  }),
);

export const INITRD_BUILD = documentSchema(
  'initrd-build',
  'An early image written',
  {
    missing: listOf(text(), 'CPUs under --require that no update is for'),
    written: WRITTEN,
    layout: choice(['standard', 'iucode-tool', 'iucode-tool-mini']),
    base: orNull(text('initrd that the image stands in front of')),
    size: count('bytes'),
    mtime: count('seconds since 1970 that every member carries'),
    files: PLACED_FILES,
    kept: KEPT,
    dropped: DROPPED,
    updates: UPDATES,
  },
  2,
);

const SEGMENTS = listOf(
  members({
    kind: SEGMENT_KIND,
    alignment: count(),
    start: count('byte offset'),
    end: count('byte offset, exclusive'),
    format: orNull(text('compression, or old archive format')),
    early: flag('an archive of nothing but files for early loaders'),
    memberCount: count(),
    members: listOf(
      members({
        name: text(),
        mode: matching('^[0-7]{6,}$', 'st_mode, octal'),
        header: count('byte offset'),
        data: count('byte offset'),
        size: count('bytes'),
        misalignment: count('data offset modulo 16'),
      }),
    ),
  }),
);

const UNPACKING: JsonSchema = {
  anyOf: [
    members({ verdict: choice(['complete']) }),
    members({ verdict: choice(['stops']), error: text(), offset: count('byte offset') }),
    members({ verdict: choice(['unknown']), offset: count('byte offset of compressed data'), why: text() }),
  ],
};

const INSPECTED = members({
  path: text('as named on the command line, or as found in a folder; - for standard input'),
  verdict: members({
    worst: orNull(choice(['error', 'warning'])),
    says: listOf(text(), 'a line of what is found and unpacked, and one of what is wrong, if anything is'),
  }),
  efi: orNull(EFI_IMAGE),
  size: count('bytes'),
  segments: SEGMENTS,
  expanded: orNull(
    listOf(
      members({
        start: count('byte offset'),
        end: count('byte offset, exclusive'),
        size: count('bytes when expanded'),
        whole: flag('all of it could be expanded'),
        segments: SEGMENTS,
      }),
    ),
  ),
  unpacking: UNPACKING,
  lookups: listOf(
    members({
      vendor: LOADER_VENDOR,
      loader: text('a kind of loader, by its releases'),
      supported: orNull(text('releases of it that get security fixes')),
      verdict: text(),
      offset: orNull(count('byte offset')),
      size: orNull(count('bytes')),
      why: orNull(text()),
    }),
  ),
  vendorMembers: listOf(
    members({
      vendor: LOADER_VENDOR,
      name: text(),
      nameForm: text(),
      nameNuls: count(),
      mode: count(),
      regular: flag(),
      nlink: count(),
      headerOffset: count(),
      offset: count(),
      size: count(),
      misalignment: count(),
      archiveStart: count(),
      hasParents: flag(),
      foundBy: TEXTS,
    }),
  ),
  updates: UPDATES,
  findings: FINDINGS,
});

export const INITRD_INSPECT = documentSchema(
  'initrd-inspect',
  'Initrds taken apart',
  { initrds: listOf(INSPECTED), failures: listOf(FAILURE, 'what was given and could not be looked at') },
  3,
);

export const INITRD_EXTRACT = documentSchema('initrd-extract', 'Members of an initrd written to a folder', {
  path: text(),
  folder: text(),
  files: listOf(members({ path: text(), name: text(), size: count('bytes') })),
  skipped: listOf(
    members({ name: text(), reason: choice(['link', 'device', 'unsafe-name', 'in-the-way', 'cut-off']) }),
  ),
  findings: FINDINGS,
});

const EXTENTS = listOf(
  members({
    kind: SEGMENT_KIND,
    start: count('byte offset'),
    end: count('byte offset, exclusive'),
    compression: orNull(text()),
    memberCount: count(),
  }),
);

export const INITRD_SPLICE = documentSchema(
  'initrd-splice',
  'Microcode of an initrd replaced',
  {
    path: text(),
    outcome: choice(['written', 'unchanged', 'planned']),
    missing: listOf(text(), 'CPUs under --require that no update is for'),
    attributes: orNull(choice(['all', 'mode-and-owner'])),
    oldSize: count('bytes'),
    newSize: count('bytes'),
    before: EXTENTS,
    after: EXTENTS,
    dropped: DROPPED,
    kept: KEPT,
    files: PLACED_FILES,
    updates: UPDATES,
  },
  2,
);
