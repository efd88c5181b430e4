/** What a caller is told while long reading goes on. Reading goes on when the promise is kept. */
/** Called now and then with the bytes that have come out of decompression so far. */
export type OnExpanded = (bytes: number) => Promise<void> | undefined;

/** Called now and then while the input at `path` is being read, with the bytes that have come out of it so far. */
export type OnProgress = (path: string, bytes: number) => Promise<void> | undefined;
