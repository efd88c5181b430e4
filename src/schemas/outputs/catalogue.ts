/** Documents about the catalogue of known updates. */
import { count, DATE, documentSchema, flag, HEX32, listOf, MASK, members, orNull, text } from '../schema.ts';
import { FINDINGS, TEXTS, VENDOR } from './common.ts';

export const CATALOGUE_SEARCH = documentSchema(
  'catalogue-search',
  'Updates known for a CPU',
  {
    signature: HEX32,
    platformMask: orNull(MASK),
    names: TEXTS,
    updates: listOf(
      members({
        vendor: VENDOR,
        signature: HEX32,
        platformMask: orNull(MASK),
        revision: HEX32,
        date: DATE,
        size: orNull(count('bytes')),
        minimumRevision: orNull(HEX32),
        sha256: orNull(text()),
        newest: flag('nothing newer is known for any of these platforms; of AMD on this side of EntrySign'),
        flawedBiosOnly: flag('the newest for a BIOS with the EntrySign flaw; a newer one is for a fixed BIOS'),
      }),
    ),
  },
  2,
);

export const CATALOGUE_NAMES = documentSchema('catalogue-names', 'CPUs found by code name', {
  name: text('as it was given'),
  cpus: listOf(
    members({
      vendor: VENDOR,
      cpu: text('family, model and stepping, 06-8f-08'),
      signature: HEX32,
      platformMask: orNull(MASK),
      names: TEXTS,
      revision: HEX32,
    }),
  ),
});

const VENDORS = listOf(
  members({
    vendor: VENDOR,
    entries: count('rows'),
    contents: count('distinct contents'),
    signatures: count(),
    oldest: orNull(DATE),
    newest: orNull(DATE),
  }),
);

export const CATALOGUE_INFO = documentSchema('catalogue-info', 'Extent of the catalogue', { vendors: VENDORS });

export const CATALOGUE_BUILD = documentSchema('catalogue-build', 'A catalogue made from folders', {
  written: text('folder'),
  vendors: VENDORS,
  findings: FINDINGS,
});
