/** The figures of docs/adopt.md, which `npm run deb -- --docs` writes between two marks. */

export interface Figures {
  /** Bytes of the npm tarball. */
  readonly tarball: number;
  /** Packages that npm installs, and the bytes that they take. */
  readonly packages: number;
  readonly installed: number;
  /** Bytes of the .deb, and of what it installs. */
  readonly deb: number;
  readonly unpacked: number;
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const [BEGIN, END] = ['<!-- figures: npm run deb -- --docs -->', '<!-- end of figures -->'];

const table = ({ tarball, packages, installed, deb, unpacked }: Figures): string =>
  [
    '| | file | installed |',
    '| --- | --- | --- |',
    `| npm | ${megabytes(tarball)} | ${megabytes(installed)} in ${packages} ${packages === 1 ? 'package' : 'packages'} |`,
    `| Debian | ${megabytes(deb)} | ${megabytes(unpacked)} |`,
  ].join('\n');

/** @throws Error when the page has no place for them */
export function withFigures(page: string, figures: Figures): string {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`the page has no place for figures: ${BEGIN} ... ${END}`);
  return `${page.slice(0, start + BEGIN.length)}\n\n${table(figures)}\n\n${page.slice(end)}`;
}

/** Size of the tarball as the page has it, in bytes. */
export function tarballOnPage(page: string): number {
  const found = /^\| npm \| ([\d.]+) MB/m.exec(page)?.[1];
  if (found === undefined) throw new Error('the page has no figures');
  return Number(found) * 1e6;
}
