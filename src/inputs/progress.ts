/** Progress of a long read. The read continues when the promise resolves. */
/** Called now and then with the bytes that have come out of decompression so far. */
export type OnExpanded = (bytes: number) => Promise<void> | undefined;

/** Called now and then while the input at `path` is being read, with the bytes that have come out of it so far. */
export type OnProgress = (path: string, bytes: number) => Promise<void> | undefined;
