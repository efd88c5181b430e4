/** Everything known of one AMD patch. */
import { hex16, hex32, hex8 } from '../../bytes/hex.ts';
import { amdFamilyModelStepping } from '../../cpu/amd.ts';
import { digestListing } from '../../cpu/amd-digests.ts';
import { entrySignCutOff, entrySignSide } from '../../cpu/amd-entrysign.ts';
import { amdCodeName } from '../../cpu/amd-names.ts';
import { lookInside } from '../../formats/amd/inside.ts';
import type { AmdPatch } from '../../formats/amd/patch.ts';
import { SIGNATURE_REASONS, verifyAmdSignature } from '../../formats/amd/signature.ts';
import type { Tree } from '../tree.ts';

export type AmdDetails = { readonly [key: string]: Tree };

/** @param sha256 of the patch as its container section delimits it, as the digest lists are keyed */
export function amdDetails(patch: AmdPatch, sha256: string): AmdDetails {
  const { header } = patch;
  const lists = digestListing(patch.revision, sha256);
  const inside = lookInside(patch);
  const signature = verifyAmdSignature(patch);
  const cutOff = patch.zen === null ? null : entrySignCutOff(patch.revision);
  return {
    cpus: patch.cpuids.map((cpuid) => {
      const { family, model, stepping } = amdFamilyModelStepping(cpuid);
      return { cpuid: hex32(cpuid), family: hex8(family), model: hex8(model), stepping, name: amdCodeName(cpuid) };
    }),
    cpusFrom: patch.cpuidSource,
    header: {
      format: hex16(header.format),
      formatSize: patch.formatSize,
      equivalenceId: hex16(header.processorRevId),
      northbridge: header.nbDevId === 0 ? null : hex32(header.nbDevId),
      southbridge: header.sbDevId === 0 ? null : hex32(header.sbDevId),
      biosApiRevision: header.biosApiRev,
      checksum: patch.checksum,
      minimumBaseRevision: patch.minimumBaseRevision === null ? null : hex32(patch.minimumBaseRevision),
      embeddedRevision: patch.embeddedRevision === null ? null : hex32(patch.embeddedRevision.value),
    },
    body: {
      kind: inside.body,
      autorun: patch.autorun,
      matchRegisters: usage(inside.matchRegisters),
      opQuads: usage(inside.opQuads),
      bitsPerByte: Number(inside.entropy.toFixed(2)),
    },
    signature: {
      verdict: signature.verdict,
      because: SIGNATURE_REASONS[signature.reason].says,
      key: signature.keyName,
      modulusSha256: signature.modulusSha256,
      signedDigest: signature.signedDigest,
      computedDigest: signature.computedDigest,
      signedRevision: patch.signedRevision === null ? null : hex32(patch.signedRevision),
      signedFields: inside.coverage?.signed ?? null,
      unsignedFields: inside.coverage?.unsigned ?? null,
    },
    entrySign: {
      side: patch.zen === null ? null : entrySignSide(patch.revision),
      lastVulnerable: cutOff === null ? null : hex32(cutOff),
      linuxDigestList: lists.linux,
      xenDigestList: lists.xen,
    },
  };
}

const usage = (places: { readonly used: number; readonly total: number } | null): string | null =>
  places === null ? null : `${places.used} of ${places.total}`;
