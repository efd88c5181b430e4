import { Failure } from '../findings/failure.ts';
import { readOneFile } from './one-file.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of the file at `path`; `-` is standard input.
 * @throws Failure when it cannot be read or is no UTF-8
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readOneFile(path);
  try {
    return decoder.decode(bytes);
  } catch {
    const advice = 'Save the file as UTF-8.';
    throw new Failure({ kind: 'usage', code: 'usage/encoding', where: path, message: 'is no UTF-8 text', advice });
  }
}
