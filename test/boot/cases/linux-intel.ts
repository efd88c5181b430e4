/** What stands in GenuineIntel.bin, and what Linux makes of it. */
import { amdContainer } from '../../../fixtures/amd.ts';
import { withChecksum } from '../../../fixtures/intel.ts';
import { patched } from '../../../fixtures/bytes.ts';
import type { LinuxCase } from './case.ts';
import { damaged, intelCpu, intelImage, join, SIGNATURE, update, zeros } from './ingredients.ts';

const OTHER = 0x906a3;
const cpu = intelCpu();
const good = update(0x20);
const better = update(0x30);
const stranger = update(0x40, { signature: OTHER });
const elsewhere = update(0x20, { platformMask: 0x40 });
const both = { signature: SIGNATURE, platformMask: 0x80 };
/** Serves the CPU by its extended table only. */
const byTable = update(0x20, { signature: OTHER, extended: [{ signature: OTHER, platformMask: 0x80 }, both] });
const byTableElsewhere = update(0x20, { signature: OTHER, extended: [{ ...both, platformMask: 0x40 }] });
const zeroMask = update(0x20, { platformMask: 0 });
const preProduction = update(0x8000_0001);
/** Byte offsets in an update with the usual 976 bytes of data and a table of two rows. */
const TABLE = 48 + 976;

/** Every kernel alike. */
const always = (name: string, parts: readonly (Uint8Array | string)[], loads: LinuxCase['loads']): LinuxCase => ({
  name,
  cpu,
  image: intelImage(...parts),
  loads,
});

export const LINUX_INTEL_CASES: readonly LinuxCase[] = [
  { ...always('one update for this CPU', [good], good), quick: true },
  { ...always('only an update for another signature', [stranger], 'nothing'), quick: true },
  { ...always('only an update for another platform', [elsewhere], 'nothing'), quick: true },
  always('one of several platforms', [update(0x20, { platformMask: 0x87 })], update(0x20, { platformMask: 0x87 })),
  always('after updates for others', [stranger, elsewhere, good], good),
  always('before updates for others', [good, stranger, elsewhere], good),
  {
    ...always('mask 0, on a CPU with a platform id', [zeroMask], 'nothing'),
    loads: { '6.1': 'nothing', '6.12': 'nothing', '7.x': zeroMask },
  },
  always('an extended signature', [byTable], byTable),
  always('an extended signature for another platform', [byTableElsewhere], 'nothing'),
  {
    ...always('an extended signature, then a higher revision by main signature', [byTable, better], better),
    // has_newer_microcode() is called with the main signature of the previous choice, which the better one does not serve.
    loads: { '6.1': byTable, '6.12': better, '7.x': better },
  },
  always(
    'by main signature, then a higher revision by extended signature',
    [good, update(0x30, { signature: OTHER, extended: [both] })],
    update(0x30, { signature: OTHER, extended: [both] }),
  ),
  {
    ...always(
      'a mask that meets the previous one only elsewhere',
      [update(0x20, { platformMask: 0x81 }), update(0x30, { platformMask: 0x01 })],
      'nothing',
    ),
    // The second is not for this platform, whatever the first one's mask is.
    loads: update(0x20, { platformMask: 0x81 }),
  },
  { ...always('the running revision again', [update(0x10)], 'nothing'), quick: true },
  always('an older revision', [update(0x0f)], 'nothing'),
  always('an older and a newer revision', [update(0x0f), good], good),
  always('two newer ones, ascending', [good, better], better),
  always('two newer ones, descending', [better, good], better),
  always('the same revision twice with different bodies', [good, update(0x20, { body: 99 })], good),
  always('the same update twice', [good, good], good),
  always('a pre-production revision after a newer one', [good, preProduction], preProduction),
  always('a pre-production revision before a newer one', [preProduction, good], preProduction),
  {
    ...always('a production revision over a running pre-production one', [good], 'nothing'),
    cpu: intelCpu(0x8000_0001),
  },
  { ...always('a CPU without any microcode', [update(1)], update(1)), cpu: intelCpu(0) },
  { ...always('a damaged update', [damaged(good)], 'nothing'), quick: true },
  always('a damaged update, then a good one', [damaged(good), better], 'nothing'),
  always('a good update, then a damaged one for another CPU', [good, damaged(stranger)], 'nothing'),
  always('one byte behind the update', [good, zeros(1)], 'nothing'),
  always('four zeros behind the update', [good, zeros(4)], 'nothing'),
  { ...always('sixteen zeros behind the update', [good, zeros(16)], 'nothing'), quick: true },
  always('47 zeros behind the update', [good, zeros(47)], 'nothing'),
  always('48 zeros behind the update', [good, zeros(48)], 'nothing'),
  always('2048 zeros behind the update', [good, zeros(2048)], 'nothing'),
  always('an empty flash slot behind the update', [good, zeros(1024).fill(0xff)], 'nothing'),
  always('a README in front', ['Intel microcode, see LICENSE.\n', good], 'nothing'),
  always('a README behind', [good, 'Intel microcode, see LICENSE.\n'], 'nothing'),
  always('an AMD container behind', [good, amdContainer()], 'nothing'),
  always('an AMD container in front', [amdContainer(), good], 'nothing'),
  always('the last update cut short', [good, better.subarray(0, 1000)], 'nothing'),
  always('the only update cut short', [good.subarray(0, 1020)], 'nothing'),
  always('header version 2', [update(0x20, { headerVersion: 2 })], 'nothing'),
  always('loader revision 0', [update(0x20, { loaderRevision: 0 })], 'nothing'),
  always('the old form with both sizes 0', [update(0x20, { dataSize: 0 })], update(0x20, { dataSize: 0 })),
  always('a data size but total size 0', [withChecksum(patched(good, 0x20, [0, 0, 0, 0]))], 'nothing'),
  always(
    'data size 0 but a total size',
    [withChecksum(patched(update(0x20, { dataSize: 0 }), 0x20, [0, 0x10, 0, 0]))],
    withChecksum(patched(update(0x20, { dataSize: 0 }), 0x20, [0, 0x10, 0, 0])),
  ),
  always('a size that is not a multiple of 1024', [update(0x20, { dataSize: 1000 })], update(0x20, { dataSize: 1000 })),
  always('an update of 512 bytes', [update(0x20, { dataSize: 464 })], update(0x20, { dataSize: 464 })),
  always('a total size larger than the file', [withChecksum(patched(good, 0x20, [0, 8, 0, 0]))], 'nothing'),
  always('a total size smaller than header and data', [withChecksum(patched(good, 0x20, [0xfc, 3, 0, 0]))], 'nothing'),
  always('a wrong sum of the extended table', [damaged(byTable, TABLE + 10)], 'nothing'),
  always('a wrong row in the extended table', [reseal(damaged(byTable, TABLE + 20 + 8))], 'nothing'),
  always('an extended table that counts too many rows', [reseal(patched(byTable, TABLE, [3]))], 'nothing'),
  always(
    'a minimum revision, which the early loader does not look at',
    [update(0x20, { minimumRevision: 0x18 })],
    update(0x20, { minimumRevision: 0x18 }),
  ),
  always(
    'an impossible date',
    [withChecksum(patched(good, 8, [0, 0, 0, 0]))],
    withChecksum(patched(good, 8, [0, 0, 0, 0])),
  ),
  always('a used reserved field', [update(0x20, { reserved: 7 })], update(0x20, { reserved: 7 })),
  always(
    'an edited revision with the checksum set right',
    [withChecksum(patched(good, 4, [0x7f]))],
    withChecksum(patched(good, 4, [0x7f])),
  ),
  always(
    'other updates of many sizes around',
    [
      update(0x50, { signature: 0x50654, dataSize: 4096 - 48 }),
      join(stranger, good),
      update(9, { signature: 0x50657, dataSize: 2000 }),
    ],
    good,
  ),
];

/** The sum of an extended table of two rows made right again. */
function reseal(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(TABLE + 4, 0, true);
  let sum = 0;
  for (let at = TABLE; at < copy.length; at += 4) sum = (sum + view.getUint32(at, true)) >>> 0;
  view.setUint32(TABLE + 4, -sum >>> 0, true);
  return copy;
}
