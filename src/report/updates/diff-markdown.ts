/** Changes in the shape of the tables in Intel's release notes. */
import type { Change, ChangeKind } from '../../bundle/compare/diff.ts';
import type { NewestForCpu } from '../../bundle/compare/newest-by-cpu.ts';
import { hex32 } from '../../bytes/hex.ts';
import { amdCodeName } from '../../cpu/amd-names.ts';
import { intelFirmwareName, type IntelName } from '../../cpu/intel.ts';
import { cpuName } from '../update-row.ts';

const SECTIONS: readonly (readonly [title: string, kinds: readonly ChangeKind[]])[] = [
  ['New Platforms', ['new']],
  ['Updated Platforms', ['updated', 're-masked']],
  ['Downgraded Platforms', ['downgraded']],
  ['Rewritten Platforms', ['rewritten']],
  ['Removed Platforms', ['removed']],
  ['Renamed Files', ['renamed']],
];

/** Of one line: the platform as the vendor's notes write it. */
interface Line {
  readonly processor: string;
  readonly stepping: string;
  readonly platform: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The tables. Rows are files, as in the notes: a CPU that only an extended table names has none of its own, unless no collection is laid
 * out in files by CPU at all.
 */
export function renderReleaseTables(changes: readonly Change[], names: readonly IntelName[]): string {
  const offers = changes.flatMap(({ before, after }) => [before, after]).filter((offer) => offer !== null);
  const byFile = offers.some(({ vendor, ownFile }) => vendor === 'intel' && ownFile !== null);
  const isShown = ({ before, after, kind }: Change): boolean => {
    const offer = after ?? before;
    if (!byFile || offer?.vendor !== 'intel' || kind === 'renamed') return true;
    return offer.ownFile !== null;
  };
  const shown = changes.filter(isShown);
  const parts = SECTIONS.flatMap(([title, kinds]) => {
    const lines = shown.filter(({ kind }) => kinds.includes(kind)).flatMap((change) => linesOf(change, names));
    return lines.length === 0 ? [] : [`### ${title}\n\n${table(lines)}`];
  });
  return parts.length === 0 ? 'No difference.\n' : parts.join('\n');
}

function linesOf({ before, after }: Change, names: readonly IntelName[]): Line[] {
  const offer = after ?? before;
  if (offer === null) return [];
  const revision = (one: NewestForCpu | null): string =>
    one === null ? '' : hex32(one.collected.update.revision).slice(2);
  const common = { platform: platformOf(offer), before: revision(before), after: revision(after) };
  return processorsOf(offer, names).map(({ processor, stepping }) => ({ processor, stepping, ...common }));
}

const twoDigits = (value: number): string => value.toString(16).padStart(2, '0');

/** `06-8f-08/87` */
function platformOf({ vendor, signature, platformMask }: NewestForCpu): string {
  const cpu = cpuName({ vendor, signature });
  return vendor === 'intel' ? `${cpu}/${twoDigits(platformMask)}` : cpu;
}

/** Code names; a line without any when nobody wrote one down. */
function processorsOf(
  { vendor, signature, platformMask }: NewestForCpu,
  names: readonly IntelName[],
): Pick<Line, 'processor' | 'stepping'>[] {
  if (vendor !== 'intel') {
    return [{ processor: vendor === 'amd' ? (amdCodeName(signature) ?? '') : '', stepping: '' }];
  }
  const cpu = intelFirmwareName(signature);
  const own = names.filter((row) => row.name === cpu);
  const exact = own.filter((row) => row.platformMask === platformMask);
  const known = exact.length > 0 ? exact : own.filter((row) => (row.platformMask & platformMask) !== 0);
  return known.length === 0 ? [{ processor: '', stepping: '' }] : known;
}

/** Left-aligned, without a pipe at the end of a line, as Intel writes them. */
function table(lines: readonly Line[]): string {
  const sorted = [...lines].sort(
    (a, b) => compare(a.processor, b.processor) || compare(a.stepping, b.stepping) || compare(a.platform, b.platform),
  );
  const rows = sorted.map(({ processor, stepping, platform, before, after }) =>
    [processor, stepping, platform, before, after, ''].map((cell) => cell.replaceAll('|', '\\|')),
  );
  const heads = ['Processor', 'Stepping', 'F-M-S/PI', 'Old Ver', 'New Ver', 'Products'];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')}`.trimEnd();
  const texts = [line(heads), line(heads.map(() => ':---')), ...new Set(rows.map(line))];
  return texts.map((text) => `${text}\n`).join('');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
