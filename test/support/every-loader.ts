/** Every behaviour of a loader that is modelled, for tests that hold on all of them. */
import { LINUX_TRAITS, type LinuxTrait } from '../../src/loaders/linux/traits.ts';
import { linuxHas } from '../../src/loaders/linux/versions.ts';
import { type Loader, parseLoader } from '../../src/loaders/by-name.ts';
import { XEN_TRAITS, xenHas, type XenTrait } from '../../src/loaders/xen/releases.ts';

/** The first of the loaders that have the same traits: what has none of its own answers as another does. */
function distinct(loaders: readonly Loader[]): Loader[] {
  const traitsOf = (loader: Loader): string =>
    loader.kind === 'linux'
      ? LINUX.map((trait) => linuxHas(loader.version, trait)).join()
      : XEN.map((trait) => xenHas(loader.version, trait)).join();
  return [...new Map(loaders.toReversed().map((loader) => [`${loader.kind} ${traitsOf(loader)}`, loader])).values()];
}

const LINUX = Object.keys(LINUX_TRAITS) as LinuxTrait[];
const XEN = Object.keys(XEN_TRAITS) as XenTrait[];

/** Every behaviour that some release of Linux has: all series, the long-term ones by point release too. */
export function everyLinux(): Loader[] {
  const count = (major: number, first: number, last: number): string[] =>
    Array.from({ length: last - first + 1 }, (_, i) => `${major}.${first + i}`);
  const series = [...count(4, 4, 20), ...count(5, 0, 19), ...count(6, 0, 19), ...count(7, 0, 2)];
  const points = series.flatMap((own) => Array.from({ length: 300 }, (_, point) => `${own}.${point}`));
  return distinct([...series, ...points].flatMap((name) => parseLoader(`linux-${name}`) ?? []));
}

/** Every behaviour that some release of Xen has. */
export const everyXen = (): Loader[] =>
  distinct(
    Array.from({ length: 20 }, (_, i) => `4.${i + 4}`)
      .flatMap((series) => [series, ...Array.from({ length: 10 }, (_, point) => `${series}.${point}`)])
      .flatMap((name) => parseLoader(`xen-${name}`) ?? []),
  );
