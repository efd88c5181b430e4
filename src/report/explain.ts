/** `explain`: for each loader the update that it would load, or why none, and the verdict on each candidate. */
import { createHash } from 'node:crypto';
import { hex32, hex8 } from '../bytes/hex.ts';
import type { Answer } from '../loaders/answer.ts';
import type { Candidate, Explanation, LoaderCpu } from '../loaders/explanation.ts';
import { type EfiRow, efiLines } from './efi-row.ts';
import { renderTable, type Width } from './table.ts';

/** A reason: its stable code and a sentence. */
export interface ReasonRow {
  readonly code: string;
  readonly says: string;
}

export interface ExplainedLoader {
  readonly loader: string;
  /** The release by whose rules it was answered. */
  readonly answeredAs: string;
  /** What to know about these rules, a sentence each: a release that was not read, points of a series that do otherwise. */
  readonly notes: readonly string[];
  /** Point releases of a series that do otherwise than the newest. */
  readonly otherPoints: readonly {
    readonly first: string;
    readonly last: string;
    readonly revision: string | null;
    readonly reason: ReasonRow;
  }[];
  /** Where the loader looked: path in the initrd or the firmware folder (null for a bare blob), byte offset, bytes. */
  readonly source: Explanation['source'];
  /** Section of an EFI image in which the source stands; offsets count from the start of the initrd, or of a module of Xen. */
  readonly section: string | null;
  readonly chosen: {
    /** Byte offset of the header in the file, or in the named file of a folder. */
    readonly offset: number;
    /** Bytes. */
    readonly size: number;
    readonly revision: string;
    /** Of the bytes that the CPU is given. */
    readonly sha256: string;
  } | null;
  readonly reason: ReasonRow;
  readonly candidates: readonly {
    readonly offset: number;
    readonly size: number;
    readonly revision: string;
    readonly verdict: ReasonRow;
  }[];
  /** Updates for other CPUs. */
  readonly others: number;
}

/** A CPU, and what each loader does on it. */
export interface ExplainedCpu {
  readonly vendor: LoaderCpu['vendor'];
  readonly signature: string;
  /** Null for AMD. */
  readonly platformMask: string | null;
  /** `0x00000000`: it runs none. */
  readonly running: string;
  readonly loaders: readonly ExplainedLoader[];
}

export interface ExplainReport {
  readonly schema: 'ucodekit/explain@2';
  readonly path: string;
  readonly input: 'image' | 'blob' | 'folder' | 'efi';
  /** Null for other files. */
  readonly efi: EfiRow | null;
  readonly cpus: readonly ExplainedCpu[];
}

/** What a loader said, and the section of an EFI image in which it found it. */
export interface LoaderAnswer {
  readonly loader: string;
  readonly answer: Answer;
  readonly section?: string | null;
}

export const explainReport = (
  path: string,
  input: ExplainReport['input'],
  explained: readonly { readonly cpu: LoaderCpu; readonly rows: readonly LoaderAnswer[] }[],
  efi: EfiRow | null = null,
): ExplainReport => ({
  schema: 'ucodekit/explain@2',
  path,
  input,
  efi,
  cpus: explained.map(({ cpu, rows }) => ({
    vendor: cpu.vendor,
    signature: hex32(cpu.signature),
    platformMask: cpu.vendor === 'intel' ? hex8(cpu.platformMask) : null,
    running: hex32(cpu.revision),
    loaders: rows.map(({ loader, answer, section = null }) => loaderRow(loader, answer, section)),
  })),
});

function loaderRow(
  loader: string,
  { explanation, answeredAs, notes, otherPoints }: Answer,
  section: string | null,
): ExplainedLoader {
  const { source, chosen, reason, candidates, others } = explanation;
  const bytes =
    chosen === null
      ? null
      : {
          offset: chosen.offset,
          size: chosen.size,
          revision: hex32(chosen.revision),
          sha256: createHash('sha256').update(chosen.bytes).digest('hex'),
        };
  return {
    loader,
    answeredAs,
    notes,
    otherPoints: otherPoints.map((points) => ({
      ...points,
      revision: points.revision === null ? null : hex32(points.revision),
    })),
    source,
    section,
    chosen: bytes,
    reason,
    candidates: candidates.map(candidateRow),
    others,
  };
}

const candidateRow = ({ offset, size, revision, verdict }: Candidate): ExplainedLoader['candidates'][number] => ({
  offset,
  size,
  revision: hex32(revision),
  verdict,
});

/** A part for each CPU: one loader in full, several as a table. */
export function renderExplanation({ efi, cpus }: ExplainReport, width?: Width): string {
  const image = efi === null ? '' : `${efiLines(efi)}\n`;
  return image + cpus.map((cpu) => renderCpu(cpu, width)).join('\n');
}

const NONE = hex32(0);

function renderCpu({ signature, platformMask, running, loaders }: ExplainedCpu, width: Width): string {
  const platform = platformMask === null ? '' : `, platforms ${platformMask}`;
  const head = `CPU ${signature}${platform}, running ${running === NONE ? 'none' : running}\n\n`;
  const [only] = loaders;
  if (loaders.length === 1 && only !== undefined) return head + renderLoader(only);
  const notes = loaders.flatMap((loader) => loader.notes).map((note) => `${note}\n`);
  return head + renderLoaders(loaders, width) + (notes.length === 0 ? '' : `\n${notes.join('')}`);
}

const renderLoaders = (loaders: readonly ExplainedLoader[], width: Width): string =>
  renderTable(
    [
      { title: 'LOADER', value: ({ loader }: ExplainedLoader) => loader },
      { title: 'LOADS', value: ({ chosen }) => chosen?.revision ?? '-' },
      { title: 'OFFSET', value: ({ chosen }) => (chosen === null ? '-' : String(chosen.offset)), align: 'right' },
      { title: 'SHA256', value: ({ chosen }) => chosen?.sha256.slice(0, 16) ?? '-' },
      { title: 'REASON', value: ({ reason }) => reason.says },
    ],
    loaders,
    'table',
    width,
  );

function renderLoader({ loader, notes, source, section, chosen, reason, candidates, others }: ExplainedLoader): string {
  const lines = [`${loader}: ${reason.says}`];
  if (source !== null) {
    lines.push(
      `  reads   ${source.path ?? 'the whole file'} (${source.size} bytes at ${source.offset}${section === null ? '' : `, in ${section}`})`,
    );
  }
  if (chosen !== null) {
    lines.push(`  loads   ${chosen.revision} (${chosen.size} bytes at ${chosen.offset})`, `  sha256  ${chosen.sha256}`);
  }
  for (const { offset, revision, verdict } of candidates) lines.push(`  ${revision} at ${offset}: ${verdict.says}`);
  if (others > 0) lines.push(`  ${others} ${others === 1 ? 'update is' : 'updates are'} for other CPUs`);
  lines.push(...notes);
  return `${lines.join('\n')}\n`;
}
