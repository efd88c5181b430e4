/** Reads the inputs of a command, with a spinner on standard error when it takes long and a terminal is there. */
import type { Opened } from '../../inputs/blob.ts';
import { openInputs, type OpenOptions } from '../../inputs/open.ts';
import type { OnExpanded, OnProgress } from '../../inputs/progress.ts';
import { watchedTerminal } from './streams.ts';
import { coloursAllowed } from './terminal.ts';

/** Milliseconds before anything is shown: most runs are over by then. */
const PATIENCE = 300;
/** Milliseconds between turns of the event loop, which the spinner needs to move. */
const BREATH = 80;

interface Spinner {
  text: string;
  start(): unknown;
  stop(): unknown;
}

/** What `openInputs` gives. */
export const readInputs = (paths: readonly string[], options: OpenOptions = {}): AsyncIterable<Opened> =>
  watchedTerminal() === undefined ? openInputs(paths, options) : watchedInputs(paths, options);

async function* watchedInputs(paths: readonly string[], options: OpenOptions): AsyncGenerator<Opened> {
  const { onProgress, stop } = shownProgress();
  try {
    yield* openInputs(paths, { ...options, onProgress });
  } finally {
    stop();
  }
}

/** What `work` gives, which expands part of the file at `path`. */
export async function expanding<T>(path: string, work: (onExpanded: OnExpanded) => Promise<T>): Promise<T> {
  if (watchedTerminal() === undefined) return work(() => undefined);
  const { onProgress, stop } = shownProgress();
  try {
    return await work((bytes) => onProgress(path, bytes));
  } finally {
    stop();
  }
}

function shownProgress(): { readonly onProgress: OnProgress; readonly stop: () => void } {
  const begin = Date.now();
  let last = begin;
  let spinner: Spinner | undefined;
  const show = async (path: string, bytes: number): Promise<void> => {
    const size = bytes === 0 ? '' : `: ${(bytes / 2 ** 20).toFixed(0)} MiB`;
    const text = `reading ${path === '-' ? 'standard input' : path}${size}`;
    if (spinner === undefined) spinner = await begun(text);
    else spinner.text = text;
    await turn();
  };
  return {
    onProgress(path, bytes) {
      const now = Date.now();
      if (now - begin < PATIENCE || now - last < BREATH) return undefined;
      last = now;
      return show(path, bytes);
    },
    stop() {
      spinner?.stop();
    },
  };
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

async function begun(text: string): Promise<Spinner> {
  const { default: ora } = await import('ora');
  const color = coloursAllowed(process.env) ? 'cyan' : false;
  const spinner = ora({ text, stream: process.stderr, discardStdin: false, color });
  spinner.start();
  return spinner;
}
