/** `sim export`: the file that was written. */
import type { Evidence } from '../../sim/evidence.ts';

export interface ExportReport {
  readonly schema: 'ucodekit/sim-export@2';
  readonly protocol: string;
  readonly evidence: Evidence;
  /** Path of the file; null when the text is in `text`. */
  readonly written: string | null;
  readonly text: string | null;
}

export const exportReport = (evidence: Evidence, text: string, written: string | null): ExportReport => ({
  schema: 'ucodekit/sim-export@2',
  protocol: evidence.protocol,
  evidence,
  written,
  text: written === null ? text : null,
});

/** Nothing when the model itself went to standard output. */
export const renderExport = ({ protocol, written }: ExportReport): string =>
  written === null || written === '-' ? '' : `wrote ${protocol} to ${written}\n`;
