/** `npm run bench`: every promise about speed, measured beside the peer in the same run. Exit 1 when one is broken. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fetchPackage } from '../scripts/debian.ts';
import { writeFirmwareTrees } from './foreign-files.ts';
import { allowed, holds, measure, type Pair } from './pairs.ts';
import { writeScanInputs } from './scan-inputs.ts';

const run = [process.execPath, resolve(import.meta.dirname, '..', 'bin', 'run.js')];
const intel = join(fetchPackage({ name: 'intel-microcode' }).firmware, 'intel-ucode');
const scratch = mkdtempSync(join(tmpdir(), 'ucodekit-bench-'));
const amd = join(fetchPackage({ name: 'amd64-microcode' }).firmware, 'amd-ucode');
const trees = writeFirmwareTrees(scratch, intel, amd);
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
    promise: { times: 2.5 },
  },
  { name: 'inspect of it / node -e 0', ours: [...run, 'inspect', intel], peer: node, promise: { more: 30 } },
  {
    name: 'initrd build of it / iucode_tool --write-earlyfw',
    ours: [...run, 'initrd', 'build', intel, '-o', join(scratch, 'ours.img')],
    peer: ['iucode_tool', '--overwrite', `--write-earlyfw=${join(scratch, 'peer.img')}`, intel],
    // Ours also waits for the disk (fsync), the peer does not.
    promise: { times: 2 },
  },
  {
    name: 'initrd splice of 500 MB / cp + fsync',
    ours: [...run, 'initrd', 'splice', initrd, join(intel, '06-9a-04'), '-o', join(scratch, 'spliced.img')],
    peer: ['sh', '-c', 'cp "$1" "$2" && sync "$2"', 'sh', initrd, join(scratch, 'copied.img')],
    promise: { times: 1.5 },
  },
  {
    name: 'inspect 150 files among 3,000 others / alone',
    ours: [...run, 'inspect', trees.among],
    peer: [...run, 'inspect', trees.alone],
    promise: { times: 1.5 },
  },
  ...writeScanInputs(scratch).map(({ name, path }) => ({
    name: `inspect --scan 64 MiB, ${name} / read and sum`,
    ours: [...run, 'inspect', '--scan', path],
    peer: [process.execPath, join(import.meta.dirname, 'read-and-sum.mjs'), path],
    promise: { times: 2 },
  })),
  { name: '--version / node -e 0', ours: [...run, '--version'], peer: node, promise: { more: 20 } },
  { name: 'unknown command / node -e 0', ours: [...run, 'inspekt'], peer: node, exit: 2, promise: { more: 20 } },
  { name: 'unknown flag / node -e 0', ours: [...run, 'inspect', '--nope'], peer: node, exit: 2, promise: { more: 20 } },
  { name: '--help / node -e 0', ours: [...run, '--help'], peer: node, promise: { more: 40 } },
  { name: 'inspect --help / node -e 0', ours: [...run, 'inspect', '--help'], peer: node, promise: { more: 40 } },
];

const row = (what: string, ...columns: readonly string[]): string =>
  `${what.padEnd(50)}${columns.map((column) => column.padStart(10)).join('')}`;

process.stdout.write(`${row('what', 'ours ms', 'peer ms', 'ratio', 'more ms', 'promised')}\n`);
let broken = 0;
for (const pair of PAIRS) {
  const measured = measure(pair);
  const { name, promise } = pair;
  const kept = holds(promise, measured);
  if (!kept) broken++;
  const promised = `x ${allowed(promise).toFixed(2)}`;
  const { ours, peer, ratio, more } = measured;
  process.stdout.write(
    `${row(name, ours.toFixed(1), peer.toFixed(1), ratio.toFixed(2), more.toFixed(1), promised)}${kept ? '' : '  BROKEN'}\n`,
  );
}
rmSync(scratch, { recursive: true });
process.exitCode = broken === 0 ? 0 : 1;
