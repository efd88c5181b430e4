/** Where bytes come from: a path, the way through nested archives, and how far into the innermost one. */
export interface Origin {
  /** As it was given, or as found in a folder that was given; `-` for standard input. */
  readonly path: string;
  /** Names of the members passed through, outermost first. */
  readonly members: readonly string[];
  /** Byte offset in the innermost member (in the file itself when there is none). */
  readonly offset: number;
}

/** The origin of a whole file. */
export const fileOrigin = (path: string): Origin => ({ path, members: [], offset: 0 });

/** The origin of a whole member of `outer`. */
export const memberOrigin = (outer: Origin, name: string): Origin => ({
  path: outer.path,
  members: [...outer.members, name],
  offset: 0,
});

/** The last member under another name. */
export const renamed = (origin: Origin, name: string): Origin => ({
  ...origin,
  members: [...origin.members.slice(0, -1), name],
});

/** What stands behind the last slash. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The origin `by` bytes further on. */
export const originAt = (origin: Origin, by: number): Origin => ({ ...origin, offset: origin.offset + by });

/** An origin as text: `linux-image.deb!data.tar!./lib/firmware/intel-ucode/06-8f-08+0x3000`; an offset of 0 is left out. Never throws. */
export function formatOrigin(origin: Origin): string {
  const name = [origin.path, ...origin.members].join('!');
  return origin.offset === 0 ? name : `${name}+0x${origin.offset.toString(16)}`;
}
