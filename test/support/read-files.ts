import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Collected, collectUpdates } from '../../src/bundle/collect.ts';
import { type Opened } from '../../src/inputs/blob.ts';
import { isBlobKind } from '../../src/inputs/blob.ts';
import { detectNamed } from '../../src/inputs/detect.ts';
import { fileOrigin } from '../../src/inputs/origin.ts';

async function* opened(files: readonly (readonly [path: string, bytes: Uint8Array])[]): AsyncGenerator<Opened> {
  for (const [path, bytes] of files) {
    const kind = detectNamed(bytes, path);
    if (!isBlobKind(kind)) throw new RangeError(`${path} holds no microcode`);
    yield { kind: 'blob', blob: { kind, origin: fileOrigin(path), bytes } };
  }
}

/** What files hold, by path, without a file system. */
export const readFiles = (files: Readonly<Record<string, Uint8Array>>): Promise<Collected> =>
  collectUpdates(opened(Object.entries(files)));

/** The files of a folder by path, in the order of their names. */
export const filesIn = (folder: string): Readonly<Record<string, Uint8Array>> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [join(folder, name), readFileSync(join(folder, name))]),
  );
