/** What a Debian package needs that is not installed here: apt unpacks it into a cache without what it depends on. */
import { execFileSync } from 'node:child_process';

/** Whether a package of this name is installed, in a version that stands in this relation to `than`. */
export type Installed = (name: string, relation?: string, than?: string) => boolean;

/** Relations of Debian's control fields as `dpkg --compare-versions` takes them. */
const RELATION = /^(\S+?)(?::\S+)?(?:\s*\((<<|<=|=|>=|>>)\s*(\S+)\))?$/;

/** Those of a `Depends` field that are not met; one of several alternatives is enough. */
export const unmetDependencies = (depends: string, installed: Installed): string[] =>
  depends
    .split(',')
    .map((dependency) => dependency.trim())
    .filter((dependency) => dependency !== '')
    .filter(
      (dependency) =>
        !dependency.split('|').some((alternative) => {
          const [, name = '', relation, than] = RELATION.exec(alternative.trim()) ?? [];
          return installed(name, relation, than);
        }),
    );

const succeeds = (command: string, args: readonly string[]): string | undefined => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
};

/** Asks dpkg. */
const installedHere: Installed = (name, relation, than) => {
  const [status, version = ''] = (
    succeeds('dpkg-query', ['--show', '--showformat', '${db:Status-Status} ${Version}', name]) ?? ''
  ).split(' ');
  if (status !== 'installed') return false;
  return (
    relation === undefined ||
    than === undefined ||
    succeeds('dpkg', ['--compare-versions', version, relation, than]) !== undefined
  );
};

/** What the package in this file depends on and this machine has not. */
export const unmetHere = (deb: string): string[] =>
  ['Pre-Depends', 'Depends'].flatMap((field) =>
    unmetDependencies(execFileSync('dpkg-deb', ['--field', deb, field], { encoding: 'utf8' }), installedHere),
  );
