/** AMD patches in Xen: cpu_request_microcode() and apply_microcode() (xen/arch/x86/cpu/microcode/amd.c). */
import { hex32 } from '../../bytes/hex.ts';
import { amdFamilyModelStepping, FINAL_PATCH_LEVELS } from '../../cpu/amd.ts';
import { PATCH_HEADER } from '../../formats/amd/header.ts';
import { EQUIVALENCE_ENTRY } from '../../formats/amd/equivalence.ts';
import { xenMaximum } from '../../formats/amd/sizes.ts';
import { type ContainerHead, containerHead, equivalenceOf, type PatchSection, sectionAt } from '../amd-sections.ts';
import { distrust, xenAsksForDigest, xenDigests } from '../amd-trust.ts';
import type { Candidate, LoaderCpu, Selection } from '../explanation.ts';
import { notNewer, type Reason, reason, runningText } from '../reasons.ts';
import { type XenVersion, xenHas } from './releases.ts';

export interface XenAmdOptions {
  /** `ucode=digest-check`, on unless the command line says no. */
  readonly digestCheck: boolean;
}

interface Entry {
  readonly section: PatchSection;
  readonly revision: number;
  verdict: Reason | undefined;
}

/** The state of one parse. */
class Parse {
  readonly entries: Entry[] = [];
  others = 0;
  best: Entry | undefined;
  readonly #version: XenVersion;
  readonly #cpu: LoaderCpu;
  readonly #bytes: Uint8Array;
  readonly #family: number;
  readonly #checksDigest: boolean;
  /** The id that the first table with this CPU gave it; later tables have to agree. */
  #equivalence: number | undefined;

  constructor(version: XenVersion, cpu: LoaderCpu, bytes: Uint8Array, options: XenAmdOptions) {
    this.#version = version;
    this.#cpu = cpu;
    this.#bytes = bytes;
    this.#family = amdFamilyModelStepping(cpu.signature).family;
    this.#checksDigest = options.digestCheck && xenAsksForDigest(version, cpu);
  }

  /** Reads every container; the reason why it stopped before the end, if it did. */
  run(): Reason | undefined {
    let at = 0;
    while (at < this.#bytes.length) {
      const head = containerHead(this.#bytes, at);
      if (head === undefined ? this.#bytes.length - at < 4 : !head.isContainer)
        return reason('container-magic', { at });
      const fault = this.#tableFault(head, at);
      if (head === undefined || fault !== undefined) return fault;
      const { tableAt, tableLength } = head;
      const found = equivalenceOf(this.#bytes, tableAt, tableLength, this.#cpu.signature, false);
      this.#equivalence ??= found;
      if (found !== undefined && found !== this.#equivalence) return reason('table-conflict', { at });
      const end = this.#patches(tableAt + tableLength, found !== undefined);
      if (end.why !== undefined && !this.#goesOn(end.at)) return end.why;
      at = end.at;
    }
    return undefined;
  }

  /** Before 4.15 a fault in a container was forgotten when the next one stood where it was found: the magic there began it. */
  #goesOn(at: number): boolean {
    return xenHas(this.#version, 'goesOnAfterFault') && containerHead(this.#bytes, at)?.isContainer === true;
  }

  #tableFault(head: ContainerHead | undefined, at: number): Reason | undefined {
    if (head === undefined || head.tableType !== 0) return reason('table-type', { at });
    const { tableAt, tableLength } = head;
    const entry = EQUIVALENCE_ENTRY.size;
    if (tableLength > this.#bytes.length - tableAt || tableLength % entry !== 0) return reason('table-length', { at });
    if (!xenHas(this.#version, 'wantsTableEnd')) return undefined;
    const last = EQUIVALENCE_ENTRY.decode(this.#bytes, tableAt + tableLength - entry);
    return last?.installedCpu === 0 ? undefined : reason('table-end', { at });
  }

  /** Patches from `start` to the next magic or the end. Their sections are checked also when the table does not name this CPU. */
  #patches(start: number, applicable: boolean): { readonly at: number; readonly why: Reason | undefined } {
    let at = start;
    while (at < this.#bytes.length) {
      const section = sectionAt(this.#bytes, at);
      if (section === undefined || !section.isPatch) return { at, why: reason('section-type', { at }) };
      if (!section.fits || section.size < PATCH_HEADER.size) return { at, why: reason('section-length', { at }) };
      if (applicable) {
        const fault = this.#consider(section);
        if (fault !== undefined) return { at, why: fault };
      } else {
        this.others++;
      }
      at = section.patchAt + section.size;
      if (containerHead(this.#bytes, at)?.isContainer === true) break;
    }
    return { at, why: undefined };
  }

  #consider(section: PatchSection): Reason | undefined {
    const { header } = section;
    const limit = longestPatch(this.#version, this.#family);
    const fits = header !== undefined && header.processorRevId === this.#equivalence;
    if (section.size > limit) {
      if (xenHas(this.#version, 'lengthEndsParse')) return reason('section-too-long', { at: section.at });
      if (fits) this.#note(section, header.patchId, reason('too-long', { limit }));
      return undefined;
    }
    if (!fits) {
      this.others++;
      return undefined;
    }
    const revision = header.patchId;
    if (this.best !== undefined && revision <= this.best.revision) {
      this.#note(section, revision, reason('not-higher', { revision: hex32(this.best.revision) }));
      return undefined;
    }
    const distrusted = this.#checksDigest
      ? distrust(xenDigests(this.#version), revision, this.#patchBytes(section))
      : undefined;
    if (distrusted !== undefined) {
      this.#note(section, revision, reason(distrusted === 'unlisted' ? 'no-digest' : 'wrong-digest', {}));
      return undefined;
    }
    if (this.best !== undefined) this.best.verdict = reason('superseded', { revision: hex32(revision) });
    this.best = this.#note(section, revision, undefined);
    return undefined;
  }

  #note(section: PatchSection, revision: number, verdict: Reason | undefined): Entry {
    const entry: Entry = { section, revision, verdict };
    this.entries.push(entry);
    return entry;
  }

  #patchBytes({ patchAt, size }: PatchSection): Uint8Array {
    return this.#bytes.subarray(patchAt, patchAt + size);
  }
}

/** verify_patch_size(): the limits grew with the families, a family that a release does not know has the oldest one. */
function longestPatch(version: XenVersion, family: number): number {
  if (family === 0x19 && !xenHas(version, 'family19h')) return version.minor === 14 ? 4800 : 2048;
  return family === 0x1a && !xenHas(version, 'family1ah') ? 2048 : xenMaximum(family);
}

/** Keeps the highest level that fits over all containers, and asks afterwards whether it may be loaded. */
export function selectAmdOnXen(
  version: XenVersion,
  cpu: LoaderCpu,
  bytes: Uint8Array,
  options: XenAmdOptions,
): Selection {
  const parse = new Parse(version, cpu, bytes, options);
  const end = parse.run();
  const { entries, others, best } = parse;
  const refusal = best === undefined ? nothingFound(entries, end) : refused(version, cpu, best);
  const candidates = entries.map(({ section, revision, verdict }): Candidate => {
    const fate = verdict ?? refusal ?? reason('loads', { revision: hex32(revision) });
    return { offset: section.patchAt, size: section.size, revision, verdict: fate };
  });
  if (best === undefined || refusal !== undefined) {
    return { chosen: null, reason: refusal ?? reason('nothing-matches', {}), candidates, others };
  }
  const { patchAt: offset, size } = best.section;
  const chosen = { offset, size, revision: best.revision, bytes: bytes.subarray(offset, offset + size) };
  return { chosen, reason: reason('loads', { revision: hex32(best.revision) }), candidates, others };
}

function nothingFound(entries: readonly Entry[], end: Reason | undefined): Reason {
  if (end !== undefined) return reason('bad-data', { why: end.says });
  const [first] = entries;
  if (first?.verdict === undefined) return reason('nothing-matches', {});
  return reason('no-usable-match', { revision: hex32(first.revision), why: first.verdict.says });
}

/** apply_microcode(): newer, not a final level, and not below the minimum that the patch names. */
function refused(version: XenVersion, cpu: LoaderCpu, { revision, section }: Entry): Reason | undefined {
  const same = revision === cpu.revision && xenHas(version, 'rewritesSameLevel');
  if (revision <= cpu.revision && !same) return notNewer(revision, cpu.revision);
  const { family } = amdFamilyModelStepping(cpu.signature);
  if (family === 0x10 && FINAL_PATCH_LEVELS.includes(cpu.revision))
    return reason('final-level', { running: hex32(cpu.revision) });
  const minimum = xenHas(version, 'minimumRevision') ? minimumOf(section) : undefined;
  if (minimum === undefined || cpu.revision >= minimum) return undefined;
  return reason('below-minimum', {
    revision: hex32(revision),
    minimum: hex32(minimum),
    running: runningText(cpu.revision),
  });
}

/** check_min_rev(): the field was a checksum once, so it counts only when it differs from the level in the last byte alone. */
function minimumOf({ header }: PatchSection): number | undefined {
  if (header === undefined || header.processorRevId < 0xa000) return undefined;
  const { checksumOrMinRevision: minimum, patchId } = header;
  return minimum !== 0 && (minimum ^ patchId) >>> 8 === 0 ? minimum : undefined;
}
