/** Times whole commands against a peer's: in turn, pair by pair, so that a drifting machine slows both. */
import { spawnSync } from 'node:child_process';

export interface Pair {
  readonly name: string;
  readonly ours: readonly string[];
  readonly peer: readonly string[];
  readonly promise: Promised;
  /** What ours exits with, when it is not 0. */
  readonly exit?: number;
}

/**
 * What is allowed: so many times the peer, or so many milliseconds more than it, of a machine on which `node -e 0` takes 22.9 ms. On a
 * slower or busier one everything takes longer, so they are counted in the time that the peer takes here.
 */
export type Promised = { readonly times: number } | { readonly more: number };

export interface Measured {
  readonly name: string;
  /** Milliseconds, medians. */
  readonly ours: number;
  readonly peer: number;
  /** Medians over the pairs: the ratio, and the difference in milliseconds. */
  readonly ratio: number;
  readonly more: number;
}

const WARM_UP = 2;
const ROUNDS = 15;

/** Node 20 reads this file at every start if it is set: 37 ms that are not ours. */
const environment = (): NodeJS.ProcessEnv => {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return rest;
};

function milliseconds(command: readonly string[], exit = 0): number {
  const [program = '', ...args] = command;
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, args, { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== exit) throw new Error(`${command.join(' ')} exited with ${status}, not ${exit}: ${stderr.toString()}`);
  return elapsed;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};

/** Milliseconds of `node -e 0` on the machine that promises in milliseconds were made for. */
const NODE = 22.9;

/** The ratio that a promise allows. */
export const allowed = (promise: Promised): number => ('times' in promise ? promise.times : 1 + promise.more / NODE);

export const holds = (promise: Promised, { ratio }: Measured): boolean => ratio <= allowed(promise);

export function measure({ name, ours, peer, exit }: Pair): Measured {
  const rounds = Array.from({ length: WARM_UP + ROUNDS }, () => ({
    ours: milliseconds(ours, exit),
    peer: milliseconds(peer),
  }));
  const counted = rounds.slice(WARM_UP);
  return {
    name,
    ours: median(counted.map((round) => round.ours)),
    peer: median(counted.map((round) => round.peer)),
    ratio: median(counted.map((round) => round.ours / round.peer)),
    more: median(counted.map((round) => round.ours - round.peer)),
  };
}
