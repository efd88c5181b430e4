/** Why a compressed stream cannot be followed: it is cut off, or its bytes contradict the format. */
export type StreamDamage = 'cut-off' | 'corrupt';

/** Where a compressed stream ends, told from its structure alone; bytes from its start. */
export type StreamEnd =
  | { readonly kind: 'end'; readonly end: number }
  | { readonly kind: 'damaged'; readonly damage: StreamDamage; readonly reason: string };

export const endAt = (end: number): StreamEnd => ({ kind: 'end', end });

export const cutOff = (what: string): StreamEnd => ({
  kind: 'damaged',
  damage: 'cut-off',
  reason: `${what} is cut off`,
});

export const corrupt = (reason: string): StreamEnd => ({ kind: 'damaged', damage: 'corrupt', reason });
