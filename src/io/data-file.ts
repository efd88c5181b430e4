import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's root: two levels above this module, in the sources, in `dist/` and in the bundles alike. */
const PACKAGE = join(import.meta.dirname, '..', '..');

/** The text of a table that is shipped with the package, by its path under `data/`. */
export const readDataFile = (name: string): string => readFileSync(join(PACKAGE, 'data', name), 'utf8');

/** The text of a file that the build has made for `/usr/share`, by its path there. */
export const readShareFile = (name: string): string => readFileSync(join(PACKAGE, 'share', name), 'utf8');

/** Path of a compiled module, for what runs on a thread of its own. */
export const builtModule = (name: string): string => join(PACKAGE, 'dist', name);
