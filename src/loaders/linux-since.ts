/** Since when Linux does what a trait says, for sentences: the one place where rules and pages take it from. */
import { LINUX_TRAITS, type LinuxTrait } from './linux-versions.ts';

/** `6.19, 6.18, 6.12 and 6.6`: the first release of the main line, then the stable branches that took it over. */
export function saysLinuxSince(trait: LinuxTrait): string {
  const row: { readonly since: string; readonly backports?: readonly string[] } = LINUX_TRAITS[trait];
  const names = [row.since, ...(row.backports ?? [])];
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}
