/** `inspect --format iucode`. */
import { formatOrigin } from '../../inputs/origin.ts';
import type { ServedRow, UpdateRow } from '../update-row.ts';

/** An update with its CPUs as stored: iucode_tool lists the main signature again where the extended table repeats it. */
export interface ListedUpdate {
  readonly row: UpdateRow;
  readonly stored: readonly ServedRow[];
}

/** The listing of `iucode_tool -L`: Intel updates by file ("bundle"), every extended signature below its update. */
export function iucodeListing(updates: readonly ListedUpdate[]): string {
  const text: string[] = [];
  let bundle = 0;
  let entry = 0;
  let file: string | undefined;
  for (const { row, stored } of updates) {
    const { vendor, origin, date, size, revision } = row;
    if (vendor !== 'intel') continue;
    const name = formatOrigin({ ...origin, offset: 0 });
    if (name !== file) {
      file = name;
      bundle++;
      entry = 0;
      text.push(`microcode bundle ${bundle}: ${name}\n`);
    }
    entry++;
    const details = ({ signature, platformMask }: ServedRow): string =>
      `sig ${signature}, pf_mask ${platformMask ?? '0x00'}, ${date}, rev ${shortRevision(revision)}`;
    const [main, ...extended] = stored;
    if (main !== undefined) text.push(`  ${number(bundle)}/${number(entry)}: ${details(main)}, size ${size}\n`);
    for (const cpu of extended) text.push(`           ${details(cpu)}\n`);
  }
  return text.join('');
}

const number = (value: number): string => String(value).padStart(3, '0');

/** iucode_tool prints revisions with at least four digits. */
const shortRevision = (revision: string): string => `0x${Number(revision).toString(16).padStart(4, '0')}`;
