/** What is known of a CPU so far. */
export interface CpuState {
  readonly before: number | null;
  readonly after: number | null;
  readonly refused: number | null;
  readonly date: string | null;
  /** How its last load ended. */
  readonly last: 'updated' | 'failed' | null;
}

type Groups = Readonly<Record<string, string | undefined>>;

const revision = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

const FRESH: CpuState = { before: null, after: null, refused: null, date: null, last: null };

/** `groups`: the revisions of a line, by the names of `MessageRow`. */
export function nextState(
  state: CpuState = FRESH,
  kind: 'revision' | 'updated' | 'failed',
  { old, new: newer, now, date }: Groups,
): CpuState {
  const from = revision(old);
  const to = revision(newer);
  switch (kind) {
    case 'updated':
      // Linux 6.7 and later tell of the two revisions in two lines, in either order; a late load comes on top of an early one.
      return {
        ...state,
        before: state.last === 'updated' && to !== null ? (state.before ?? from) : (from ?? state.before),
        after: to ?? state.after,
        date: date ?? state.date,
        last: 'updated',
      };
    case 'failed': {
      const running = from ?? revision(now) ?? state.after;
      return {
        ...state,
        before: state.before ?? running,
        after: running,
        refused: to ?? state.refused,
        last: 'failed',
      };
    }
    case 'revision':
      return { ...state, before: state.last === 'updated' ? state.before : (state.before ?? to), after: to };
  }
}

/** A load that leaves the revision as it was has changed nothing, whatever the line calls it. */
export function outcomeOf({ before, after, last }: CpuState): 'updated' | 'failed' | 'unchanged' {
  if (last === 'failed') return 'failed';
  return last === 'updated' && (before === null || before !== after) ? 'updated' : 'unchanged';
}
