import { type Explanation, type LoaderCpu } from '../../loaders/explanation.ts';
import { type Answer, answer } from '../../loaders/answer.ts';
import { type Subject } from './subject.ts';
import { consoleLines } from './console.ts';
import { type MicrocodeSource } from '../modules.ts';
import { asLoader, type XenRelease } from '../releases.ts';

/** The update that a CPU of the machine would get. */
export interface Prediction {
  readonly cpu: LoaderCpu;
  /** The bytes that Xen parses, or null when it finds none. */
  readonly source: MicrocodeSource | null;
  readonly path: string | null;
  /** Null when there is no source, or its file could not be read. Offsets count from the start of the source. */
  readonly explanation: Explanation | null;
  /** What to know about the rules: a release that was not read, points of the series that do otherwise. */
  readonly notes: readonly string[];
  /** Lines of Xen's console, those about the choice of modules first. */
  readonly console: readonly string[];
}

/**
 * Follows the entry to the update itself. One prediction, or two on releases before 4.20 that were given both a scan and an index: the
 * boot CPU's and all others'.
 */
export function predict({ release, outcomes, files, line }: Subject, cpu: LoaderCpu): Prediction[] {
  const resolution = outcomes.find(({ vendor }) => vendor === cpu.vendor)?.resolution;
  const sources = resolution?.microcode ?? [];
  const chosen = [...line.printed, ...(resolution?.messages ?? [])];
  if (sources.length === 0) return [{ cpu, source: null, path: null, explanation: null, notes: [], console: chosen }];
  return sources.map((source) => {
    const file = files[source.module];
    const bytes = file?.bytes?.subarray(source.offset, source.offset + source.size);
    const { digestCheck } = line.state;
    const told = bytes === undefined ? undefined : answerOf(release, cpu, bytes, digestCheck);
    const explanation = told?.explanation ?? null;
    const loaded = explanation === null || source.cpus === 'others' ? [] : consoleLines(release, cpu, explanation);
    return {
      cpu,
      source,
      path: file?.path ?? null,
      explanation,
      notes: told?.notes ?? [],
      console: [...chosen, ...loaded],
    };
  });
}

const answerOf = (release: XenRelease, cpu: LoaderCpu, bytes: Uint8Array, digestCheck: boolean): Answer =>
  answer(asLoader(release), cpu, { kind: 'blob', bytes }, { path: 'early', forceMinimum: false, digestCheck });
