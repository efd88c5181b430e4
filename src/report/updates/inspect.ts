import type { CollectedUpdate, Located, Reading } from '../../bundle/collect.ts';
import { nothingFound } from '../../bundle/nothing.ts';
import { isSelected, type Selection, selectUpdates } from '../../bundle/select/selection.ts';
import { type Inspection, renderInspection } from './inspect-table.ts';
import { type Width, type TableFormat } from '../table.ts';
import { findingRow, storedCpus, updateRow } from '../update-row.ts';
import { iucodeListing, type ListedUpdate } from './inspect-iucode.ts';

export interface Inspected {
  readonly inspection: Inspection;
  /** What the listing of iucode_tool needs beside it. */
  readonly listed: readonly ListedUpdate[];
  readonly findings: readonly Located[];
}

/** Whether each update is printed as soon as it is read: then the readings may share one buffer. */
export const readsOnce = ({ latest }: Selection): boolean => !latest;

/** Lists the wanted updates of all readings. Keeps no bytes when `readsOnce`. */
export async function inspect(readings: AsyncIterable<Reading>, selection: Selection): Promise<Inspected> {
  const listed: ListedUpdate[] = [];
  const compared: CollectedUpdate[] = [];
  const findings: Located[] = [];
  let count = 0;
  for await (const reading of readings) {
    findings.push(...reading.findings);
    count += reading.updates.length;
    if (!readsOnce(selection)) compared.push(...reading.updates);
    else
      for (const collected of reading.updates)
        if (isSelected(selection, collected.update)) listed.push(listedUpdate(collected));
  }
  listed.push(...selectUpdates(selection, compared).map(listedUpdate));
  findings.push(...nothingFound(count, listed.length, findings));
  const updates = listed.map(({ row }) => row);
  const inspection = { schema: 'ucodekit/inspect@2', updates, findings: findings.map(findingRow) } as const;
  return { inspection, listed, findings };
}

const listedUpdate = (collected: CollectedUpdate): ListedUpdate => ({
  row: updateRow(collected),
  stored: storedCpus(collected.update),
});

export const INSPECT_FORMATS = ['table', 'csv', 'markdown', 'iucode'] as const;

export const renderInspected = (
  { inspection, listed }: Inspected,
  format: TableFormat | 'iucode',
  width?: Width,
): string => (format === 'iucode' ? iucodeListing(listed) : renderInspection(inspection, format, width));
