/** The licences of packages whose code goes into the bundles, as their authors ask: one text file beside the bundles. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Between the notices of two packages. */
export const NOTICE_END = `\n${'-'.repeat(72)}\n\n`;

/** Folder of the package that a bundled file belongs to, or undefined for a file of this project. */
const packageOf = (file: string): string | undefined => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];

/** `files` are paths from the project's root `root`. @throws Error for a package without a licence */
export function thirdPartyNotices(files: readonly string[], root: string): string {
  const folders = [...new Set(files.flatMap((file) => packageOf(file) ?? []))].sort();
  const notices = folders.map((folder) => {
    const place = join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly version: string;
      readonly license?: string;
    };
    const file = readdirSync(place).find((entry) => /^licen[cs]e/i.test(entry) && existsSync(join(place, entry)));
    if (file === undefined && license === undefined) throw new Error(`${name} has no licence`);
    const text = file === undefined ? '' : readFileSync(join(place, file), 'utf8').trim();
    return `${name} ${version} (${license ?? 'see below'})\n\n${text}\n`;
  });
  return notices.join(NOTICE_END);
}
