import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../../scripts/debian.ts';
import type { CodeRange } from './guest-code.ts';
import { MSR_NUMBERS } from './msr.ts';

/** Where a guest may execute RDMSR or WRMSR. */
export interface Site {
  readonly address: bigint;
  readonly operation: 'read' | 'write';
}

/** How far from an instruction its register number may be loaded, bytes. */
const NEAR = 256;

/**
 * Candidate sites: byte pairs 0F 30 (WRMSR) and 0F 32 (RDMSR) in executable code with one of our register numbers as an
 * immediate (B8+r imm32) close by, and the generic reader `mov ecx, edi; rdmsr`: 25 to 40 in Debian's kernels and Xens. A
 * candidate in the middle of another instruction never fires under TCG, and ECX is checked at every stop. With `every` all
 * pairs are taken: a cross-check that the narrow set misses nothing, slow because TCG single-steps pages that hold a
 * breakpoint. No symbols and no debugger are needed.
 */
export function findSites(code: readonly CodeRange[], every = false): Site[] {
  const sites: Site[] = [];
  for (const { bytes, address } of code) {
    for (let at = bytes.indexOf(0x0f); at >= 0; at = bytes.indexOf(0x0f, at + 1)) {
      const operation = bytes[at + 1] === 0x30 ? 'write' : bytes[at + 1] === 0x32 ? 'read' : undefined;
      if (operation === undefined) continue;
      const isGenericReader = operation === 'read' && bytes[at - 2] === 0x89 && bytes[at - 1] === 0xf9;
      if (every || isGenericReader || loadsNumberNear(bytes, at)) {
        sites.push({ address: address + BigInt(at), operation });
      }
    }
  }
  return sites;
}

function loadsNumberNear(bytes: Buffer, at: number): boolean {
  const end = Math.min(at + NEAR, bytes.length - 5);
  for (let i = Math.max(0, at - NEAR); i <= end; i++) {
    if (((bytes[i] ?? 0) & 0xf8) === 0xb8 && MSR_NUMBERS.has(bytes.readUInt32LE(i + 1))) return true;
  }
  return false;
}

interface StoredSite {
  readonly address: string;
  readonly operation: Site['operation'];
}

/** The sites of `file`, remembered in the cache: unpacking a kernel and scanning it takes seconds. */
export function sitesOf(file: string, code: (file: string) => readonly CodeRange[]): Site[] {
  const folder = join(cacheFolder(), 'boot');
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  const stored = join(folder, `sites-${digest}.json`);
  if (existsSync(stored)) {
    const sites = JSON.parse(readFileSync(stored, 'utf8')) as StoredSite[];
    return sites.map(({ address, operation }) => ({ address: BigInt(address), operation }));
  }
  const sites = findSites(code(file));
  mkdirSync(folder, { recursive: true });
  const part = `${stored}.${process.pid}`;
  writeFileSync(part, JSON.stringify(sites.map((site) => ({ ...site, address: `0x${site.address.toString(16)}` }))));
  renameSync(part, stored);
  return sites;
}
