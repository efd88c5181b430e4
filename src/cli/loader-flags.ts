import { Failure } from '../findings/failure.ts';
import { type Loader, parseLoader } from '../loaders/loaders.ts';
import type { OwnLoaders } from '../xen/efi-view.ts';

/**
 * The loaders that `--loader` names, each once; without it those that the file asks for.
 * @throws Failure of kind `usage` for a name that is none
 */
export function chosenLoaders(names: readonly string[] | undefined, own: OwnLoaders): readonly Loader[] {
  if (names === undefined) return own.usual;
  const loaders = names
    .flatMap((list) => list.split(','))
    .flatMap((name) => (name === 'all' ? own.all : [known(name)]));
  return [...new Map(loaders.map((loader) => [loader.name, loader])).values()];
}

function known(name: string): Loader {
  const loader = parseLoader(name);
  if (loader !== undefined) return loader;
  throw new Failure({
    kind: 'usage',
    code: 'usage/loader',
    where: `--loader ${name}`,
    message: 'is no loader known here',
    advice: 'Write linux-4.4 or later, xen-4.4 to xen-4.23, or all.',
  });
}
