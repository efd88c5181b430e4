import type { Update } from './collect.ts';

/** Whether the update is all there and no finding of severity error speaks against it. */
export const isSound = ({ findings, bytes, size }: Update): boolean =>
  bytes.length === size && findings.every(({ severity }) => severity !== 'error');
