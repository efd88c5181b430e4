/** Whether the bytes of an update are known to have been published. A vendor may publish several contents under one revision. */
import { sha256 } from '../../bytes/digest.ts';
import type { Catalogue, CatalogueEntry } from '../../cpu/catalogue.ts';
import { PATCH_HEADER } from '../../formats/amd/header.ts';
import type { AmdPatch } from '../../formats/amd/patch.ts';
import type { Update } from '../collect.ts';
import { grouped } from '../group.ts';

/** Whether one of the entries is of these very bytes. */
export function isAmong(update: Update, entries: readonly CatalogueEntry[]): boolean {
  const own = sha256(update.bytes);
  return entries.some((entry) => entry.sha256 === own || (update.vendor === 'amd' && isSamePatch(update, entry)));
}

/** AMD publishes some patches with and without a minimum revision, linux-firmware pads family 16h: neither makes other microcode. */
function isSamePatch({ bytes, formatSize }: AmdPatch, entry: CatalogueEntry): boolean {
  const body = bytes.slice(0, formatSize ?? bytes.length);
  if (sha256(body) === entry.sha256) return true;
  const { offset, size } = PATCH_HEADER.fields.checksumOrMinRevision;
  if (body.length < offset + size) return false;
  new DataView(body.buffer).setUint32(offset, entry.minimumRevision ?? 0, true);
  return sha256(body) === entry.sha256;
}

export type IsPublished = (update: Update) => boolean;

/** Asks the catalogue about contents; it is sorted once, by the first question. */
export function publishedIn({ entries }: Catalogue): IsPublished {
  let byRevision: ReadonlyMap<string, readonly CatalogueEntry[]> | undefined;
  return (update) => {
    byRevision ??= grouped(entries, ({ vendor, revision }) => `${vendor}/${revision}`);
    return isAmong(update, byRevision.get(`${update.vendor}/${update.revision}`) ?? []);
  };
}
