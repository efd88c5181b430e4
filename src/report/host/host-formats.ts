import { renderHostMetrics } from './host-metrics.ts';
import { type HostReport, renderHost } from './host.ts';
import type { Width } from '../table.ts';

export const HOST_FORMATS = ['text', 'prometheus'] as const;
export type HostFormat = (typeof HOST_FORMATS)[number];

/** @param asked whether a collection was named */
export function renderHostAs(report: HostReport, format: HostFormat, asked: boolean, width?: Width): string {
  switch (format) {
    case 'text':
      return renderHost(report, asked, width);
    case 'prometheus':
      return renderHostMetrics(report);
  }
}
