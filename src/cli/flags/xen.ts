/** Flags of the commands about Xen, and the files that a configuration names. */
import { join, relative, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { Failure } from '../../findings/failure.ts';
import { readFile } from '../../io/read/read.ts';
import type { LoaderCpu } from '../../loaders/explanation.ts';
import { loaderCpuOf } from '../../loaders/loader-cpu.ts';
import { namedCpus, oneCpu } from '../cpus.ts';
import { LOADER_IDS } from '../../xen/boot-loaders/boot-loader.ts';
import { parseRelease, type XenRelease } from '../../xen/releases.ts';

/** The largest module: what a 32-bit size in a cpio can say. */
const MODULE_LIMIT = 4 * 1024 * 1024 * 1024 - 1;

export const releaseFlag = Flags.string({
  required: true,
  summary: 'release of Xen: 4.2 to 4.23, with its point release where it matters, such as 4.17.5',
  helpValue: 'RELEASE',
});

export const bootLoaderFlag = Flags.option({ options: LOADER_IDS, summary: 'boot loader' });

export const rootFlag = Flags.string({
  default: '/',
  summary: 'folder that the paths in configurations start from',
  helpValue: 'DIR',
});

export const cpuFlag = Flags.string({
  multiple: true,
  multipleNonGreedy: true,
  summary: 'what this CPU would get: host, or CPU[,PLATFORMS[,REVISION]]; repeatable',
  helpValue: 'CPU',
});

/** @throws Failure of kind `usage` when it names no release */
export function xenRelease(text: string): XenRelease {
  const release = parseRelease(text);
  if (release !== undefined) return release;
  throw new Failure({
    kind: 'usage',
    code: 'usage/release',
    where: `--release ${text}`,
    message: 'is not a known Xen release',
    advice: 'Write 4.2 to 4.23, with a point release such as 4.17.5 where it matters.',
  });
}

/** @throws Failure of kind `usage` when a text names no CPU */
export const loaderCpus = (texts: readonly string[]): LoaderCpu[] => namedCpus('--cpu', texts).map(loaderCpuOf);

/** @throws Failure of kind `usage` when the text names no CPU, or `host` stands for several kinds */
export const loaderCpu = (text: string): LoaderCpu => loaderCpuOf(oneCpu('--cpu', text));

/** Bytes of files at absolute paths below `root`; undefined when a file cannot be read. */
export const filesBelow =
  (root: string) =>
  (path: string): Uint8Array | undefined => {
    const result = readFile(`${root.replace(/\/+$/, '')}${path}`, MODULE_LIMIT);
    return result.kind === 'bytes' ? result.bytes : undefined;
  };

/** The absolute path of a file below `root`; a file outside is treated as one in its top folder. */
export function pathBelow(root: string, path: string): string {
  const below = relative(resolve(root), resolve(path));
  return below.startsWith('..') ? `/${below.slice(below.lastIndexOf('/') + 1)}` : `/${below}`;
}

/** The file of this machine for a path below `root`; without a root the path itself, also a relative one. */
export const fileBelow = (root: string, path: string): string => (root === '/' ? path : join(root, path));
