/** AMD patches in Linux: parse_container() early, __load_microcode_amd() late (arch/x86/kernel/cpu/microcode/amd.c). */
import { hex32 } from '../bytes/hex.ts';
import {
  amdFamilyModelStepping,
  cpuidOfPatchLevel,
  familyOfRevisionId,
  FINAL_PATCH_LEVELS,
  FIRST_ZEN_FAMILY,
  lowestPatchLevelOfCpuid,
} from '../cpu/amd.ts';
import { linuxMaximum, LINUX_MINIMUM } from '../formats/amd/sizes.ts';
import { containerHead, equivalenceOf, type PatchSection, sectionAt } from './amd-sections.ts';
import { distrust, hasWeakSignatures, isFirmwareOpen, acrossCutOff } from './amd-trust.ts';
import type { Candidate, LoaderCpu, Selection } from './explanation.ts';
import { type LinuxVersion, linuxHas } from './linux-versions.ts';
import { type Reason, reason } from './reasons.ts';

/** What the scan asks of version and CPU, worked out once. */
interface Rules {
  readonly cpu: LoaderCpu;
  readonly family: number;
  /** Zen patches are matched by their level and the table is stepped over unseen. */
  readonly byLevel: boolean;
  readonly tableByLength: boolean;
  readonly passesOverOtherSide: boolean;
}

const rulesFor = (version: LinuxVersion, cpu: LoaderCpu): Rules => {
  const { family } = amdFamilyModelStepping(cpu.signature);
  return {
    cpu,
    family,
    byLevel: family >= FIRST_ZEN_FAMILY && linuxHas(version, 'matchesByLevel'),
    tableByLength: linuxHas(version, 'tableByLength'),
    passesOverOtherSide: linuxHas(version, 'passesOverOtherSide'),
  };
};

/** The end of a container: where, and what is there when it is not the end of the file. */
interface ContainerEnd {
  readonly at: number;
  readonly why: Reason | undefined;
}

type Visit = (patch: PatchSection, matches: boolean, refusal: Reason | undefined) => void;

/**
 * Steps through the container at `at` and shows every patch of it. A reason instead of an end: there is no container, or one that cannot
 * be stepped through.
 */
function walkContainer(bytes: Uint8Array, at: number, rules: Rules, visit: Visit): ContainerEnd | Reason {
  const head = containerHead(bytes, at);
  // verify_container() wants more than the header, so a file that ends with it is cut off.
  if (head === undefined || bytes.length - at === 12) return reason('container-header', { at });
  if (!head.isContainer) return reason('container-magic', { at });
  const { tableAt, tableLength } = head;
  const room = bytes.length - tableAt;
  if (rules.byLevel) {
    if (tableLength > room) return reason('reads-beyond', {});
  } else {
    if (head.tableType !== 0) return reason('table-type', { at });
    if (tableLength < 16 || tableLength > room) return reason('table-length', { at });
  }
  const { signature } = rules.cpu;
  const equivalence = rules.byLevel
    ? undefined
    : equivalenceOf(bytes, tableAt, tableLength, signature, rules.tableByLength);
  let next = tableAt + tableLength;
  while (next < bytes.length) {
    const section = sectionAt(bytes, next);
    const fault = sectionFault(section, next, rules.family);
    if (section === undefined || fault !== undefined) return { at: next, why: fault };
    const { header } = section;
    // Also without a table entry: Linux then compares with id 0, which no patch of a supported family has.
    const fits =
      header !== undefined &&
      (rules.byLevel
        ? cpuidOfPatchLevel(header.patchId) === signature
        : equivalence !== undefined && header.processorRevId === equivalence);
    const ours = header !== undefined && familyOfRevisionId(header.processorRevId) === rules.family;
    const passedOver =
      rules.passesOverOtherSide && header !== undefined ? acrossCutOff(rules.cpu.revision, header.patchId) : undefined;
    visit(section, fits && ours, passedOver);
    next = section.patchAt + section.size;
  }
  return { at: next, why: undefined };
}

/** verify_patch(): what ends the container here, or undefined for a patch that can be stepped over. */
function sectionFault(section: PatchSection | undefined, at: number, family: number): Reason | undefined {
  if (section === undefined || !section.isPatch) return reason('section-type', { at });
  if (section.size < LINUX_MINIMUM || !section.fits) return reason('section-length', { at });
  const limit = linuxMaximum(family);
  if (limit !== null && section.size > limit) return reason('section-too-long', { at });
  const { header } = section;
  return header !== undefined && (header.nbDevId !== 0 || header.sbDevId !== 0)
    ? reason('chipset-bound', { at })
    : undefined;
}

interface Seen {
  readonly section: PatchSection;
  readonly revision: number;
  refusal: Reason | undefined;
}

/** The early loader: the last match of a container counts; which container does depends on the version. */
export function selectAmdEarly(version: LinuxVersion, cpu: LoaderCpu, bytes: Uint8Array): Selection {
  const rules = rulesFor(version, cpu);
  const stopsAtFirstMatch = linuxHas(version, 'stopsAtFirstMatch');
  const seen: Seen[] = [];
  let others = 0;
  let chosen: Seen | undefined;
  let end: Reason | undefined;
  const visit: Visit = (section, matches, refusal) => {
    if (!matches || section.header === undefined) {
      others++;
      return;
    }
    const patch: Seen = { section, revision: section.header.patchId, refusal };
    seen.push(patch);
    if (refusal !== undefined) return;
    if (chosen !== undefined) chosen.refusal = reason('superseded', { revision: hex32(patch.revision) });
    chosen = patch;
  };
  let at = 0;
  while (at < bytes.length) {
    const container = walkContainer(bytes, at, rules, visit);
    if ('code' in container) {
      end = container;
      break;
    }
    end = container.why;
    at = container.at;
    if (chosen !== undefined && stopsAtFirstMatch) break;
  }
  if (chosen !== undefined && at < bytes.length) others += markUnreached(bytes, at, rules, seen);
  return conclude({ version, cpu, bytes, seen, others, chosen, end });
}

/** Lists the matches behind the container that is used, for the reader of the explanation; Linux does not look at them. */
function markUnreached(bytes: Uint8Array, start: number, rules: Rules, seen: Seen[]): number {
  let others = 0;
  let at = start;
  while (at < bytes.length) {
    const container = walkContainer(bytes, at, rules, (section, matches) => {
      if (!matches || section.header === undefined) others++;
      else seen.push({ section, revision: section.header.patchId, refusal: reason('later-container', {}) });
    });
    if ('code' in container || container.at <= at) break;
    at = container.at;
  }
  return others;
}

interface Scan {
  readonly version: LinuxVersion;
  readonly cpu: LoaderCpu;
  readonly bytes: Uint8Array;
  readonly seen: readonly Seen[];
  readonly others: number;
  readonly chosen: Seen | undefined;
  /** What stood where the scan ended. */
  readonly end: Reason | undefined;
}

function conclude({ version, cpu, bytes, seen, others, chosen, end }: Scan): Selection {
  const refusal = chosen === undefined ? nothingFound(seen, end) : refused(version, cpu, bytes, chosen);
  const candidates = seen.map((patch): Candidate => {
    const { patchAt, size } = patch.section;
    const verdict = patch.refusal ?? refusal ?? reason('loads', { revision: hex32(patch.revision) });
    return { offset: patchAt, size, revision: patch.revision, verdict };
  });
  if (chosen === undefined || refusal !== undefined) {
    return { chosen: null, reason: refusal ?? reason('nothing-matches', {}), candidates, others };
  }
  const { section, revision } = chosen;
  const patch = { offset: section.patchAt, size: section.size, revision, bytes: patchBytes(bytes, section) };
  return { chosen: patch, reason: reason('loads', { revision: hex32(revision) }), candidates, others };
}

const patchBytes = (bytes: Uint8Array, { patchAt, size }: PatchSection): Uint8Array =>
  bytes.subarray(patchAt, patchAt + size);

function nothingFound(seen: readonly Seen[], end: Reason | undefined): Reason {
  if (end?.code === 'reads-beyond') return end;
  const passedOver = seen.find(({ refusal }) => refusal !== undefined)?.refusal;
  if (passedOver !== undefined) return passedOver;
  return end === undefined ? reason('nothing-matches', {}) : reason('bad-data', { why: end.says });
}

/** What stands between the patch that the scan chose and the CPU. */
function refused(version: LinuxVersion, cpu: LoaderCpu, bytes: Uint8Array, chosen: Seen): Reason | undefined {
  const { revision } = chosen;
  const running = hex32(cpu.revision);
  if (cpu.revision > revision) return reason('older-than-running', { revision: hex32(revision), running });
  if (cpu.revision === revision && !linuxHas(version, 'rewritesSameLevel')) return reason('nothing-newer', { running });
  return distrusted(version, cpu, patchBytes(bytes, chosen.section), revision);
}

function distrusted(version: LinuxVersion, cpu: LoaderCpu, patch: Uint8Array, revision: number): Reason | undefined {
  if (!linuxHas(version, 'digestList') || !hasWeakSignatures(cpu.signature)) return undefined;
  const running = cpu.revision === 0 ? lowestPatchLevelOfCpuid(cpu.signature) : cpu.revision;
  if (!isFirmwareOpen(running)) return undefined;
  const fault = distrust('linux', revision, patch);
  if (fault === undefined) return undefined;
  return reason(fault === 'unlisted' ? 'digest-unlisted' : 'digest-mismatch', { revision: hex32(revision) });
}

/** Levels of family 10h with which the loader turns itself off, whatever the family (amd_check_current_patch_level()). */
export const isFinalOnLinux = ({ revision }: LoaderCpu): boolean => FINAL_PATCH_LEVELS.includes(revision);

/** The late loader: one container that has to be right to its last byte; its patches go into a cache first. */
export function selectAmdLate(version: LinuxVersion, cpu: LoaderCpu, bytes: Uint8Array): Selection {
  const rules = rulesFor(version, cpu);
  const cache = new Map<number, Seen>();
  const seen: Seen[] = [];
  let others = 0;
  const keep = (patch: Seen, key: number, isNewer: (old: number) => boolean): void => {
    const old = cache.get(key);
    if (old !== undefined && !isNewer(old.revision)) {
      patch.refusal = reason('not-higher', { revision: hex32(old.revision) });
      return;
    }
    if (old !== undefined) old.refusal = reason('superseded', { revision: hex32(patch.revision) });
    cache.set(key, patch);
  };
  const container = walkContainer(bytes, 0, rules, (section, matches, refusal) => {
    const { header } = section;
    if (!matches || header === undefined) {
      others++;
      return;
    }
    const patch: Seen = { section, revision: header.patchId, refusal };
    seen.push(patch);
    if (refusal === undefined) keep(patch, header.processorRevId, (old) => patch.revision > old);
  });
  const fault = 'code' in container ? container : container.why;
  if (fault !== undefined) {
    const why = reason('bad-file', { why: fault.says });
    for (const patch of seen) patch.refusal ??= reason('discarded-with-file', {});
    return conclude({ version, cpu, bytes, seen, others, chosen: undefined, end: why });
  }
  const chosen = [...cache.values()].at(0);
  const found = conclude({ version, cpu, bytes, seen, others, chosen, end: undefined });
  // load_microcode_amd() asks for something newer before any CPU is stopped.
  if (found.chosen === null || found.chosen.revision > cpu.revision) return found;
  const nothingNewer = reason('nothing-newer', { running: hex32(cpu.revision) });
  return {
    ...found,
    chosen: null,
    reason: nothingNewer,
    candidates: found.candidates.map((candidate) =>
      candidate.verdict.code === 'loads' ? { ...candidate, verdict: nothingNewer } : candidate,
    ),
  };
}
