import { Failure } from '../findings/failure.ts';
import { writeAtomically, writeStdout } from '../io/write.ts';
import type { CaseRow } from '../report/check-report.ts';

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

/** Writes every counterexample as `FOLDER/CASE-PROPERTY.json`. @throws Failure when the folder cannot be written to */
export function saveTraces(folder: string, cases: readonly CaseRow[]): void {
  for (const { name, properties } of cases) {
    for (const { id, counterexample } of properties) {
      if (counterexample === null) continue;
      const file = `${name}-${id}`.replaceAll(/[^\w.=-]+/g, '-');
      const text = `${JSON.stringify(counterexample, null, 2)}\n`;
      writeAtomically(`${folder}/${file}.json`, [new TextEncoder().encode(text)]);
    }
  }
}
