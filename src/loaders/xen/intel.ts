/** Intel updates in Xen: cpu_request_microcode() and apply_microcode() (xen/arch/x86/cpu/microcode/intel.c). */
import { hex32, hex8 } from '../../bytes/hex.ts';
import type { Candidate, LoaderCpu, Selection } from '../explanation.ts';
import { type CheckedUpdate, walkIntel, XEN_CHECKS } from '../intel-updates.ts';
import { notNewer, type Reason, reason } from '../reasons.ts';
import { type XenVersion, xenHas } from './releases.ts';

interface Entry {
  readonly update: CheckedUpdate;
  verdict: Reason | undefined;
}

/**
 * Keeps the highest revision that fits, whatever runs; whether that is newer is asked afterwards. Bytes behind the last good update end the
 * parse but cost nothing that was found before.
 */
export function selectIntelOnXen(version: XenVersion, cpu: LoaderCpu, bytes: Uint8Array): Selection {
  const isNewer = newerOn(version);
  const walk = walkIntel(bytes, XEN_CHECKS);
  const entries: Entry[] = [];
  let others = 0;
  let best: Entry | undefined;
  for (const update of walk.updates) {
    const ours = update.cpus.filter(({ signature }) => signature === cpu.signature);
    if (ours.length === 0) {
      others++;
      continue;
    }
    const entry: Entry = { update, verdict: undefined };
    entries.push(entry);
    if (!ours.some(({ platformMask }) => (platformMask & cpu.platformMask) !== 0)) {
      const mask = ours.map(({ platformMask }) => hex8(platformMask)).join(' and ');
      entry.verdict = reason('other-platform', { mask });
    } else if (best !== undefined && !isNewer(best.update.revision, update.revision)) {
      entry.verdict = reason('not-higher', { revision: hex32(best.update.revision) });
    } else {
      if (best !== undefined) best.verdict = reason('superseded', { revision: hex32(update.revision) });
      best = entry;
    }
  }
  let refusal: Reason | undefined;
  if (best === undefined) {
    refusal = walk.end === undefined ? reason('nothing-matches', {}) : reason('bad-data', { why: walk.end.says });
  } else if (!isNewer(cpu.revision, best.update.revision)) {
    refusal = notNewer(best.update.revision, cpu.revision);
  }
  const candidates = entries.map(({ update, verdict }): Candidate => {
    const { offset, size, revision } = update;
    return { offset, size, revision, verdict: verdict ?? refusal ?? reason('loads', { revision: hex32(revision) }) };
  });
  if (best === undefined || refusal !== undefined) {
    return { chosen: null, reason: refusal ?? reason('nothing-matches', {}), candidates, others };
  }
  const { offset, size, revision } = best.update;
  const chosen = { offset, size, revision, bytes: bytes.subarray(offset, offset + size) };
  return { chosen, reason: reason('loads', { revision: hex32(revision) }), candidates, others };
}

/** compare_revisions(): pre-production revisions, negative ones, are always taken for newer. */
const newerOn = (version: XenVersion): ((old: number, candidate: number) => boolean) =>
  xenHas(version, 'signedRevisions')
    ? (old, candidate) => (candidate | 0) > (old | 0) || (candidate | 0) < 0
    : (old, candidate) => candidate > old;
