/** Counts what an archive holds besides microcode: an archive of a million links gives one finding. */
import { type Finding, finding } from '../../findings/finding.ts';

const COUNTED = {
  parent: 'archive/parent-name',
  absolute: 'archive/absolute-name',
  link: 'archive/link',
  special: 'archive/special-file',
} as const;

type Kind = keyof typeof COUNTED;

export class Tally {
  readonly #seen = new Map<Kind, { count: number; first: string }>();
  #unknown = 0;

  /** A member that is no microcode. */
  unknown(): void {
    this.#unknown += 1;
  }

  /** Looks at a member's name. */
  name(name: string): void {
    if (name.startsWith('/')) this.add('absolute', name);
    if (name.split('/').includes('..')) this.add('parent', name);
  }

  add(kind: Kind, name: string): void {
    const seen = this.#seen.get(kind);
    if (seen === undefined) this.#seen.set(kind, { count: 1, first: name });
    else seen.count += 1;
  }

  /** Findings about the archive as a whole. */
  findings(): Finding[] {
    const found = [...this.#seen].map(([kind, data]) => finding(COUNTED[kind], { offset: 0 }, data));
    if (this.#unknown > 0) {
      const reason = `${this.#unknown} members that are not microcode`;
      found.push(finding('input/skipped', { offset: 0 }, { reason }));
    }
    return found;
  }
}
