/** Microcode that is plain to see in an initrd, but under a name or in a form that no early loader takes. */
import type { ByteSource } from '../../bytes/source.ts';
import { type Finding, finding } from '../../findings/finding.ts';
import { memberGeometry, nameField, nameText } from '../../formats/cpio/member.ts';
import { REGULAR, TYPE_MASK } from '../../formats/cpio/newc.ts';
import type { CpioImage } from '../../formats/cpio/read.ts';
import { detect } from '../../inputs/detect.ts';
import type { EarlyLookup } from './early-loaders.ts';
import { plainPath } from '../own-members.ts';
import { EARLY_FOLDER, EARLY_VENDORS, type EarlyVendor } from '../../loaders/early-paths.ts';
import { formOf } from './vendor-members.ts';

type Lookups = Readonly<Record<EarlyVendor, readonly EarlyLookup[]>>;

/** Folders of late loading, by vendor (Linux request_firmware()). */
const LATE_FOLDERS = { amd: 'amd-ucode', intel: 'intel-ucode' } as const;

/** Members under names that only others look for. */
export function misplacedMembers(source: ByteSource, image: CpioImage, lookups: Lookups): Finding[] {
  const strangers: Finding[] = [];
  const late: Record<EarlyVendor, { offset: number; folder: string; count: number }> = {
    amd: { offset: 0, folder: '', count: 0 },
    intel: { offset: 0, folder: '', count: 0 },
  };
  for (const { name, offset, size } of regularFiles(source, image)) {
    const path = plainPath(name);
    // An empty file is no microcode: some builders align the next member with one.
    if (size > 0 && path.startsWith(`${EARLY_FOLDER}/`) && formOf(name) === undefined) {
      strangers.push(finding('initrd/name-vendor', { offset, field: 'name' }, { found: name }));
    }
    for (const vendor of EARLY_VENDORS) {
      const folder = new RegExp(`^(?:usr/)?lib/firmware/${LATE_FOLDERS[vendor]}(?=/)`).exec(path)?.[0];
      if (folder === undefined) continue;
      const seen = late[vendor];
      late[vendor] = seen.count === 0 ? { offset, folder, count: 1 } : { ...seen, count: seen.count + 1 };
    }
  }
  const unused = EARLY_VENDORS.filter((vendor) => late[vendor].count > 0 && !isFound(lookups[vendor]));
  return [
    ...strangers,
    ...unused.map((vendor) => {
      const { offset, folder, count } = late[vendor];
      return finding('initrd/late-files', { offset, field: 'name' }, { count, folder });
    }),
  ];
}

const isFound = (lookups: readonly EarlyLookup[]): boolean =>
  lookups.some(({ consumer, verdict }) => consumer === 'linux' && verdict === 'found');

function* regularFiles(
  source: ByteSource,
  image: CpioImage,
): Generator<{ name: string; offset: number; size: number }> {
  for (const segment of image.segments) {
    if (segment.kind !== 'archive') continue;
    for (const offset of segment.headers) {
      const member = memberGeometry(source, offset, segment.start);
      if (member === undefined || (member.mode & TYPE_MASK) !== REGULAR) continue;
      yield { name: nameText(nameField(source, member)), offset, size: member.dataSize };
    }
  }
}

/** Bytes that are enough to tell updates from anything else. */
const HEAD = 4096;

const BARE: Readonly<Record<string, string>> = {
  intel: 'Intel updates',
  'amd-container': 'an AMD container',
  'amd-patch': 'an AMD patch',
  via: 'VIA updates',
};

/** Says that the bytes are a vendor's updates themselves, without an archive around them. */
export function bareUpdates(input: Uint8Array | ByteSource): Finding | undefined {
  const head = input instanceof Uint8Array ? input : input.view(0, HEAD);
  const what = BARE[detect(head)];
  return what === undefined ? undefined : finding('initrd/bare-updates', { offset: 0 }, { what });
}
