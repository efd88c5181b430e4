import { type Located, locatedIn } from '../bundle/collect.ts';
import type { ByteSource } from '../bytes/source.ts';
import { fileOrigin } from '../inputs/origin.ts';
import { inspectInitrd } from './inspect.ts';

/** What is wrong with the initrd at `path` as an image: where loaders look, what they take, alignment, unpacking. */
export const imageFindings = (path: string, source: ByteSource | undefined): Located[] =>
  source === undefined ? [] : locatedIn(fileOrigin(path), inspectInitrd(source).findings);
