import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's `data` folder: two levels above this module, in the sources, in `dist/` and in the bundles alike. */
const DATA = join(import.meta.dirname, '..', '..', 'data');

/** The text of a table that is shipped with the package, by its path under `data/`. */
export const readDataFile = (name: string): string => readFileSync(join(DATA, name), 'utf8');
