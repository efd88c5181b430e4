/** cpio-stream publishes no types; this is the part that the cross-checks use. */
declare module 'cpio-stream' {
  import type { Readable, Writable } from 'node:stream';

  export interface Header {
    name: string;
    mode: number;
    ino: number;
    uid: number;
    gid: number;
    nlink: number;
    mtime: Date;
    size: number;
    devmajor: number;
    devminor: number;
    rdevmajor?: number;
    rdevminor?: number;
    type?: string;
  }

  export interface Pack extends Readable {
    entry(header: Header, data: Buffer | string, done: (error?: Error) => void): Writable | undefined;
    finalize(): void;
  }

  export interface Extract extends Writable {
    on(event: 'entry', listener: (header: Header, stream: Readable, next: () => void) => void): this;
    on(event: string, listener: (...args: never[]) => void): this;
  }

  export function pack(options: { format: 'newc' | 'odc' }): Pack;
  export function extract(): Extract;
}
