import { Failure } from '../findings/failure.ts';
import { readFile, readStream, type ReadResult } from '../io/read.ts';

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
