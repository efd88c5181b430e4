/** Where the vendor file stands in the image, and whether Linux finds it. */
import { gzipSync } from 'node:zlib';
import { archive, file, parents, unpadded, withField, withMagic } from '../../../fixtures/cpio.ts';
import { SYMLINK } from '../../../src/formats/cpio/newc.ts';
import type { LinuxCase } from './case.ts';
import { AMD_FILE, INTEL_FILE, intelCpu, intelImage, join, update, zeros } from './ingredients.ts';

const cpu = intelCpu();
const good = update(0x20);
const better = update(0x30);
const plain = archive(...parents, file(INTEL_FILE, good));
const only = archive(file(INTEL_FILE, good));
const harmless = file('etc/hostname', 'guest\n');

const at = (name: string, image: Uint8Array, loads: LinuxCase['loads'], alone = false): LinuxCase => ({
  name,
  cpu,
  image,
  loads,
  alone,
});

/** An archive that holds the update under another name. */
const named = (name: string): Uint8Array => archive(...parents, file(name, good));

export const LINUX_CPIO_CASES: readonly LinuxCase[] = [
  at('no folders, only the file', only, good),
  at('data on no multiple of 16 bytes', plain, good),
  at('NULs behind the name', intelImage(good), good),
  at('32 NULs behind the name', archive(file(INTEL_FILE, good, { alignData: 256 })), good),
  at(
    'a name that goes on behind the path, in front of the real one',
    archive(file(`${INTEL_FILE}.bak`, better), file(INTEL_FILE, good)),
    better,
  ),
  at(
    'a name that goes on behind the path, after the real one',
    archive(file(INTEL_FILE, good), file(`${INTEL_FILE}.bak`, better)),
    good,
  ),
  at(
    'a file below the path in front of the real one',
    archive(file(`${INTEL_FILE}/x`, better), file(INTEL_FILE, good)),
    better,
  ),
  at('two files of the name', archive(file(INTEL_FILE, good), file(INTEL_FILE, better)), good),
  at('an empty file of the name first', archive(file(INTEL_FILE, ''), file(INTEL_FILE, good)), 'nothing'),
  at('lower case', named(INTEL_FILE.toLowerCase()), 'nothing'),
  at('a name with ./ in front', named(`./${INTEL_FILE}`), 'nothing'),
  at('a name with / in front', named(`/${INTEL_FILE}`), 'nothing'),
  at('a symbolic link', archive(file(INTEL_FILE, good, { mode: SYMLINK | 0o777 })), 'nothing'),
  at('a mode without type', archive(file(INTEL_FILE, good, { mode: 0o644 })), 'nothing'),
  at(
    'a hard link whose data is on the other name',
    archive(file(INTEL_FILE, '', { nlink: 2, ino: 7 }), file('other', good, { nlink: 2, ino: 7 })),
    'nothing',
  ),
  at('only the other vendor', archive(...parents, file(AMD_FILE, good)), 'nothing'),
  at('magic 070702', withMagic(only, 0, '070702'), good),
  at('magic 070707', withMagic(only, 0, '070707'), 'nothing'),
  at('lower-case digits in the header', withField(only, 0, 'mtime', 'abcdef01'), good),
  at('a bad digit in a field that does not matter', withField(only, 0, 'mtime', '0000000g'), 'nothing'),
  at(
    'a bad digit in the member before',
    withField(archive(harmless, file(INTEL_FILE, good)), 0, 'uid', '0x000000'),
    'nothing',
  ),
  at(
    'a size that leads out of the image in the member before',
    withField(archive(harmless, file(INTEL_FILE, good)), 0, 'filesize', 0xffff_fff0),
    'nothing',
  ),
  at('a size of the file that leads out of the image', withField(only, 0, 'filesize', 0x7fff_ffff), 'nothing'),
  at(
    'a name size of 0 in the member before',
    withField(archive(harmless, file(INTEL_FILE, good)), 0, 'namesize', 0),
    'nothing',
  ),
  at('four zeros in front', join(zeros(4), only), good),
  at('512 zeros in front', join(zeros(512), only), good),
  at('two zeros in front', join(zeros(2), only), 'nothing'),
  { ...at('a compressed archive in front', join(gzipSync(archive(harmless)), zeros(3), only), 'nothing'), quick: true },
  at('a plain archive in front', join(archive(harmless), only), good),
  at('a plain archive without padding in front', join(unpadded(harmless), only), good),
  at('the trailer in the middle', join(unpadded(harmless), unpadded(file('usr/x', 'y')), only), good),
  at('garbage behind the trailer', join(only, 'garbage!'), good),
  at('garbage in front', join('garbage!', only), 'nothing'),
  at('no trailer', only.subarray(0, 152 + good.length), good),
  at('cut in the middle of the data', only.subarray(0, 152 + 600), 'nothing', true),
  at('cut right behind the data', only.subarray(0, 152 + good.length), good, true),
  at('cut in the middle of the header', only.subarray(0, 80), 'nothing', true),
  at('no bytes at all but the trailer', archive(), 'nothing'),
  at(
    'an unpadded file in front of the real one',
    join(unpadded(file('etc/hostname', 'guest')).subarray(0, 110 + 13 + 1 + 5), only),
    'nothing',
  ),
];
