/** The text of `initrd inspect`: the verdicts on all initrds first, then the details of each. */
import { type EfiRow, efiLines } from '../efi-row.ts';
import { plural } from '../printable.ts';
import { type Column, renderTable, type Width } from '../table.ts';
import { renderInspection } from '../updates/inspect-table.ts';
import { holdsNothing, NOTHING_TO_UNPACK } from './inspect-verdict.ts';
import type { InitrdReport, InitrdRow, MemberRow, SegmentRow } from './inspect.ts';
import type { LookupRow } from './lookup-row.ts';

export interface InitrdTextOptions {
  /** Lists the members of the main initrd, and the updates. */
  readonly verbose: boolean;
  /** Releases that get no security fixes too. */
  readonly allLoaders: boolean;
}

const MEMBER_COLUMNS: readonly Column<MemberRow>[] = [
  { title: '  MODE', value: ({ mode }) => `  ${mode}` },
  { title: 'OFFSET', value: ({ data }) => String(data), align: 'right' },
  { title: 'MOD 16', value: ({ misalignment }) => String(misalignment), align: 'right' },
  { title: 'SIZE', value: ({ size }) => String(size), align: 'right' },
  { title: 'NAME', value: ({ name }) => JSON.stringify(name).slice(1, -1) },
];

const LOOKUP_COLUMNS: readonly Column<LookupRow>[] = [
  { title: 'VENDOR', value: ({ vendor }) => vendor },
  { title: 'LOADER', value: ({ loader }) => loader },
  {
    title: 'FINDS',
    value: ({ verdict, offset, size, why }) =>
      offset === null ? `${verdict}: ${why ?? ''}` : `${size} bytes at ${offset}`,
  },
];

export function renderInitrds({ initrds, failures }: InitrdReport, options: InitrdTextOptions, width?: Width): string {
  const verdicts = initrds.map(({ path, verdict: { says } }) => `${path}: ${says.join('\n  ')}\n`);
  const unread = failures.map(({ where, message }) => `${where === undefined ? '' : `${where}: `}${message}\n`);
  return [[...verdicts, ...unread].join(''), ...initrds.map((row) => details(row, options, width))].join('\n');
}

function details(row: InitrdRow, { verbose, allLoaders }: InitrdTextOptions, width: Width): string {
  const isListed = ({ early }: SegmentRow): boolean => early || verbose || row.expanded !== null;
  const text = [heading(row.path, row.size, row.efi)];
  for (const segment of row.segments) text.push(segmentText(segment, isListed(segment), width));
  for (const { start, size, whole, segments } of row.expanded ?? []) {
    const how = whole ? 'expanded' : 'expanded in part';
    text.push(`${start}, ${how}: ${size} bytes\n`, ...segments.map((segment) => segmentText(segment, true, width)));
  }
  text.push('\n', unpackingText(row), '\n', lookupsText(row.lookups, allLoaders, width));
  if (verbose) text.push('\n', renderInspection(row, 'table', width));
  else text.push(`\n${updatesText(row.updates.length)}\n`);
  return text.join('');
}

const updatesText = (count: number): string =>
  count === 0 ? 'no updates inside' : `${plural(count, 'update')} inside; -v lists them`;

const heading = (path: string, size: number, efi: EfiRow | null): string =>
  efi === null ? `${path}: ${size} bytes\n` : `${path}: ${efiLines(efi)}\ninitrd: ${size} bytes\n`;

function lookupsText(lookups: readonly LookupRow[], allLoaders: boolean, width: Width): string {
  const shown = allLoaders ? lookups : lookups.filter(({ supported }) => supported !== null);
  const left = lookups.length > shown.length ? '--all-loaders shows older releases of Xen too\n' : '';
  return renderTable(LOOKUP_COLUMNS, shown, 'table', width) + left;
}

function unpackingText({ unpacking, expanded, findings }: InitrdRow): string {
  if (holdsNothing(findings)) return `${NOTHING_TO_UNPACK}\n`;
  switch (unpacking.verdict) {
    case 'complete':
      return 'Linux unpacks it\n';
    case 'stops':
      return `Linux stops unpacking at ${unpacking.offset}: ${unpacking.error}\n`;
    case 'unknown': {
      const why =
        expanded !== null
          ? unpacking.why
          : 'it is compressed and may hold microcode that no early loader sees; --deep looks into it';
      return `Linux unpacks what stands before ${unpacking.offset}; of the rest nothing is known: ${why}\n`;
    }
  }
}

function segmentText(segment: SegmentRow, isListed: boolean, width: Width): string {
  const { kind, start, end, format, memberCount, members } = segment;
  const what =
    kind === 'archive'
      ? `newc archive, ${plural(memberCount, 'member')}`
      : [kind, format].filter((part) => part !== null).join(', ');
  const head = `${start}-${end}: ${what}`;
  if (members.length === 0) return `${head}\n`;
  if (!isListed) return `${head}; -v lists them\n`;
  const left = memberCount - members.length;
  const rest = left > 0 ? `  ... and ${left} more\n` : '';
  return `${head}\n${renderTable(MEMBER_COLUMNS, members, 'table', width)}${rest}`;
}
