import { amdEntries, intelEntries, viaEntries } from '../cpu/catalogue.ts';
import { intelNames } from '../cpu/intel.ts';
import { readDataFile } from '../io/data-file.ts';
import type { Knowledge } from '../report/show.ts';

/** The tables shipped with the package. */
export const shippedKnowledge = (): Knowledge => ({
  catalogue: {
    entries: [
      ...intelEntries(readDataFile('catalogue/intel.tsv')),
      ...amdEntries(readDataFile('catalogue/amd.tsv')),
      ...viaEntries(readDataFile('catalogue/via.tsv')),
    ],
  },
  intelNames: intelNames(readDataFile('intel-names.tsv')),
});
