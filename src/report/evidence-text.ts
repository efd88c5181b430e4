/** What a verdict is about and rests on, in lines. */
import type { Evidence } from '../sim/evidence.ts';

/** Digits of a checksum that are enough to tell models apart by eye; documents have all of them. */
const DIGITS = 16;

export const shortChecksum = ({ model }: Evidence): string => model.slice(0, DIGITS);

/** `2x2 intel, offline 3, faults: nmi=1, choices: mode=no-nmi`. */
export function machineText({ topology, cpus, offline, dormant, faults, variant, refused }: Evidence): string {
  const some = Object.entries(faults).map(([fault, units]) => `${fault}=${units}`);
  return [
    `${topology} ${cpus}`,
    offline.length === 0 ? 'no CPU offline' : `offline: CPU ${offline.join(', ')}`,
    ...(dormant.length === 0 ? [] : [`never started: CPU ${dormant.join(', ')}`]),
    some.length === 0 ? 'no faults' : `faults: ${some.join(', ')}`,
    ...(variant.length === 0 ? [] : [`choices: ${variant.join(', ')}`]),
    ...(refused === null ? [] : [`the OS answers ${refused}`]),
  ].join('; ');
}

export const memoryText = ({ memory }: Evidence): string => `${memory.model}: ${memory.means}`;

/** What each verdict says of itself. */
export const evidenceLines = (evidence: Evidence): readonly string[] => [
  `by: ${evidence.program}, model ${shortChecksum(evidence)}`,
  `machine: ${machineText(evidence)}`,
  `source: ${evidence.source}`,
  `memory: ${memoryText(evidence)}`,
  ...evidence.assumptions.map(({ id, sentence }) => `assumes: ${sentence} [${id}]`),
];
