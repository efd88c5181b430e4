/** Everything known of one Intel update. */
import { hex16, hex32, hex8, hexBytes } from '../../bytes/hex.ts';
import { intelFirmwareName, type IntelName, namesOf, platformIds } from '../../cpu/intel.ts';
import { type Extra, extraHeader } from '../../formats/intel/extra-header.ts';
import { metadata, type MetadataItem } from '../../formats/intel/metadata.ts';
import { checkIntelSignature } from '../../formats/intel/signature.ts';
import { type IntelUpdate, servedBy } from '../../formats/intel/update.ts';
import type { Tree } from '../tree.ts';

export type IntelDetails = { readonly [key: string]: Tree };

export function intelDetails(update: IntelUpdate, names: readonly IntelName[]): IntelDetails {
  const { header } = update;
  const extra = extraHeader(update);
  return {
    cpus: servedBy(update).map(({ signature, platformMask }) => ({
      signature: hex32(signature),
      platformMask: hex8(platformMask),
      platforms: platformIds(platformMask),
      firmwareName: intelFirmwareName(signature),
      names: namesOf(names, signature, platformMask),
    })),
    header: {
      headerVersion: header.headerVersion,
      loaderRevision: header.loaderRevision,
      checksum: hex32(header.checksum),
      dataSize: update.dataSize,
      totalSize: update.size,
      metadataSize: header.metadataSize,
      minimumRevision: header.minimumRevision === 0 ? null : hex32(header.minimumRevision),
      lateLoad: lateLoad(header.minimumRevision),
    },
    extraHeader: extra === undefined ? null : extraDetails(extra),
    metadata: metadata(update).items.map(metadataDetails),
    signature: { ...checkIntelSignature(extra) },
  };
}

/** The minimum revision in words (Linux 6.7 and later, `microcode.force_minrev`). */
const lateLoad = (minimumRevision: number): string =>
  minimumRevision === 0
    ? 'no minimum revision is declared: Linux taints when it is loaded late, and refuses under force_minrev'
    : `safe to load late on a CPU that runs revision ${hex32(minimumRevision)} or later`;

function extraDetails({ kind, header, buildDate, signatures }: Extra): Tree {
  const isR3 = kind === 'R3';
  return {
    kind,
    moduleType: header.moduleType,
    flags: hex16(header.flags),
    keyId: header.keyId,
    revision: hex32(header.revision),
    versionControlNumber: isR3 ? null : header.versionControl,
    securityVersion: isR3 ? header.versionControl & 0xffff : null,
    minimumSecurityVersion: isR3 ? header.versionControl >>> 16 : null,
    buildDate,
    updateSize: header.updateSize * 4,
    signatures: signatures.map(hex32),
    securityVersions: header.securityVersions.slice(0, signatures.length),
    nonce: hexBytes(header.nonce),
  };
}

function metadataDetails({ type, offset, size, rollback, security }: MetadataItem): Tree {
  return {
    type,
    offset,
    size,
    ...(rollback === undefined
      ? {}
      : {
          securityVersion: rollback.securityVersion,
          minimumSecurityVersion: rollback.minimumSecurityVersion,
          rollbackRevisions: rollback.revisions.filter((revision) => revision !== 0).map(hex32),
        }),
    ...(security === undefined ? {} : { securityVersion: security.securityVersion }),
  };
}
