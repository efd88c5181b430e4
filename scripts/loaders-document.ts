/** The page of what each Linux series and Xen release does, made from the tables that the models of the loaders use. */
import {
  LINUX_SERIES,
  LINUX_TRAITS,
  type LinuxTrait,
  linuxHas,
  OLDEST_LINUX,
  parseLinuxVersion,
} from '../src/loaders/linux-versions.ts';
import { parseXenVersion, XEN_SERIES, XEN_TRAITS, type XenTrait, xenHas } from '../src/loaders/xen-releases.ts';

/** The page, in Markdown. */
export function loadersDocument(): string {
  return [
    '# What the loaders do',
    `Made from \`src/loaders/linux-versions.ts\` and \`src/loaders/xen-releases.ts\` by \`npm run generate\`; a test compares them. \`ucodekit explain\` applies these tables to given bytes and a given CPU, and [boot-tests.md](boot-tests.md) compares it with real kernels and Xens.`,
    '## Linux',
    `A series stands for its newest stable release. Series from ${OLDEST_LINUX.major}.${OLDEST_LINUX.minor} on are modelled; the columns are one for every era. Read in \`arch/x86/kernel/cpu/microcode\`.`,
    matrix(
      LINUX_SERIES,
      (Object.keys(LINUX_TRAITS) as LinuxTrait[]).map((trait) => [
        LINUX_TRAITS[trait].says,
        (series) => linuxHas(known(parseLinuxVersion(series), series), trait),
      ]),
    ),
    '## Xen',
    'A series stands for its newest point release. Read in `xen/arch/x86/cpu/microcode`. Which file or module Xen takes the bytes from stands in [xen-ucode.md](xen-ucode.md).',
    matrix(
      XEN_SERIES,
      (Object.keys(XEN_TRAITS) as XenTrait[]).map((trait) => [
        XEN_TRAITS[trait].says,
        (series) => xenHas(known(parseXenVersion(series), series), trait),
      ]),
    ),
    'Xen gained some of it within a series:',
    (Object.keys(XEN_TRAITS) as XenTrait[]).flatMap(pointReleases).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

type Row = readonly [says: string, has: (series: string) => boolean];

const matrix = (columns: readonly string[], rows: readonly Row[]): string =>
  [
    `| behaviour | ${columns.join(' | ')} |`,
    `| --- |${' :-: |'.repeat(columns.length)}`,
    ...rows.map(([says, has]) => `| ${says} | ${columns.map((column) => (has(column) ? 'yes' : '-')).join(' | ')} |`),
  ].join('\n');

function pointReleases(trait: XenTrait): string[] {
  const { says, ...when } = XEN_TRAITS[trait];
  const points = [
    ...Object.entries('backports' in when ? when.backports : {}).map(([minor, point]) => `from 4.${minor}.${point}`),
    ...Object.entries('lostIn' in when ? when.lostIn : {}).map(
      ([minor, point]) => `no longer from 4.${minor}.${point}`,
    ),
  ];
  return points.length === 0 ? [] : [`- ${says}: ${points.join(', ')}.`];
}

function known<T>(version: T | undefined, name: string): T {
  if (version === undefined) throw new RangeError(`not a release: ${name}`);
  return version;
}
