/** Stepping through AMD containers as Linux does since 5.0: parse_container(), verify_patch(). */
import { amdFamilyModelStepping, cpuidOfPatchLevel, familyOfRevisionId, FIRST_ZEN_FAMILY } from '../../cpu/amd.ts';
import { linuxMaximum, LINUX_MINIMUM } from '../../formats/amd/sizes.ts';
import { containerHead, equivalenceOf, type PatchSection, sectionAt } from '../amd-sections.ts';
import { acrossCutOff } from '../amd-trust.ts';
import type { LoaderCpu } from '../explanation.ts';
import { type LinuxVersion, linuxHas } from './versions.ts';
import { type Reason, reason } from '../reasons.ts';

/** What the scan asks of version and CPU, worked out once. */
export interface Rules {
  readonly cpu: LoaderCpu;
  readonly family: number;
  /** Zen patches are matched by their level and the table is stepped over unseen. */
  readonly byLevel: boolean;
  /** Why a patch is passed over whatever it is for; undefined when it is not. */
  readonly passedOver: (revision: number) => Reason | undefined;
}

export const rulesFor = (version: LinuxVersion, cpu: LoaderCpu): Rules => {
  const { family } = amdFamilyModelStepping(cpu.signature);
  return {
    cpu,
    family,
    byLevel: family >= FIRST_ZEN_FAMILY && linuxHas(version, 'matchesByLevel'),
    passedOver: (revision) => acrossCutOff(version, cpu, revision),
  };
};

/** The end of a container: where, and what is there when it is not the end of the file. */
export interface ContainerEnd {
  readonly at: number;
  readonly why: Reason | undefined;
}

export type Visit = (patch: PatchSection, matches: boolean, refusal: Reason | undefined) => void;

/**
 * Steps through the container at `at` and shows every patch of it. A reason instead of an end: there is no container, or one that cannot
 * be stepped through.
 */
export function walkContainer(bytes: Uint8Array, at: number, rules: Rules, visit: Visit): ContainerEnd | Reason {
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
  const equivalence = rules.byLevel ? undefined : equivalenceOf(bytes, tableAt, tableLength, signature, true);
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
    visit(section, fits && ours, header === undefined ? undefined : rules.passedOver(header.patchId));
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
