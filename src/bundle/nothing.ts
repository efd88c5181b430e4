/** The message when a command was given microcode and nothing of it is left to work on. */
import { finding } from '../findings/finding.ts';
import { fileOrigin } from '../inputs/origin.ts';
import { type Located, locatedIn } from './collect.ts';

/**
 * A finding when none of the `count` updates that were read is `wanted`, or none was read at all and no error among `findings` says so
 * already.
 */
export function nothingFound(count: number, wanted: number, findings: readonly Located[]): Located[] {
  if (wanted > 0) return [];
  if (count > 0)
    return locatedIn(fileOrigin('the selection'), [finding('bundle/none-selected', { offset: 0 }, { count })]);
  const said = findings.some(({ finding: { severity } }) => severity === 'error');
  return said ? [] : locatedIn(fileOrigin('the input'), [finding('bundle/empty', { offset: 0 }, {})]);
}
