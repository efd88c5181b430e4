/** Times whole commands against a peer's: in turn, pair by pair, so that a drifting machine slows both. */
import { spawnSync } from 'node:child_process';

export interface Pair {
  readonly name: string;
  readonly ours: readonly string[];
  readonly peer: readonly string[];
  /** The ratio ours / peer that is allowed. */
  readonly limit: number;
}

export interface Measured {
  readonly name: string;
  /** Milliseconds, medians. */
  readonly ours: number;
  readonly peer: number;
  /** Median of the ratios of each pair. */
  readonly ratio: number;
  readonly limit: number;
}

const WARM_UP = 2;
const ROUNDS = 15;

/** Node 20 reads this file at every start if it is set: 37 ms that are not ours. */
const environment = (): NodeJS.ProcessEnv => {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return rest;
};

function milliseconds(command: readonly string[]): number {
  const [program = '', ...args] = command;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, args, { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr.toString()}`);
  return elapsed;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};

export function measure({ name, ours, peer, limit }: Pair): Measured {
  const rounds = Array.from({ length: WARM_UP + ROUNDS }, () => ({
    ours: milliseconds(ours),
    peer: milliseconds(peer),
  }));
  const counted = rounds.slice(WARM_UP);
  return {
    name,
    ours: median(counted.map((round) => round.ours)),
    peer: median(counted.map((round) => round.peer)),
    ratio: median(counted.map((round) => round.ours / round.peer)),
    limit,
  };
}
