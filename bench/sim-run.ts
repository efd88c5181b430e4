/**
 * `tsx bench/sim-run.ts`, after `npm run build`: whole `sim run` commands on large machines, wall-clock seconds, the quickest of three.
 * There is no peer to time beside them; exit 1 when one takes longer than was promised for a machine of two cores.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

interface Row {
  readonly protocol: string;
  readonly topology: string;
  readonly runs: number;
  /** Seconds. */
  readonly limit: number;
}

const ROWS: readonly Row[] = ['linux-5.5', 'linux-6.7-nmi', 'xen'].flatMap((protocol) => [
  { protocol, topology: '256x2', runs: 1, limit: 1 },
  { protocol, topology: '32x2', runs: 1000, limit: 30 },
]);

const TIMES = 3;

function seconds({ protocol, topology, runs }: Row): number {
  const command = resolve(import.meta.dirname, '..', 'bin', 'run.js');
  const args = [command, 'sim', 'run', '--protocol', protocol, '--topology', topology, '--runs', String(runs)];
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`sim run ${protocol} failed: ${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

process.stdout.write(`${'what'.padEnd(44)}${'s'.padStart(8)}${'limit'.padStart(8)}\n`);
let broken = 0;
for (const row of ROWS) {
  const best = Math.min(...Array.from({ length: TIMES }, () => seconds(row)));
  const kept = best <= row.limit;
  if (!kept) broken++;
  const name = `sim run ${row.protocol} ${row.topology}, ${row.runs === 1 ? 'one run' : `${row.runs} runs`}`;
  const figures = `${best.toFixed(2).padStart(8)}${row.limit.toFixed(0).padStart(8)}`;
  process.stdout.write(`${name.padEnd(44)}${figures}${kept ? '' : '  BROKEN'}\n`);
}
process.exitCode = broken === 0 ? 0 : 1;
