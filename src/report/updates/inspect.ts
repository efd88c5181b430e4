import type { CollectedUpdate, Located, Reading } from '../../bundle/collect.ts';
import { nothingFound } from '../../bundle/nothing.ts';
import { isSelected, type Selection, selectUpdates } from '../../bundle/select/selection.ts';
import type { Inspection } from './inspect-table.ts';
import { findingRow, type UpdateRow, updateRow } from '../update-row.ts';

export interface Inspected {
  readonly inspection: Inspection;
  readonly findings: readonly Located[];
}

/** Whether each update is printed as soon as it is read: then the readings may share one buffer. */
export const readsOnce = ({ latest }: Selection): boolean => !latest;

/** Lists the wanted updates of all readings. Keeps no bytes when `readsOnce`. */
export async function inspect(readings: AsyncIterable<Reading>, selection: Selection): Promise<Inspected> {
  const updates: UpdateRow[] = [];
  const compared: CollectedUpdate[] = [];
  const findings: Located[] = [];
  let count = 0;
  for await (const reading of readings) {
    findings.push(...reading.findings);
    count += reading.updates.length;
    if (!readsOnce(selection)) compared.push(...reading.updates);
    else
      for (const collected of reading.updates)
        if (isSelected(selection, collected.update)) updates.push(updateRow(collected));
  }
  updates.push(...selectUpdates(selection, compared).map(updateRow));
  findings.push(...nothingFound(count, updates.length, findings));
  return { inspection: { schema: 'ucodekit/inspect@2', updates, findings: findings.map(findingRow) }, findings };
}
