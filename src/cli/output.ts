import { Failure } from '../findings/failure.ts';
import { writeAtomically, writeStdout } from '../io/write.ts';

/**
 * Writes what `-o` asks for. @returns the path, `-` for standard output
 * @throws Failure when no output is named or it cannot be written
 */
export function save(output: string | undefined, chunks: Iterable<Uint8Array>): string {
  if (output === undefined) {
    const advice = 'Name one with -o FILE, or -o - for standard output; --dry-run writes nothing.';
    throw new Failure({ kind: 'usage', code: 'usage/no-output', message: 'no output file is named', advice });
  }
  if (output === '-') writeStdout(chunks);
  else writeAtomically(output, chunks);
  return output;
}
