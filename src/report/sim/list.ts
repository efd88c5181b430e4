/** `sim list`: the protocols. */
import { listedProperties, listedProtocols, type ListedProperty, type ListedProtocol } from '../../sim/catalogue.ts';
import { renderTable, type Width } from '../table.ts';

export interface SimList {
  readonly schema: 'ucodekit/sim-list@1';
  readonly protocols: readonly ListedProtocol[];
  readonly properties: readonly ListedProperty[];
}

export const simList = (): SimList => ({
  schema: 'ucodekit/sim-list@1',
  protocols: listedProtocols(),
  properties: listedProperties(),
});

export function renderSimList({ protocols, properties }: SimList, width?: Width): string {
  const protocolTable = renderTable<ListedProtocol>(
    [
      { title: 'PROTOCOL', value: ({ id }) => id },
      { title: 'WHAT IT IS', value: ({ title }) => title },
    ],
    protocols,
    'table',
    width,
  );
  const propertyTable = renderTable<ListedProperty>(
    [
      { title: 'PROPERTY', value: ({ id }) => id },
      { title: 'KIND', value: ({ polarity }) => polarity },
      { title: 'WHAT IT SAYS', value: ({ title }) => title },
    ],
    properties,
    'table',
    width,
  );
  return `${protocolTable}\n${propertyTable}`;
}
