import { createHash } from 'node:crypto';
import { VENDOR_FILES } from '../../src/loaders/early-paths.ts';
import { findCpioData } from '../../src/formats/cpio/early-lookup.ts';
import { membersOf, readCpio } from '../../src/formats/cpio/read.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An image in the form of the tables under test/data/initrd, without their first line of comment. */
export function memberTable(bytes: Uint8Array): string[] {
  const rows = [`size\t${bytes.length}`, `sha256\t${sha256(bytes)}`, `size%512\t${bytes.length % 512}`];
  for (const segment of readCpio(bytes).segments) {
    const first = Buffer.from(bytes.subarray(segment.start, segment.start + 8)).toString('hex');
    const length = segment.end - segment.start;
    switch (segment.kind) {
      case 'zeros':
        rows.push(`zero-padding\tstart=${segment.start}\tlength=${length}`);
        break;
      case 'archive':
        for (const headers of [segment.headers, segment.trailer === null ? [] : [segment.trailer]]) {
          for (const member of membersOf(bytes, { ...segment, headers })) rows.push(memberRow(bytes, member));
        }
        break;
      case 'compressed':
      case 'unknown':
        rows.push(`non-cpio\tstart=${segment.start}\tlength=${length}\tfirst8=${first}`);
    }
  }
  for (const vendor of ['intel', 'amd'] as const) {
    const lookup = findCpioData(bytes, VENDOR_FILES[vendor]);
    const name = vendor === 'intel' ? 'GenuineIntel' : 'AuthenticAMD';
    const result = lookup.found ? `offset=${lookup.offset} size=${lookup.size}` : 'not found';
    rows.push(`early-lookup\t${name}\t${result}`);
  }
  return rows;
}

type Member = ReturnType<typeof membersOf> extends Generator<infer M> ? M : never;

function memberRow(bytes: Uint8Array, { headerOffset, header, name, nameNuls, dataOffset, dataSize }: Member): string {
  const { magic, ino, mode, uid, gid, nlink, mtime, devmajor, devminor, rdevmajor, rdevminor, namesize, check } =
    header;
  return [
    'member',
    `hdr=${headerOffset}`,
    `name=${name}`,
    `magic=${magic}`,
    `ino=${ino}`,
    `mode=${mode.toString(8)}`,
    `uid=${uid}`,
    `gid=${gid}`,
    `nlink=${nlink}`,
    `mtime=${mtime}`,
    `filesize=${dataSize}`,
    `dev=${devmajor}:${devminor}`,
    `rdev=${rdevmajor}:${rdevminor}`,
    `namesize=${namesize}`,
    `nul-count=${nameNuls}`,
    `chksum=${check}`,
    `data=${dataOffset}`,
    `data%16=${dataOffset % 16}`,
    `data%4096=${dataOffset % 4096}`,
    `sha256=${dataSize === 0 ? '-' : sha256(bytes.subarray(dataOffset, dataOffset + dataSize))}`,
  ].join('\t');
}
