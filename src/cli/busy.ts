/** Work that does not let the event loop turn, such as a long search. */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does the work while signals end the process at once: a handler would only run when the work is over. Nothing may be
 * half written meanwhile.
 */
export function busy<T>(work: () => T): T {
  const handlers = SIGNALS.map((signal) => ({ signal, listeners: process.rawListeners(signal) }));
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  try {
    return work();
  } finally {
    for (const { signal, listeners } of handlers) {
      for (const listener of listeners) process.on(signal, listener as () => void);
    }
  }
}
