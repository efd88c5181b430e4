import { renderHostMetrics } from './host-metrics.ts';
import { type HostReport, renderHost } from './host-report.ts';

export const HOST_FORMATS = ['text', 'json', 'prometheus'] as const;
export type HostFormat = (typeof HOST_FORMATS)[number];

/** @param asked whether a collection was named */
export function renderHostAs(report: HostReport, format: HostFormat, asked: boolean): string {
  switch (format) {
    case 'text':
      return renderHost(report, asked);
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'prometheus':
      return renderHostMetrics(report);
  }
}
