import type { GdbStub } from './gdb-stub.ts';

/** The CPU that QEMU is asked to be and that the traps play. */
export interface ModelledCpu {
  readonly vendor: 'intel' | 'amd';
  /** CPUID(1).EAX. */
  readonly signature: number;
  /** 0 to 7; Intel only. */
  readonly platformId: number;
  /** Revision before any update. */
  readonly revision: number;
}

/** Family, model and stepping as QEMU wants them, from the packing of CPUID(1).EAX. */
export function familyModelStepping(signature: number): { family: number; model: number; stepping: number } {
  const family = (signature >>> 8) & 0xf;
  return {
    family: family === 0xf ? family + ((signature >>> 20) & 0xff) : family,
    model: ((signature >>> 12) & 0xf0) | ((signature >>> 4) & 0xf),
    stepping: signature & 0xf,
  };
}

/** What a guest handed to the CPU, read from its memory at the moment of the WRMSR. */
export interface HandedUpdate {
  readonly revision: number;
  /** The whole update, or for AMD as many bytes as a patch may have when `sizeKnown` is false. */
  readonly bytes: Buffer;
  /** An AMD patch does not say its size; the section header in front of it does, unless the loader copied the patch. */
  readonly sizeKnown: boolean;
  /** Whether this CPU would take it: signature, platform and sums only, because QEMU cannot check a vendor's signature. */
  readonly fits: boolean;
}

const INTEL_HEADER = 48;
const LARGEST_INTEL_UPDATE = 1 << 24;
const LARGEST_AMD_PATCH = 16384;

function sumsToZero(bytes: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4) sum = (sum + bytes.readUInt32LE(at)) >>> 0;
  return sum === 0;
}

/** Reads the update whose data starts at `address`. Deliberately not the product's parser: this is what it is compared with. */
export async function readIntelUpdate(stub: GdbStub, address: bigint, cpu: ModelledCpu): Promise<HandedUpdate> {
  const start = address - BigInt(INTEL_HEADER);
  const header = await stub.memory(start, INTEL_HEADER);
  if (header.length < INTEL_HEADER) throw new Error(`no update header below 0x${address.toString(16)}`);
  const dataSize = header.readUInt32LE(28) || 2000;
  const totalSize = header.readUInt32LE(28) === 0 ? 2048 : header.readUInt32LE(32) || 2048;
  if (totalSize > LARGEST_INTEL_UPDATE) throw new Error(`an update of ${totalSize} bytes at 0x${start.toString(16)}`);
  const bytes = await stub.memory(start, totalSize);
  const keys = [{ signature: header.readUInt32LE(12), platforms: header.readUInt32LE(24) }];
  const table = INTEL_HEADER + dataSize;
  if (bytes.length === totalSize && totalSize >= table + 20) {
    for (let at = table + 20; at + 12 <= totalSize; at += 12) {
      keys.push({ signature: bytes.readUInt32LE(at), platforms: bytes.readUInt32LE(at + 4) });
    }
  }
  const fits = keys.some(
    ({ signature, platforms }) =>
      signature === cpu.signature && (platforms === 0 || ((platforms >>> cpu.platformId) & 1) !== 0),
  );
  const intact = bytes.length === totalSize && sumsToZero(bytes.subarray(0, table));
  return { revision: header.readUInt32LE(4), bytes, sizeKnown: true, fits: fits && intact };
}

/** Reads the patch at `address`. */
export async function readAmdPatch(stub: GdbStub, address: bigint, cpu: ModelledCpu): Promise<HandedUpdate> {
  const head = await stub.memory(address - 8n, 8 + 64);
  if (head.length < 72) throw new Error(`no patch at 0x${address.toString(16)}`);
  const sectionSize = head.readUInt32LE(4);
  const inPlace = head.readUInt32LE(0) === 1 && sectionSize >= 64 && sectionSize <= LARGEST_AMD_PATCH;
  const bytes = await stub.memory(address, inPlace ? sectionSize : LARGEST_AMD_PATCH);
  const { family } = familyModelStepping(cpu.signature);
  const revisionId = (((cpu.signature >>> 16) & 0xfff) << 8) | (cpu.signature & 0xff);
  // Before family 15h several signatures share one revision id; only the equivalence table says which.
  const fits = family < 0x15 || head.readUInt16LE(8 + 24) === revisionId;
  return { revision: head.readUInt32LE(8 + 4), bytes, sizeKnown: inPlace, fits };
}
