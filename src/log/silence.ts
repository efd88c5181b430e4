import { has, type XenRelease } from '../xen/releases.ts';
import type { LoggedCpu, LoggedMessage } from './logged.ts';
import type { Surroundings } from './surroundings.ts';
import { SILENT } from './messages/xen.ts';

/** Why a log says less than one would like. */
export interface Silence {
  /** No line is about microcode: the likely reason. Null when there is such a line. */
  readonly nothing: string | null;
  /** Xen loaded nothing and no message says why: what its release does without a word. */
  readonly xen: readonly string[];
}

export const silence = (
  release: XenRelease | null,
  surroundings: Surroundings,
  cpus: readonly LoggedCpu[],
  messages: readonly LoggedMessage[],
): Silence => {
  const xen = silentXen(release, cpus, messages);
  return { nothing: messages.length > 0 ? null : likelyReason(release, surroundings), xen };
};

/** In one sentence, the surest first. */
function likelyReason(release: XenRelease | null, log: Surroundings): string {
  if (log.isEmpty) return 'the log is empty';
  if (release !== null) return `Xen ${release.name} says little about microcode, and nothing when it loads nothing`;
  if (log.hasXenLines) {
    return "the log does not reach back to Xen's start: the buffer of xl dmesg has run over (conring_size= makes it larger); hypervisor.log or the serial console have the rest";
  }
  if (log.hypervisor !== null && /^xen/i.test(log.hypervisor)) {
    return 'Linux runs under Xen, and Xen is what loads: read the output of xl dmesg';
  }
  if (log.hypervisor !== null) {
    return `Linux is a guest of ${log.hypervisor}: it loads no microcode there; look on the host`;
  }
  if (log.disabledBy !== null) return `${log.disabledBy} on the command line of Linux switches its loader off`;
  if (log.linuxVersion !== null) {
    return 'this Linux was built without its loader (CONFIG_MICROCODE), has none for this CPU, or is a guest of a hypervisor that it does not know';
  }
  if (log.hasForeignBytes) return 'the file is no text: unpack it first, and print a journal with journalctl --file';
  return 'the log does not reach back to the start of Linux or Xen: take it with journalctl -k -b, dmesg soon after the start, or xl dmesg';
}

function silentXen(
  release: XenRelease | null,
  cpus: readonly LoggedCpu[],
  messages: readonly LoggedMessage[],
): string[] {
  const loaded = cpus.some(({ from, outcome }) => from === 'xen' && outcome !== 'unchanged');
  const explained = messages.some(({ from, kind }) => from === 'xen' && (kind === 'reason' || kind === 'unknown'));
  if (release === null || loaded || explained) return [];
  const silent = SILENT.filter(([trait]) => !has(release, trait)).map(([, why]) => why);
  return [
    'no ucode= on the line of the hypervisor',
    ...silent,
    has(release, 'updateLineVisible')
      ? 'nothing in the file is for this CPU, or newer than what it runs'
      : 'Intel updates are reported only with loglvl=all before 4.14',
  ];
}
