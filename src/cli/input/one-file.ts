import { Failure } from '../../findings/failure.ts';
import { readFile, type ReadResult, readStream } from '../../io/read/read.ts';

/** The largest single file that a command holds in memory. */
const LIMIT = 4 * 1024 * 1024 * 1024;

/**
 * The bytes of the one file a command is about; `-` is standard input.
 * @throws Failure when it cannot be read
 */
export async function readOneFile(path: string): Promise<Uint8Array> {
  const result = path === '-' ? await readStream(process.stdin, LIMIT) : readFile(path, LIMIT);
  if (result.kind === 'bytes') return result.bytes;
  throw new Failure({
    kind: 'input',
    code: 'input/unreadable',
    where: path,
    ...said(result),
  });
}

function said(result: Exclude<ReadResult, { kind: 'bytes' }>): { readonly message: string; readonly advice: string } {
  switch (result.kind) {
    case 'folder':
      return { message: 'is a folder, expected a file', advice: 'Name one of the files in it.' };
    case 'failure':
      return { message: `cannot be read: ${result.reason}`, advice: 'Check the path and its permissions.' };
    case 'too-large':
      return { message: `is larger than ${result.limit} bytes`, advice: 'Name a file of at most that size.' };
  }
}

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
    throw new Failure({ kind: 'usage', code: 'usage/encoding', where: path, message: 'is not UTF-8 text', advice });
  }
}
