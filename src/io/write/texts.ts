import { dirname, join, normalize } from 'node:path';
import { Failure } from '../../findings/failure.ts';
import { errnoWords } from '../errno.ts';
import { makeFolder } from './make-folder.ts';
import { writeAtomically } from './atomic.ts';

/**
 * Writes texts under their names below `folder`, each all or nothing; missing folders are made. A name never leads out of the folder.
 * @throws Failure of kind `output`
 */
export function writeBelow(folder: string, files: readonly { readonly name: string; readonly text: string }[]): void {
  for (const { name, text } of files) {
    const path = join(folder, normalize(`/${name}`));
    try {
      makeFolder(dirname(path));
    } catch (error) {
      const advice = 'Name another folder.';
      const message = `cannot be made: ${errnoWords(error)}`;
      throw new Failure({ kind: 'output', code: 'output/folder', where: dirname(path), message, advice });
    }
    writeAtomically(path, [Buffer.from(text)]);
  }
}
