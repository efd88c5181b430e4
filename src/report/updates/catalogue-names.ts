/** CPUs found by a part of their code name. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import { amdCodeName } from '../../cpu/amd-names.ts';
import { type CatalogueEntry, catalogueVerdict } from '../../cpu/catalogue.ts';
import { namesOf } from '../../cpu/intel.ts';
import { cpuName } from '../update-row.ts';
import type { Knowledge } from './show.ts';
import { type Column, renderTable, type Width } from '../table.ts';

export interface NamedCpu {
  readonly vendor: 'intel' | 'amd';
  /** `06-8f-08`, family, model and stepping. */
  readonly cpu: string;
  readonly signature: string;
  /** Null for AMD. */
  readonly platformMask: string | null;
  readonly names: readonly string[];
  /** The newest revision that the catalogue knows. */
  readonly revision: string;
}

export interface CatalogueNames {
  readonly schema: 'ucodekit/catalogue-names@1';
  readonly name: string;
  readonly cpus: readonly NamedCpu[];
}

const namesOfEntry = ({ vendor, signature, platformMask }: CatalogueEntry, { intelNames }: Knowledge): string[] => {
  if (vendor === 'intel') return namesOf(intelNames, signature, platformMask);
  const name = vendor === 'amd' ? amdCodeName(signature) : null;
  return name === null ? [] : [name];
};

/** CPUs of the catalogue with `name` in one of their code names, in whatever case; the newest entry stands for each. */
export function searchNames(knowledge: Knowledge, name: string): CatalogueNames {
  const wanted = name.toLowerCase();
  const cpus = knowledge.catalogue.entries.flatMap((entry): NamedCpu[] => {
    const names = namesOfEntry(entry, knowledge);
    if (entry.vendor === 'via' || !names.some((one) => one.toLowerCase().includes(wanted))) return [];
    const verdict = catalogueVerdict(knowledge.catalogue, entry);
    // Of a pair the one for a fixed BIOS stands for the CPU.
    if (verdict.kind !== 'newest' || verdict.fixed !== null) return [];
    const { vendor, signature, platformMask, revision } = entry;
    return [
      {
        vendor,
        cpu: cpuName(entry),
        signature: hex32(signature),
        platformMask: vendor === 'intel' ? hex8(platformMask) : null,
        names,
        revision: hex32(revision),
      },
    ];
  });
  const keyOf = ({ vendor, signature, platformMask, revision }: NamedCpu): string =>
    `${vendor} ${signature} ${platformMask ?? ''} ${revision}`;
  const once = new Map(cpus.map((cpu) => [keyOf(cpu), cpu]));
  return { schema: 'ucodekit/catalogue-names@1', name, cpus: [...once.values()] };
}

const COLUMNS: readonly Column<NamedCpu>[] = [
  { title: 'VENDOR', value: ({ vendor }) => vendor },
  { title: 'CPU', value: ({ cpu }) => cpu },
  { title: 'SIGNATURE', value: ({ signature }) => signature },
  { title: 'MASK', value: ({ platformMask }) => platformMask ?? '-' },
  { title: 'NEWEST', value: ({ revision }) => revision },
  { title: 'NAME', value: ({ names }) => names.join(', ') },
];

export const renderNames = ({ cpus }: CatalogueNames, width?: Width): string =>
  cpus.length === 0 ? '' : renderTable(COLUMNS, cpus, 'table', width);
