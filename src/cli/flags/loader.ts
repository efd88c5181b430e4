import { Failure } from '../../findings/failure.ts';
import { type Loader, parseLoader } from '../../loaders/by-name.ts';
import type { OwnLoaders } from '../../loaders/efi/own-loaders.ts';

/**
 * The loaders that `--loader` names, each once, for a file that asks for loaders of its own when none is named.
 * @throws Failure of kind `usage` for a name that is not a loader
 */
export function chosenLoaders(names: readonly string[] | undefined): (own: OwnLoaders) => readonly Loader[] {
  if (names === undefined) return ({ usual }) => usual;
  const named = names.flatMap((list) => list.split(',')).map((name) => (name === 'all' ? ALL : known(name)));
  return ({ all }) => {
    const loaders = named.flatMap((one) => (one === ALL ? all : [one]));
    return [...new Map(loaders.map((loader) => [loader.name, loader])).values()];
  };
}

/** Stands for every era that the file can run on. */
const ALL = 'all';

function known(name: string): Loader {
  const loader = parseLoader(name);
  if (loader !== undefined) return loader;
  throw new Failure({
    kind: 'usage',
    code: 'usage/loader',
    where: `--loader ${name}`,
    message: 'is not a known loader',
    advice: 'Write linux-4.4 or later, xen-4.4 to xen-4.23, or all.',
  });
}
