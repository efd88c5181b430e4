/** Everything known of one VIA update. */
import { hex32, hexBytes } from '../../bytes/hex.ts';
import { intelFirmwareName } from '../../cpu/intel.ts';
import type { ViaUpdate } from '../../formats/via.ts';
import type { Tree } from '../tree.ts';

export type ViaDetails = { readonly [key: string]: Tree };

export function viaDetails({ header, name, signature, size }: ViaUpdate): ViaDetails {
  return {
    name,
    cpus: [{ signature: hex32(signature), familyModelStepping: intelFirmwareName(signature) }],
    header: {
      loaderRevision: header.loaderRevision,
      // The bytes 0, 1 and 2 were seen; all ones stand for none.
      cnrRevision: header.cnrRevision === 0xff ? null : header.cnrRevision,
      filler: hexBytes(header.filler),
      checksum: hex32(header.checksum),
      dataSize: header.dataSize,
      totalSize: size,
    },
    signature: { verdict: 'none', because: 'the format has no known field for one' },
  };
}
