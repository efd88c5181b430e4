import { Failure } from '../../findings/failure.ts';

/**
 * What `initrd splice` does with the microcode: put in that of the paths, remove what is there, or leave it.
 * @throws Failure when the paths and flags contradict each other or ask for nothing
 */
export function spliceMode(
  paths: readonly string[],
  flags: { readonly remove: boolean; readonly 'replace-all': boolean; readonly add?: readonly string[] | undefined },
): 'put' | 'remove' | 'keep' {
  const usage = (message: string): Failure =>
    new Failure({
      kind: 'usage',
      code: 'usage/splice',
      message,
      advice: 'Name microcode to put in, or --remove to take it out, or --add FILE=PATH.',
    });
  if (flags['replace-all'] && paths.length === 0) throw usage('--replace-all needs microcode to put in');
  if (flags.remove && paths.length > 0) throw usage('--remove takes no microcode');
  if (flags.remove) return 'remove';
  if (paths.length > 0) return 'put';
  if ((flags.add ?? []).length === 0) throw usage('nothing to put in and nothing to take out');
  return 'keep';
}
