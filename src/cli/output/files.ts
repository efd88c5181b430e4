import { Failure } from '../../findings/failure.ts';
import { writeBelow } from '../../io/write/texts.ts';
import { writeOutput } from '../../io/write/output.ts';
import type { CaseRow } from '../../report/sim/check.ts';
import { statusLine } from '../terminal/status-line.ts';
import { printBytes } from '../terminal/streams.ts';

/**
 * Writes what `-o` asks for. @returns the path, `-` for standard output
 * @throws Failure when no output is named or it cannot be written
 */
export function save(output: string | undefined, chunks: Iterable<Uint8Array>): string {
  if (output === undefined) {
    const advice = 'Name one with -o FILE, or -o - for standard output; --dry-run writes nothing.';
    throw new Failure({ kind: 'usage', code: 'usage/no-output', message: 'no output file is named', advice });
  }
  if (output === '-') printBytes(chunks);
  else writeOutput(output, shownWriting(output, chunks));
  return output;
}

/** The same chunks; a person at a terminal is told how many bytes were taken. */
export function* shownWriting(path: string, chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  const line = statusLine();
  let bytes = 0;
  try {
    for (const chunk of chunks) {
      yield chunk;
      bytes += chunk.length;
      line.show(() => `writing ${path}: ${(bytes / 2 ** 20).toFixed(0)} MiB`);
    }
  } finally {
    line.done();
  }
}

/** Writes every counterexample as `FOLDER/CASE-PROPERTY.json`, the folder too. @throws Failure when it cannot be written to */
export function saveTraces(folder: string, cases: readonly CaseRow[]): void {
  for (const { name, properties } of cases) {
    for (const { id, counterexample } of properties) {
      if (counterexample === null) continue;
      const file = `${`${name}-${id}`.replaceAll(/[^\w.=-]+/g, '-')}.json`;
      writeBelow(folder, [{ name: file, text: `${JSON.stringify(counterexample, null, 2)}\n` }]);
    }
  }
}
