import { bcdDate } from '../../bytes/bcd-date.ts';
import { PATCH_HEADER } from '../../formats/amd/header.ts';
import { UPDATE_HEADER } from '../../formats/intel/layout.ts';
import type { Chosen, Explanation, LoaderCpu } from '../../loaders/explanation.ts';
import { isNotNewer } from '../../loaders/reasons.ts';
import { has, type XenRelease } from '../releases.ts';

/** `%#x` of C. */
const hex = (value: number): string => (value === 0 ? '0' : `0x${(value >>> 0).toString(16)}`);

/** As stored in the update; AMD lines have no date before 4.16. */
function dateOf(release: XenRelease, { vendor }: LoaderCpu, { bytes }: Chosen): string {
  if (vendor === 'amd' && !has(release, 'amdDate')) return '';
  const word = vendor === 'intel' ? UPDATE_HEADER.decode(bytes)?.date : PATCH_HEADER.decode(bytes)?.dataCode;
  return word === undefined ? '' : `, date = ${bcdDate(word).text}`;
}

/**
 * What the console says about the boot CPU's load when the CPU takes the update, with every line shown (`loglvl=all`). Lines about
 * what is wrong with single updates, which come before a parse error, are not among them.
 */
export function consoleLines(release: XenRelease, cpu: LoaderCpu, { chosen, reason }: Explanation): string[] {
  if (chosen !== null) {
    const date = dateOf(release, cpu, chosen);
    return [`microcode: CPU0 updated from revision ${hex(cpu.revision)} to ${hex(chosen.revision)}${date}`];
  }
  const newer = has(release, 'reportsEmptyScan');
  if (reason.code === 'bad-data') return [newer ? 'Microcode: Parse error -22' : 'Parsing microcode blob error -22'];
  return newer && !isNotNewer(reason) ? ['Microcode: No suitable patch found'] : [];
}
