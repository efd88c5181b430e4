/** What stands in AuthenticAMD.bin, and what Linux makes of it. */
import { amdContainer, amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { patched } from '../../../fixtures/bytes.ts';
import { equivalenceEntry, TERMINATOR } from '../../../src/formats/amd/equivalence.ts';
import {
  bulldozers,
  GREYHOUND,
  JAGUAR,
  legacy,
  MILAN,
  patch10,
  patch16,
  ROME,
  sectionType,
  with16,
  withoutEnd,
} from './amd-ingredients.ts';
import type { LinuxCase, Outcome } from './case.ts';
import { amdCpu, amdImage, join, zeros } from './ingredients.ts';

const jaguar = amdCpu(JAGUAR, 0x0700_0100);
const good = patch16(0x0700_0106);
const better = patch16(0x0700_010f);
const foreign = patch16(0x0700_0200, { header: { processorRevId: 0x7301 } });

const greyhound = amdCpu(GREYHOUND, 0x0100_0001);

/** Fixed firmware: no digest is asked for. */
const fixedRome = amdCpu(ROME, 0x0830_107d);
const rome = zenPatch(0x0830_1090, { header: { format: 0x8004 } });
const olderRome = zenPatch(0x0830_1085, { header: { format: 0x8004 } });
const fixedMilan = amdCpu(MILAN, 0x0a00_11db);
const openMilan = amdCpu(MILAN, 0x0a00_1173);
const milanBefore = zenPatch(0x0a00_11d9);
const milanAfter = zenPatch(0x0a00_11de);

const alike = (
  name: string,
  cpu: LinuxCase['cpu'],
  file: readonly (Uint8Array | string)[],
  loads: LinuxCase['loads'],
): LinuxCase => ({
  name,
  cpu,
  image: amdImage(...file),
  loads,
});

/** Linux 6.1 knows no signature rules and matches Zen by the table; the later ones have both from their stable branches. */
const since612 = (old: Outcome, now: Outcome): LinuxCase['loads'] => ({ '6.1': old, '6.12': now, '7.x': now });

export const LINUX_AMD_CASES: readonly LinuxCase[] = [
  { ...alike('one patch for this CPU', jaguar, [with16([good])], good), quick: true },
  {
    ...alike('a table without this CPU', jaguar, [with16([good], [equivalenceEntry(0x0070_0f00, 0x7001)])], 'nothing'),
    quick: true,
  },
  alike(
    'a table that sends this CPU to another patch',
    jaguar,
    [with16([good], [equivalenceEntry(JAGUAR, 0x7000)])],
    'nothing',
  ),
  alike('after a patch for others', jaguar, [with16([foreign, good])], good),
  alike('two patches, ascending', jaguar, [with16([good, better])], better),
  alike('two patches, descending: the last one counts, not the highest', jaguar, [with16([better, good])], good),
  alike(
    'a newer patch, then one older than what runs',
    amdCpu(JAGUAR, 0x0700_0108),
    [with16([better, good])],
    'nothing',
  ),
  {
    ...alike('two containers, ascending', jaguar, [with16([good]), with16([better])], good),
    loads: since612(better, good),
  },
  {
    ...alike('two containers, descending', jaguar, [with16([better]), with16([good])], better),
    loads: since612(good, better),
  },
  alike('a container for others first', jaguar, [bulldozers, with16([good])], good),
  alike('a container for others behind', jaguar, [with16([good]), bulldozers], good),
  alike('the running level again', amdCpu(JAGUAR, 0x0700_0106), [with16([good])], good),
  alike('an older level', amdCpu(JAGUAR, 0x0700_0107), [with16([good])], 'nothing'),
  alike('no level at all', amdCpu(JAGUAR, 0), [with16([good])], good),
  alike('a table without an end entry', jaguar, [withoutEnd(with16([good]))], good),
  alike(
    'this CPU behind the end entry of the table',
    jaguar,
    [with16([good], [TERMINATOR, equivalenceEntry(JAGUAR, 0x7001)])],
    good,
  ),
  alike(
    'this CPU twice in the table: the first entry counts',
    jaguar,
    [with16([good, foreign], [equivalenceEntry(JAGUAR, 0x7001), equivalenceEntry(JAGUAR, 0x7301)])],
    good,
  ),
  alike('no patch in the container', jaguar, [with16([])], 'nothing'),
  alike('zeros between containers', jaguar, [bulldozers, zeros(16), with16([good])], 'nothing'),
  alike('zeros behind the container', jaguar, [with16([good]), zeros(16)], good),
  alike('a README in front of the container', jaguar, ['AMD microcode\n', with16([good])], 'nothing'),
  alike(
    'a signature file between containers',
    jaguar,
    [bulldozers, '-----BEGIN PGP SIGNATURE-----\n', with16([good])],
    'nothing',
  ),
  alike('a README behind the container', jaguar, [with16([good]), 'AMD microcode\n'], good),
  alike('an Intel update in front', jaguar, [zeros(48), with16([good])], 'nothing'),
  alike('the patch cut short', jaguar, [with16([good]).subarray(0, 2000)], 'nothing'),
  alike('a second patch cut short', jaguar, [with16([good, better]).subarray(0, 5000)], good),
  alike(
    'a section of an unknown type in front of the patch',
    jaguar,
    [sectionType(with16([foreign, good]), 0, 2)],
    'nothing',
  ),
  alike('a section of an unknown type behind the patch', jaguar, [sectionType(with16([good, foreign]), 1, 2)], good),
  alike('a patch of 48 bytes in front', jaguar, [with16([good.subarray(0, 48), better])], 'nothing'),
  alike('a table type that is not 0', jaguar, [patched(with16([good]), 4, [1])], 'nothing'),
  alike('a table of no entries', jaguar, [patched(with16([good]), 8, [0])], 'nothing'),
  alike('a table that leads out of the file', jaguar, [patched(with16([good]), 10, [0xff])], 'nothing'),
  alike('a wrong magic', jaguar, [patched(with16([good]), 0, [0x45])], 'nothing'),
  alike('only a container header', jaguar, [with16([good]).subarray(0, 12)], 'nothing'),
  alike('the padded section of linux-firmware', jaguar, [with16([join(good, zeros(34))])], join(good, zeros(34))),
  alike(
    'odd alignment after a padded section',
    jaguar,
    [amdContainer({ patches: [join(foreign, zeros(33))] }), with16([good])],
    good,
  ),
  alike(
    'a patch bound to a chipset, for this CPU',
    jaguar,
    [with16([patch16(0x0700_0106, { header: { nbDevId: 0x7450_1022 } })])],
    'nothing',
  ),
  alike(
    'a patch bound to a chipset in front',
    jaguar,
    [with16([patch16(0x0700_0105, { header: { sbDevId: 1 } }), good])],
    'nothing',
  ),
  alike(
    'a patch bound to a chipset behind',
    jaguar,
    [with16([good, patch16(0x0700_0105, { header: { sbDevId: 1 } })])],
    good,
  ),
  alike('family 10h, its container first', greyhound, [legacy, bulldozers], patch10),
  alike('family 10h, behind patches that are too long for it', greyhound, [bulldozers, legacy], 'nothing'),
  alike('family 10h with a final level', amdCpu(GREYHOUND, 0x0100_009f), [legacy], 'nothing'),
  alike(
    'family 10h, a wrong checksum, which nobody verifies',
    greyhound,
    [
      amdContainer({
        patches: [amdPatch({ kind: 'fam10h', header: { checksumOrMinRevision: 1 } })],
        entries: [equivalenceEntry(GREYHOUND, 0x1043)],
      }),
    ],
    amdPatch({ kind: 'fam10h', header: { checksumOrMinRevision: 1 } }),
  ),
  { ...alike('Zen with fixed firmware', fixedRome, [amdContainer({ patches: [rome] })], rome), quick: true },
  alike(
    'Zen, the table sends the CPU elsewhere',
    fixedRome,
    [amdContainer({ patches: [rome], entries: [equivalenceEntry(ROME, 0x8399)] })],
    since612('nothing', rome),
  ),
  alike(
    'Zen, a table of another type',
    fixedRome,
    [patched(amdContainer({ patches: [rome] }), 4, [1])],
    since612('nothing', rome),
  ),
  alike(
    'Zen, a level that names another CPU',
    fixedRome,
    [amdContainer({ patches: [zenPatch(0x0830_2090, { header: { format: 0x8004, processorRevId: 0x8310 } })] })],
    since612(zenPatch(0x0830_2090, { header: { format: 0x8004, processorRevId: 0x8310 } }), 'nothing'),
  ),
  alike('Zen, two patches, descending', fixedRome, [amdContainer({ patches: [rome, olderRome] })], olderRome),
  alike(
    'Zen with open firmware, a patch in no list',
    openMilan,
    [amdContainer({ patches: [milanBefore] })],
    since612(milanBefore, 'nothing'),
  ),
  alike(
    'Zen with open firmware, a listed level with other bytes',
    openMilan,
    [amdContainer({ patches: [zenPatch(0x0a00_11d5)] })],
    since612(zenPatch(0x0a00_11d5), 'nothing'),
  ),
  alike(
    'Zen without a level, a patch in no list',
    amdCpu(MILAN, 0),
    [amdContainer({ patches: [milanBefore] })],
    since612(milanBefore, 'nothing'),
  ),
  alike(
    'Zen, both sides of the signing change, firmware fixed',
    fixedMilan,
    [amdContainer({ patches: [milanBefore, milanAfter] })],
    milanAfter,
  ),
  alike(
    'Zen, both sides in the other order, firmware fixed',
    fixedMilan,
    [amdContainer({ patches: [milanAfter, milanBefore] })],
    since612('nothing', milanAfter),
  ),
  alike('Zen, only the other side, firmware fixed', fixedMilan, [amdContainer({ patches: [milanBefore] })], 'nothing'),
  alike(
    'Zen, only the other side, firmware open',
    openMilan,
    [amdContainer({ patches: [milanAfter] })],
    since612(milanAfter, 'nothing'),
  ),
  alike(
    'Zen, both sides in two containers, firmware fixed',
    fixedMilan,
    [amdContainer({ patches: [milanBefore] }), amdContainer({ patches: [milanAfter] })],
    milanAfter,
  ),
  alike(
    'Zen 5 with open firmware',
    amdCpu(0x00b0_0f21, 0x0b00_2140),
    [amdContainer({ patches: [zenPatch(0x0b00_2146, { header: { format: 0x8016 } })] })],
    since612(zenPatch(0x0b00_2146, { header: { format: 0x8016 } }), 'nothing'),
  ),
  alike(
    'Zen 5 with fixed firmware',
    amdCpu(0x00b0_0f21, 0x0b00_2150),
    [amdContainer({ patches: [zenPatch(0x0b00_2161, { header: { format: 0x8016 } })] })],
    zenPatch(0x0b00_2161, { header: { format: 0x8016 } }),
  ),
  alike(
    'Zen, a minimum revision above what runs',
    amdCpu(MILAN, 0x0a00_11db),
    [amdContainer({ patches: [zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dc } })] })],
    zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dc } }),
  ),
];
