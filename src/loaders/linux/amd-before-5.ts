/**
 * AMD patches in Linux before 5.0, which trusted the bytes more: no check of families, chipsets or the end of the file. From 4.10 on
 * parse_container() takes the last match of the first container that has one; before, apply_microcode_early_amd() loads every newer
 * patch of the first container whose table names the CPU, one after the other.
 */
import { hex32 } from '../../bytes/hex.ts';
import { containerHead, equivalenceOf, sectionAt } from '../amd-sections.ts';
import type { LoaderCpu, Selection } from '../explanation.ts';
import { candidatesOf, type ScannedPatch } from './amd-choice.ts';
import { type LinuxVersion, linuxHas } from './versions.ts';
import { notNewer, type Reason, reason } from '../reasons.ts';

/** PATCH_MAX_SIZE, a page: a longer patch ends its container. */
const LONGEST_PATCH = 4096;
/** What is stepped over where no container starts. */
const CONTAINER_HEADER_SIZE = 12;

/** A patch that ends its container because it is too long. */
interface TooLong {
  /** Undefined when it is for another CPU. */
  readonly patch: ScannedPatch | undefined;
  readonly why: Reason;
}

interface Container {
  readonly namesCpu: boolean;
  readonly patches: readonly ScannedPatch[];
  readonly others: number;
  readonly tooLong: TooLong | undefined;
  /** Byte offset. */
  readonly end: number;
}

/** The container at `at`, or undefined where none starts. The table is read up to its first zero entry. */
function containerAt(bytes: Uint8Array, at: number, cpu: LoaderCpu): Container | undefined {
  const head = containerHead(bytes, at);
  if (head === undefined || !head.isContainer || head.tableType !== 0 || head.tableLength === 0) return undefined;
  const { tableAt, tableLength } = head;
  const equivalence = equivalenceOf(bytes, tableAt, tableLength, cpu.signature, false);
  const patches: ScannedPatch[] = [];
  let others = 0;
  let tooLong: Container['tooLong'];
  let next = tableAt + tableLength;
  while (next < bytes.length) {
    const section = sectionAt(bytes, next);
    // The kernel hands over what lies behind the file when a patch leads out of it; here it ends the container.
    if (section === undefined || !section.isPatch || !section.fits) break;
    const { header } = section;
    const isOurs = header !== undefined && equivalence !== undefined && header.processorRevId === equivalence;
    if (section.size > LONGEST_PATCH) {
      const size = { found: section.size, limit: LONGEST_PATCH };
      const refusal = reason('longer-than-page', size);
      tooLong = {
        patch: isOurs ? { section, revision: header.patchId, refusal } : undefined,
        why: reason('patch-beyond-page', { at: section.patchAt, ...size }),
      };
      break;
    }
    if (!isOurs) others++;
    else patches.push({ section, revision: header.patchId, refusal: undefined });
    next = section.patchAt + section.size;
  }
  return { namesCpu: equivalence !== undefined, patches, others, tooLong, end: next };
}

export function selectAmdBefore5(version: LinuxVersion, cpu: LoaderCpu, bytes: Uint8Array): Selection {
  const oneByOne = linuxHas(version, 'loadsEachNewer');
  const cutShort: TooLong[] = [];
  let others = 0;
  let at = 0;
  while (at < bytes.length) {
    const container = containerAt(bytes, at, cpu);
    if (container === undefined) {
      if (oneByOne) return nothing(others, cutShort, reason('container-magic', { at }));
      at += CONTAINER_HEADER_SIZE;
      continue;
    }
    others += container.others;
    if (container.tooLong !== undefined) cutShort.push(container.tooLong);
    if (container.patches.length > 0) return conclude(version, cpu, bytes, container, others);
    if (oneByOne && container.namesCpu) return nothing(others, cutShort);
    at = container.end;
  }
  return nothing(others, cutShort);
}

/** Nothing is for this CPU, as far as the scan went: a patch that is too long hides what follows it. */
function nothing(others: number, cutShort: readonly TooLong[], end?: Reason): Selection {
  const patches = cutShort.flatMap(({ patch }) => patch ?? []);
  const [own] = patches;
  const why = cutShort[0]?.why ?? end;
  const candidates = candidatesOf(patches, undefined);
  if (own?.refusal !== undefined) {
    const because = reason('no-usable-match', { revision: hex32(own.revision), why: own.refusal.says });
    return { chosen: null, reason: because, candidates, others };
  }
  const said = why === undefined ? reason('nothing-matches', {}) : reason('bad-data', { why: why.says });
  return { chosen: null, reason: said, candidates, others };
}

function conclude(
  version: LinuxVersion,
  cpu: LoaderCpu,
  bytes: Uint8Array,
  { patches, tooLong }: Container,
  others: number,
): Selection {
  const oneByOne = linuxHas(version, 'loadsEachNewer');
  let chosen: ScannedPatch | undefined;
  for (const patch of patches) {
    const { revision } = patch;
    if (oneByOne && revision <= (chosen?.revision ?? cpu.revision)) {
      patch.refusal = reason('no-newer', { running: hex32(chosen?.revision ?? cpu.revision) });
    } else {
      if (chosen !== undefined) chosen.refusal = reason('superseded', { revision: hex32(revision) });
      chosen = patch;
    }
  }
  const same = chosen?.revision === cpu.revision && linuxHas(version, 'rewritesSameLevel');
  const seen = [...patches, ...(tooLong?.patch === undefined ? [] : [tooLong.patch])];
  if (chosen === undefined || (chosen.revision <= cpu.revision && !same)) {
    const offered = chosen?.revision ?? Math.max(...patches.map(({ revision }) => revision));
    const why = notNewer(offered, cpu.revision);
    return { chosen: null, reason: why, candidates: candidatesOf(seen, why), others };
  }
  const { section, revision } = chosen;
  const { patchAt: offset, size } = section;
  return {
    chosen: { offset, size, revision, bytes: bytes.subarray(offset, offset + size) },
    reason: reason('loads', { revision: hex32(revision) }),
    candidates: candidatesOf(seen, undefined),
    others,
  };
}
