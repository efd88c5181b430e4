/** `npm run bench`: every promise about speed, measured beside the peer in the same run. Exit 1 when one is broken. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fetchPackage } from '../scripts/debian.ts';
import { measure, type Pair } from './pairs.ts';
import { writeScanInputs } from './scan-inputs.ts';

const run = [process.execPath, resolve(import.meta.dirname, '..', 'bin', 'run.js')];
const intel = join(fetchPackage({ name: 'intel-microcode' }).root, 'lib/firmware/intel-ucode');
const scratch = mkdtempSync(join(tmpdir(), 'ucodekit-bench-'));
const initrd = largeInitrd(join(scratch, 'initrd.img'));
const node = [process.execPath, '-e', '0'];

/** What a distribution's initrd with every driver weighs; its compressed part is random bytes behind a gzip header. */
function largeInitrd(path: string): string {
  const file = openSync(path, 'w');
  writeSync(file, Uint8Array.of(0x1f, 0x8b, 8, 0));
  for (let left = 500; left > 0; left--) writeSync(file, randomBytes(1024 * 1024));
  fsyncSync(file);
  closeSync(file);
  return path;
}

const PAIRS: readonly Pair[] = [
  {
    name: 'inspect Debian intel-ucode / iucode_tool -L',
    ours: [...run, 'inspect', intel],
    peer: ['iucode_tool', '-L', intel],
    limit: 4,
  },
  {
    name: 'initrd build of it / iucode_tool --write-earlyfw',
    ours: [...run, 'initrd', 'build', intel, '-o', join(scratch, 'ours.img')],
    peer: ['iucode_tool', '--overwrite', `--write-earlyfw=${join(scratch, 'peer.img')}`, intel],
    limit: 4,
  },
  {
    name: 'initrd splice of 500 MB / cp + fsync',
    ours: [...run, 'initrd', 'splice', initrd, join(intel, '06-9a-04'), '-o', join(scratch, 'spliced.img')],
    peer: ['sh', '-c', 'cp "$1" "$2" && sync "$2"', 'sh', initrd, join(scratch, 'copied.img')],
    limit: 1.5,
  },
  ...writeScanInputs(scratch).map(({ name, path }) => ({
    name: `inspect --scan 64 MiB, ${name} / read and sum`,
    ours: [...run, 'inspect', '--scan', path],
    peer: [process.execPath, join(import.meta.dirname, 'read-and-sum.mjs'), path],
    limit: 2,
  })),
  { name: '--version / node -e 0', ours: [...run, '--version'], peer: node, limit: 10 },
  { name: '--help / node -e 0', ours: [...run, '--help'], peer: node, limit: 10 },
];

process.stdout.write(
  `${'what'.padEnd(50)}${'ours ms'.padStart(10)}${'peer ms'.padStart(10)}${'ratio'.padStart(8)}${'limit'.padStart(8)}\n`,
);
let broken = 0;
for (const pair of PAIRS) {
  const { name, ours, peer, ratio, limit } = measure(pair);
  const verdict = ratio <= limit ? '' : '  BROKEN';
  if (verdict !== '') broken++;
  process.stdout.write(
    `${name.padEnd(50)}${ours.toFixed(1).padStart(10)}${peer.toFixed(1).padStart(10)}${ratio.toFixed(2).padStart(8)}${limit.toFixed(1).padStart(8)}${verdict}\n`,
  );
}
rmSync(scratch, { recursive: true });
process.exitCode = broken === 0 ? 0 : 1;
