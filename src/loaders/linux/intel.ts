/** Intel updates in Linux: scan_microcode() early, parse_microcode_blobs() late (arch/x86/kernel/cpu/microcode/intel.c). */
import { hex32, hex8 } from '../../bytes/hex.ts';
import { intelFamilyModelStepping } from '../../cpu/intel.ts';
import type { Candidate, Chosen, LoaderCpu, Selection } from '../explanation.ts';
import { LINUX_CHECKS, type NamedCpu, type CheckedUpdate, walkIntel } from '../intel-updates.ts';
import { type LinuxVersion, linuxHas } from './versions.ts';
import { notNewer, type Reason, type ReasonCode, reason, runningText } from '../reasons.ts';

/** How a CPU and a mask are compared. */
interface Matching {
  readonly signature: number;
  readonly platformMask: number;
  readonly zeroMaskIsAny: boolean;
}

/** cpu_signatures_match(): equal signatures, and masks that meet or are both 0. */
const namesCpu = ({ signature, platformMask, zeroMaskIsAny }: Matching, cpu: NamedCpu): boolean => {
  if (cpu.signature !== signature) return false;
  if (cpu.platformMask === 0) return zeroMaskIsAny || platformMask === 0;
  return (cpu.platformMask & platformMask) !== 0;
};

/** Before the Deschutes Pentium II a CPU has no platform id, and Linux takes 0 for its mask. */
function platformMaskOf({ signature, platformMask }: LoaderCpu, zeroMaskIsAny: boolean): number {
  const { family, model } = intelFamilyModelStepping(signature);
  return family === 6 && model < 5 && !zeroMaskIsAny ? 0 : platformMask;
}

/** Erratum GNR98: stepping 1 of Granite Rapids on some platforms, where a revision up to `lastBefore` must not be followed by one above `lastGood`. */
const GNR98 = { signature: 0x000a06d1, platforms: 0x95, lastBefore: 0x01000404, lastGood: 0x01000405 } as const;
const isGnr98 = ({ signature, platformMask, revision }: LoaderCpu, update: number): boolean =>
  signature === GNR98.signature &&
  (platformMask & GNR98.platforms) !== 0 &&
  revision <= GNR98.lastBefore &&
  update > GNR98.lastGood;

export interface LateOptions {
  /** `microcode=force_minrev`. */
  readonly forceMinimum: boolean;
}

/** Takes the highest newer revision of a file; compares without sign, as struct microcode_header_intel has it. */
export function selectIntelOnLinux(
  version: LinuxVersion,
  cpu: LoaderCpu,
  bytes: Uint8Array,
  late?: LateOptions,
): Selection {
  const zeroMaskIsAny = linuxHas(version, 'zeroMaskIsAny');
  const matching = { signature: cpu.signature, platformMask: platformMaskOf(cpu, zeroMaskIsAny), zeroMaskIsAny };
  const chained = late === undefined && linuxHas(version, 'comparesWithPrevious');
  const needsMinimum = late?.forceMinimum === true && linuxHas(version, 'minimumRevision');
  const skipsGnr98 = linuxHas(version, 'passesOverGnr98');
  const running = runningText(cpu.revision);
  const walk = walkIntel(bytes, LINUX_CHECKS);
  const matches: Entry[] = [];
  let best: CheckedUpdate | undefined;
  const judge = (update: CheckedUpdate): Reason | undefined => {
    if (update.revision <= (best?.revision ?? cpu.revision)) {
      return best === undefined
        ? reason('no-newer', { running })
        : reason('not-higher', { revision: hex32(best.revision) });
    }
    if (chained && best !== undefined) {
      // has_newer_microcode() is called with the header of the previous choice in the place of the CPU.
      const previous = { ...best.cpus[0], zeroMaskIsAny };
      if (!update.cpus.some((named) => namesCpu(previous, named))) {
        return reason('other-platform-of-previous', { revision: hex32(best.revision) });
      }
    }
    if (skipsGnr98 && isGnr98(cpu, update.revision)) return reason('erratum-gnr98', { running });
    const { minimumRevision } = update.header;
    if (!needsMinimum) return undefined;
    if (minimumRevision === 0) return reason('no-minimum', {});
    const minimum = hex32(minimumRevision);
    return cpu.revision < minimumRevision ? reason('unsafe-late', { minimum, running }) : undefined;
  };
  let others = 0;
  for (const update of walk.updates) {
    const ours = update.cpus.filter(({ signature }) => signature === cpu.signature);
    if (ours.length === 0) {
      others++;
    } else if (!ours.some((named) => namesCpu(matching, named))) {
      const mask = ours.map(({ platformMask }) => hex8(platformMask)).join(' and ');
      matches.push({ update, verdict: reason('other-platform', { mask }) });
    } else {
      const refusal = judge(update);
      if (refusal === undefined) best = update;
      matches.push({ update, verdict: refusal });
    }
  }
  return conclude({ cpu, bytes, walk, matches, best, others, late: late !== undefined });
}

interface Entry {
  readonly update: CheckedUpdate;
  /** Undefined when the update was the best one when it was seen. */
  readonly verdict: Reason | undefined;
}

interface Outcome {
  readonly cpu: LoaderCpu;
  readonly bytes: Uint8Array;
  readonly walk: { readonly end: Reason | undefined };
  readonly matches: readonly Entry[];
  readonly best: CheckedUpdate | undefined;
  readonly others: number;
  readonly late: boolean;
}

function conclude({ cpu, bytes, walk, matches, best, others, late }: Outcome): Selection {
  // Both paths return nothing at all unless the walk has used up the file to its last byte.
  const spoiled = walk.end;
  const candidates = matches.map(({ update, verdict }): Candidate => {
    const { offset, size, revision } = update;
    return { offset, size, revision, verdict: verdict ?? fate(update, best, spoiled) };
  });
  if (spoiled !== undefined) {
    const code = late ? 'bad-file' : 'not-consumed';
    return { chosen: null, reason: reason(code, { why: spoiled.says }), candidates, others };
  }
  if (best !== undefined) {
    const { offset, size, revision } = best;
    const chosen: Chosen = { offset, size, revision, bytes: bytes.subarray(offset, offset + size) };
    return { chosen, reason: reason('loads', { revision: hex32(revision) }), candidates, others };
  }
  return { chosen: null, reason: whyNone(cpu, matches), candidates, others };
}

/** What is newer and still not taken says more than what is not even newer. */
const NEWER_AND_NOT_TAKEN: ReadonlySet<ReasonCode> = new Set(['no-minimum', 'unsafe-late', 'erratum-gnr98']);

function whyNone(cpu: LoaderCpu, matches: readonly Entry[]): Reason {
  const unsafe = matches.find(({ verdict }) => verdict !== undefined && NEWER_AND_NOT_TAKEN.has(verdict.code));
  if (unsafe?.verdict !== undefined) {
    const { revision } = unsafe.update;
    return reason('no-usable-match', { revision: hex32(revision), why: unsafe.verdict.says });
  }
  const fitting = matches.filter(({ verdict }) => verdict?.code !== 'other-platform');
  if (fitting.length === 0) return reason('nothing-matches', {});
  return notNewer(Math.max(...fitting.map(({ update }) => update.revision)), cpu.revision);
}

function fate(update: CheckedUpdate, best: CheckedUpdate | undefined, spoiled: Reason | undefined): Reason {
  if (best !== undefined && best !== update) return reason('superseded', { revision: hex32(best.revision) });
  if (spoiled !== undefined) return reason('discarded-with-file', {});
  return reason('loads', { revision: hex32(update.revision) });
}
