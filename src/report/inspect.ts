import type { Located, Reading } from '../bundle/collect.ts';
import { isWanted, type Selection } from '../bundle/wanted.ts';
import type { Inspection } from './inspection.ts';
import { findingRow, type UpdateRow, updateRow } from './update-row.ts';

export interface Inspected {
  readonly inspection: Inspection;
  readonly findings: readonly Located[];
}

/** Lists the wanted updates of all readings. Keeps no bytes, so the readings may share one buffer. */
export async function inspect(readings: AsyncIterable<Reading>, selection: Selection): Promise<Inspected> {
  const updates: UpdateRow[] = [];
  const findings: Located[] = [];
  for await (const reading of readings) {
    for (const held of reading.updates) if (isWanted(selection, held.update)) updates.push(updateRow(held));
    findings.push(...reading.findings);
  }
  return { inspection: { schema: 'ucodekit/inspect@1', updates, findings: findings.map(findingRow) }, findings };
}
