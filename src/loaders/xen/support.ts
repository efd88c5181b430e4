/**
 * How long the Xen project mends each series. Read in SUPPORT.md of the branches stable-4.NN ("Release Support"), as of 20 August 2026.
 * From 4.17 on security support lasts five years; 8f29c76bd4 of 12 February 2026 prolonged it for 4.17, which had ended.
 */
import { newestXenPoint, type XenVersion } from './releases.ts';

export interface XenSupport {
  readonly minor: number;
  /** `YYYY-MM-DD`, as are the others. */
  readonly released: string;
  /** The last day of mended bugs of every kind. */
  readonly fixesUntil: string;
  /** The last day of mended security holes. */
  readonly securityUntil: string;
}

const row = (minor: number, released: string, fixesUntil: string, securityUntil: string): XenSupport => ({
  minor,
  released,
  fixesUntil,
  securityUntil,
});

export const XEN_SUPPORT: readonly XenSupport[] = [
  row(13, '2019-12-18', '2021-06-18', '2022-12-18'),
  row(14, '2020-07-24', '2022-01-24', '2023-07-24'),
  row(15, '2021-04-08', '2022-10-08', '2024-04-08'),
  row(16, '2021-12-02', '2023-06-02', '2024-12-02'),
  row(17, '2022-12-12', '2024-06-12', '2027-12-12'),
  row(18, '2023-11-16', '2025-05-16', '2028-11-16'),
  row(19, '2024-07-29', '2026-01-29', '2029-07-29'),
  row(20, '2025-03-05', '2028-03-05', '2030-03-05'),
  row(21, '2025-11-19', '2028-11-19', '2030-11-19'),
  row(22, '2026-07-30', '2029-07-30', '2031-07-30'),
];

/** The day by which the table is judged: a report does not change while the program stays the same. */
export const SUPPORT_AS_OF = '2026-11-29';

/** The newest point of each series that had security support on `day`, oldest first. Series before 4.13 have none. */
export const supportedXens = (day: string = SUPPORT_AS_OF): XenVersion[] =>
  XEN_SUPPORT.filter(({ released, securityUntil }) => released <= day && day <= securityUntil).map(({ minor }) => ({
    minor,
    point: newestXenPoint(minor),
  }));

/** Series as a report names them: `4.17 to 4.22`. */
export function xenRange(versions: readonly XenVersion[]): string {
  const series = versions.map(({ minor }) => `4.${minor}`);
  const [first = 'none'] = series;
  const last = series.at(-1) ?? first;
  return first === last ? first : `${first} to ${last}`;
}
