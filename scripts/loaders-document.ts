/** The page of what each Linux and Xen release does, made from the tables that the models of the loaders use. */
import { type Arrival, saysArrival, type Standing } from '../src/loaders/availability.ts';
import { LINUX_TRAITS, type LinuxTrait, NEWEST_POINTS } from '../src/loaders/linux/traits.ts';
import {
  LINUX_SERIES,
  linuxStanding,
  newestLinux,
  OLDEST_LINUX,
  parseLinuxVersion,
  saysLinuxSince,
} from '../src/loaders/linux/versions.ts';
import {
  newestXenPoint,
  parseXenVersion,
  XEN_SERIES,
  XEN_TRAITS,
  type XenTrait,
  xenHas,
} from '../src/loaders/xen/releases.ts';
import { SUPPORT_AS_OF, supportedXens, XEN_SUPPORT, xenRange } from '../src/loaders/xen/support.ts';

/** The page, in Markdown. */
export function loadersDocument(): string {
  return [
    '# What the loaders do',
    `Made from \`src/loaders/linux/traits.ts\` and \`src/loaders/xen/releases.ts\` by \`npm run generate\`; a test compares them. \`ucodekit explain\` applies these tables to given bytes and a given CPU, and [boot-tests.md](boot-tests.md) compares it with real kernels and Xens.`,
    'Since when Linux does what is asked most often, on the main line and in each stable branch:',
    [
      `- checks AMD patches against its list of digests: ${saysLinuxSince('digestList')}.`,
      `- chooses an AMD patch by the running revision, so that a file may hold two for a CPU: ${saysLinuxSince('passesOverOtherSide')}.`,
      `- looks at minimum revisions with \`force_minrev\`, late only: ${saysLinuxSince('minimumRevision')}.`,
    ].join('\n'),
    '## A release without its point',
    'A series (`linux-6.12`, `xen-4.20`, `--release 4.20`) stands for all of its point releases. The answer is the one of the newest that was read. Where an older one answers otherwise, the answer names it, and `--require` counts it as not met. `xen stanza` and `xen check` rely on nothing that a point of the series lacks. Name the point to get its answer alone.',
    `A point release behind the newest one that was read, and a release that is not known, are answered by the rules of the newest, and the answer says so. The newest Linux that was read is ${newestLinux()}. A behaviour whose point could not be established is answered as "cannot tell" wherever it decides.`,
    '## Linux',
    `The columns are the newest points that were read; ? stands for what could not be established. Series from ${OLDEST_LINUX.major}.${OLDEST_LINUX.minor} on are modelled; the columns are one for every era. Read in \`arch/x86/kernel/cpu/microcode\`.`,
    matrix(
      LINUX_SERIES,
      (Object.keys(LINUX_TRAITS) as LinuxTrait[]).map((trait) => [
        LINUX_TRAITS[trait].says,
        (series) => linuxStanding(known(parseLinuxVersion(series), series), trait),
      ]),
    ),
    'Since which release, and where to read it:',
    (Object.keys(LINUX_TRAITS) as LinuxTrait[]).map((trait) => pointReleases(LINUX_TRAITS[trait], '')).join('\n'),
    `The newest points that were read: ${Object.entries(NEWEST_POINTS)
      .map(([branch, point]) => `${branch}.${point}`)
      .join(', ')}.`,
    '## Xen',
    'The columns are the newest points. Read in `xen/arch/x86/cpu/microcode`. Which file or module Xen takes the bytes from stands in [xen-ucode.md](xen-ucode.md).',
    matrix(
      XEN_SERIES,
      (Object.keys(XEN_TRAITS) as XenTrait[]).map((trait) => [
        XEN_TRAITS[trait].says,
        (series) => (xenHas(known(parseXenVersion(series), series), trait) ? 'yes' : 'no'),
      ]),
    ),
    'Since which release, and where to read it. `4.17.6 (4.17.5+71)` is the 71st commit behind 4.17.5, so the first release that has it is 4.17.6; distributions number their packages that way.',
    (Object.keys(XEN_TRAITS) as XenTrait[]).map((trait) => pointReleases(XEN_TRAITS[trait], '4.')).join('\n'),
    `The newest points that were read: ${XEN_SERIES.map((series) => `${series}.${newestXenPoint(Number(series.slice(2)))}`).join(', ')}.`,
    `How long the Xen project mends each series, from \`SUPPORT.md\` of its branch, read in August 2026. From 4.17 on security support lasts five years. \`ucodekit initrd inspect\` shows the releases that have it on ${SUPPORT_AS_OF}: Xen ${xenRange(supportedXens())}.`,
    [
      '| series | released | fixes until | security fixes until |',
      '| --- | --- | --- | --- |',
      ...XEN_SUPPORT.map(
        ({ minor, released, fixesUntil, securityUntil }) =>
          `| 4.${minor} | ${released} | ${fixesUntil} | ${securityUntil} |`,
      ),
    ].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

type Row = readonly [says: string, standing: (series: string) => Standing];

const SIGNS: Readonly<Record<Standing, string>> = { yes: 'yes', no: '-', unsure: '?' };

const matrix = (columns: readonly string[], rows: readonly Row[]): string =>
  [
    `| behaviour | ${columns.join(' | ')} |`,
    `| --- |${' :-: |'.repeat(columns.length)}`,
    ...rows.map(([says, standing]) => `| ${says} | ${columns.map((column) => SIGNS[standing(column)]).join(' | ')} |`),
  ].join('\n');

interface Since {
  readonly says: string;
  readonly since: string | number;
  readonly until?: string | number;
  readonly backports?: Readonly<Record<string | number, Arrival>>;
  readonly lostIn?: Readonly<Record<string | number, Arrival>>;
  readonly source: string;
}

function pointReleases({ says, since, until, backports = {}, lostIn = {}, source }: Since, prefix: string): string {
  const points = [
    `from ${prefix}${since}${until === undefined ? '' : ` to ${prefix}${until}`}`,
    ...Object.entries(backports).map(([branch, arrival]) => `from ${saysArrival(`${prefix}${branch}`, arrival)}`),
    ...Object.entries(lostIn).map(
      ([branch, arrival]) => `no longer from ${saysArrival(`${prefix}${branch}`, arrival)}`,
    ),
  ];
  return `- ${says}: ${points.join(', ')}. Source: ${source}.`;
}

function known<T>(version: T | undefined, name: string): T {
  if (version === undefined) throw new RangeError(`not a release: ${name}`);
  return version;
}
