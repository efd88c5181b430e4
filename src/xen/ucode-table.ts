import { parseUcodeValue, UCODE_START, type UcodeParse } from './ucode-option.ts';
import { LATER_POINTS, SERIES, type XenRelease } from './releases.ts';

/** Values that show where releases differ. */
const TABLE_VALUES: readonly string[] = [
  ...'scan scan=1 scan=no no-scan scan=maybe scanx 2 -1 0 0x2 010 +2 2x 2,scan scan,2 scan=0,2'.split(' '),
  ...'nmi=0 no-nmi nmi=0,scan allow-same digest-check=off'.split(' '),
  '',
  ...'scan, SCAN --1 scan,allow-same 2,allow-same allow-same,2 2,digest-check=off scan,digest-check=0'.split(' '),
  ...'2,nmi=bad -2,nmi=0 2,,nmi'.split(' '),
];

const RELEASES: readonly XenRelease[] = [...SERIES, ...LATER_POINTS].sort(
  (a, b) => a.minor - b.minor || a.point - b.point,
);

/** An answer in a few words: what is set, and a mark where the console complains. */
function shortAnswer({ state, rc }: UcodeParse): string {
  const parts = [
    ...(state.index === 0 ? [] : [String(state.index)]),
    ...(state.scan ? ['scan'] : []),
    ...(state.nmi === UCODE_START.nmi ? [] : ['nmi off']),
    ...(state.allowSame ? ['same'] : []),
    ...(state.digestCheck ? [] : ['digest off']),
  ];
  return `${parts.length === 0 ? '–' : parts.join(' + ')}${rc === 0 ? '' : ' ✗'}`;
}

interface Group {
  readonly releases: readonly XenRelease[];
  readonly answers: readonly string[];
}

/** Releases that answer alike for every value, in the order of their first one. */
export function answerGroups(): readonly Group[] {
  const groups = new Map<string, { releases: XenRelease[]; answers: readonly string[] }>();
  for (const release of RELEASES) {
    const answers = TABLE_VALUES.map((value) => shortAnswer(parseUcodeValue(release, value)));
    const key = answers.join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { releases: [release], answers });
    else group.releases.push(release);
  }
  return [...groups.values()];
}

/** The page docs/xen-ucode.md. */
export function ucodeTable(): string {
  const groups = answerGroups();
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    '# What `ucode=` means to each release of Xen',
    '',
    'Generated from the parsers in `src/xen/ucode-option.ts` by `npm run generate`; do not edit. A point release that is not named answers as the one before it.',
    'A number is the module index, `–` means that nothing is set, `✗` that the console prints `parameter "ucode" has invalid value`.',
    '',
    '| | releases |',
    '| --- | --- |',
    ...groups.map(({ releases }, i) => row([`**${letter(i)}**`, releases.map(({ name }) => name).join(', ')])),
    '',
    row(['value', ...groups.map((_, i) => letter(i))]),
    row(['---', ...groups.map(() => '---')]),
    ...TABLE_VALUES.map((value, i) =>
      row([value === '' ? '(empty)' : `\`${value}\``, ...groups.map(({ answers }) => answers[i] ?? '')]),
    ),
    '',
  ].join('\n');
}

const letter = (i: number): string => String.fromCharCode(65 + i);
