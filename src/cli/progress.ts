/** A spinner on standard error for work that lasts, shown only to a person at a terminal. */
import { coloursAllowed } from './terminal.ts';

/** Milliseconds before anything is shown: most runs are over by then, and ora alone takes a tenth of that to load. */
const PATIENCE = 300;
/** Milliseconds between turns of the event loop, which the spinner needs to move. */
const BREATH = 80;

const isWatched = (): boolean =>
  process.stderr.isTTY && process.env['TERM'] !== 'dumb' && process.env['CI'] === undefined;

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

interface Spinner {
  text: string;
  start(): unknown;
  stop(): unknown;
}

/**
 * The items of `work`, while a spinner says `describe(count)` once it has taken a moment. Without a terminal the items pass untouched.
 */
export function withProgress<T>(work: AsyncIterable<T>, describe: (count: number) => string): AsyncIterable<T> {
  return isWatched() ? watched(work, describe) : work;
}

async function* watched<T>(work: AsyncIterable<T>, describe: (count: number) => string): AsyncGenerator<T> {
  const begin = performance.now();
  let last = begin;
  let count = 0;
  let spinner: Spinner | undefined;
  try {
    for await (const item of work) {
      yield item;
      count++;
      const now = performance.now();
      if (now - begin < PATIENCE || now - last < BREATH) continue;
      last = now;
      spinner ??= await begun();
      spinner.text = describe(count);
      await turn();
    }
  } finally {
    spinner?.stop();
  }
}

async function begun(): Promise<Spinner> {
  const { default: ora } = await import('ora');
  const color = coloursAllowed(process.env) ? 'cyan' : false;
  const spinner = ora({ stream: process.stderr, discardStdin: false, color });
  spinner.start();
  return spinner;
}
