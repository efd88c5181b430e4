import type { Held, Located, Reading } from '../bundle/collect.ts';
import { nothingFound } from '../bundle/nothing.ts';
import { isWanted, type Selection, wantedOf } from '../bundle/wanted.ts';
import type { Inspection } from './inspection.ts';
import { findingRow, type UpdateRow, updateRow } from './update-row.ts';

export interface Inspected {
  readonly inspection: Inspection;
  readonly findings: readonly Located[];
}

/** Whether every update is done with once it was seen: then the readings may share one buffer. */
export const readsOnce = ({ latest }: Selection): boolean => !latest;

/** Lists the wanted updates of all readings. Keeps no bytes when `readsOnce`. */
export async function inspect(readings: AsyncIterable<Reading>, selection: Selection): Promise<Inspected> {
  const updates: UpdateRow[] = [];
  const compared: Held[] = [];
  const findings: Located[] = [];
  let count = 0;
  for await (const reading of readings) {
    findings.push(...reading.findings);
    count += reading.updates.length;
    if (!readsOnce(selection)) compared.push(...reading.updates);
    else for (const held of reading.updates) if (isWanted(selection, held.update)) updates.push(updateRow(held));
  }
  updates.push(...wantedOf(selection, compared).map(updateRow));
  findings.push(...nothingFound(count, updates.length, findings));
  return { inspection: { schema: 'ucodekit/inspect@1', updates, findings: findings.map(findingRow) }, findings };
}
