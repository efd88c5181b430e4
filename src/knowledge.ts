import { amdEntries, intelEntries, viaEntries } from './cpu/catalogue.ts';
import { intelNames } from './cpu/intel.ts';
import { readDataFile } from './io/data-file.ts';
import type { Knowledge } from './report/updates/show.ts';

/**
 * The tables shipped with the package: known updates of public releases and collections, with their provenance in data/README.md, and the names of
 * Intel's CPUs. Reads about 230 kB from the package's folder at every call.
 * @throws Error of the file system when the package is not whole
 */
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
