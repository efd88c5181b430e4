/** Findings on single updates that are undamaged but should not be shipped. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { isPreProductionTwin } from '../../formats/amd/sizes.ts';
import { UPDATE_HEADER } from '../../formats/intel/layout.ts';
import type { IntelUpdate } from '../../formats/intel/update.ts';
import type { AmdPatch } from '../../formats/amd/patch.ts';
import { PATCH_HEADER } from '../../formats/amd/header.ts';
import { type CollectedUpdate, type Located, locatedIn, type Update } from '../collect.ts';

export const verifyHeaders = (collected: readonly CollectedUpdate[]): Located[] =>
  collected.flatMap(({ origin, update }) => locatedIn(origin, updateFindings(update)));

function updateFindings(update: Update): Finding[] {
  switch (update.vendor) {
    case 'intel':
      return intelFindings(update);
    case 'amd':
      return amdFindings(update);
    case 'via':
      return [];
  }
}

const minimumFinding = (offset: number, minimum: number, revision: number): Finding =>
  finding(
    'bundle/minimum-revision',
    { offset, field: 'minimumRevision' },
    { found: hex32(minimum), expected: hex32(revision) },
  );

function intelFindings({ header, revision }: IntelUpdate): Finding[] {
  const { minimumRevision } = header;
  // Both are compared unsigned, as Linux does.
  if (minimumRevision === 0 || minimumRevision < revision) return [];
  return [minimumFinding(UPDATE_HEADER.fields.minimumRevision.offset, minimumRevision, revision)];
}

function amdFindings({ minimumBaseRevision, revision, formatSize, family }: AmdPatch): Finding[] {
  const findings: Finding[] = [];
  if (minimumBaseRevision !== null && minimumBaseRevision >= revision) {
    const { offset } = PATCH_HEADER.fields.checksumOrMinRevision;
    findings.push(minimumFinding(offset, minimumBaseRevision, revision));
  }
  if (formatSize !== null && isPreProductionTwin(formatSize)) {
    findings.push(finding('bundle/pre-production', { offset: 0 }, { found: formatSize, family: hex8(family) }));
  }
  return findings;
}
