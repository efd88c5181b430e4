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
    message: reason(result),
    advice: 'Check the path and its permissions.',
  });
}

function reason(result: Exclude<ReadResult, { kind: 'bytes' }>): string {
  switch (result.kind) {
    case 'folder':
      return 'is a folder, expected a file';
    case 'failure':
      return `cannot be read: ${result.reason}`;
    case 'too-large':
      return `is larger than ${result.limit} bytes`;
  }
}
