import { hexBytes } from '../bytes/hex.ts';
import { type Finding, finding, shifted } from '../findings/finding.ts';
import { isAmdContainer, parseAmdContainers } from '../formats/amd/container.ts';
import { parseIntelFile } from '../formats/intel/update.ts';
import { type EarlyVendor, VENDOR_FILES } from '../loaders/early-paths.ts';

/**
 * Faults of a vendor file's payload for which it must not be written; empty when there are none.
 * Every part is a whole number of updates, or of containers.
 * Offsets count from the start of the payload.
 */
export function checkPayload(vendor: EarlyVendor, parts: readonly Uint8Array[]): Finding[] {
  switch (vendor) {
    case 'intel':
      return checkIntel(parts);
    case 'amd':
      return checkAmd(parts);
  }
}

/** Linux loads nothing at all from a file that it does not consume exactly, so one bad byte spoils every update. */
function checkIntel(parts: readonly Uint8Array[]): Finding[] {
  const findings: Finding[] = [];
  let at = 0;
  for (const part of parts) {
    const file = parseIntelFile(part);
    const errors = file.findings.filter(({ severity }) => severity === 'error').map((found) => shifted(found, at));
    if (errors.length > 0 || file.end !== part.length) {
      const offset = at + file.end;
      findings.push(finding('initrd/payload-not-exact', { offset }, { path: VENDOR_FILES.intel }), ...errors);
    }
    at += part.length;
  }
  return findings;
}

/** Loaders stop at the first bytes that are no container: in front they disable everything, further on what follows. */
function checkAmd(parts: readonly Uint8Array[]): Finding[] {
  const findings: Finding[] = [];
  const path = VENDOR_FILES.amd;
  let at = 0;
  for (const part of parts) {
    if (!isAmdContainer(part)) {
      const found = hexBytes(part.subarray(0, 4));
      findings.push(finding('initrd/payload-magic', { offset: at }, { path, expected: '444d4100', found }));
    } else {
      const file = parseAmdContainers(part);
      const all = [...file.findings, ...file.containers.flatMap(({ patches }) => patches.flatMap((p) => p.findings))];
      const errors = all.filter(({ severity }) => severity === 'error').map((found) => shifted(found, at));
      if (errors.length > 0) findings.push(finding('initrd/payload-containers', { offset: at }, { path }), ...errors);
    }
    at += part.length;
  }
  return findings;
}
