/** What `sim export` wrote. */
import type { Model } from '../sim/language/model.ts';

export interface ExportReport {
  readonly schema: 'ucodekit/sim-export@1';
  readonly protocol: string;
  /** Path of the file; null when the text is in `text`. */
  readonly written: string | null;
  readonly text: string | null;
}

export const exportReport = ({ name }: Model, text: string, written: string | null): ExportReport => ({
  schema: 'ucodekit/sim-export@1',
  protocol: name,
  written,
  text: written === null ? text : null,
});

/** Nothing when the model itself went to standard output. */
export const renderExport = ({ protocol, written }: ExportReport): string =>
  written === null || written === '-' ? '' : `wrote ${protocol} to ${written}\n`;
