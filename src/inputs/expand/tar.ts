/** Members of a tar archive, through tar-stream. */
import { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import type { Chunks } from '../chunks.ts';
import { Damaged } from './decompress.ts';
import { LimitReached } from '../limits.ts';

export interface TarMember {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'special';
  /** To be read, or left, before the next member is asked for. */
  readonly chunks: Chunks;
}

const KINDS: Readonly<Partial<Record<Header['type'], TarMember['kind']>>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  link: 'link',
  symlink: 'link',
};

/**
 * The members in file order.
 * @throws Damaged where the archive cannot be read further; what `stream` throws passes through.
 */
export async function* tarMembers(stream: Chunks): AsyncGenerator<TarMember> {
  const parser = extract();
  const source = Readable.from(stream, { objectMode: false });
  let failure: Error | undefined;
  source.once('error', (error) => {
    failure = error;
    parser.destroy(error);
  });
  source.pipe(parser);
  const damage = (error: unknown): Error =>
    failure ?? new Damaged('the tar archive', error instanceof Error ? error.message : String(error));
  // Letting go of an entry half-way would end the whole archive: what is left of it has to be read.
  async function* contents(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
    const iterator = entry[Symbol.asyncIterator]();
    const next = async (): Promise<Uint8Array | undefined> => {
      try {
        const { done, value } = await iterator.next();
        return done === true ? undefined : (value as Uint8Array);
      } catch (error) {
        throw damage(error);
      }
    };
    let chunk = await next();
    try {
      for (; chunk !== undefined; chunk = await next()) yield chunk;
    } finally {
      while (chunk !== undefined) chunk = await next();
    }
  }
  try {
    for await (const entry of parser) {
      const { name, type } = entry.header;
      yield { name, kind: KINDS[type] ?? 'special', chunks: contents(entry) };
      entry.resume();
    }
  } catch (error) {
    throw error instanceof Damaged || error instanceof LimitReached ? error : damage(error);
  } finally {
    source.destroy();
  }
}
