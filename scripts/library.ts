/**
 * Builds dist/library: what `import 'ucodekit'` loads, with every package it uses inside, in pieces that are loaded when they are needed;
 * beside it the program of a search's second thread. Type declarations are the compiler's.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Packages in CommonJS ask for Node's own modules by `require`, which a module of the other kind has to be given. */
const REQUIRE = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

/** `root` is the project's. @returns the files that went in, from there */
export async function bundleLibrary(root: string): Promise<readonly string[]> {
  const outdir = join(root, 'dist', 'library');
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: {
      index: join(root, 'src', 'index.ts'),
      partner: join(root, 'src', 'sim', 'engine', 'search', 'partner.ts'),
    },
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: REQUIRE },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: root,
  });
  return Object.keys(metafile.inputs);
}
