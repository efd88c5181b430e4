/** What Xen makes of the bytes: raw modules, chosen by index. */
import { amdContainer, amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { patched } from '../../../fixtures/bytes.ts';
import { withChecksum } from '../../../fixtures/intel.ts';
import { equivalenceEntry, TERMINATOR } from '../../../src/formats/amd/equivalence.ts';
import type { ModelledCpu } from '../harness/modelled-cpu.ts';
import type { Outcome } from './case.ts';
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
import { amdCpu, amdImage, damaged, intelCpu, join, SIGNATURE, update, zeros } from './ingredients.ts';
import type { XenCase } from './xen-case.ts';

type Parts = readonly (Uint8Array | string)[];

const raw = (
  name: string,
  cpu: ModelledCpu,
  parts: Parts,
  loads: XenCase['loads'],
  more: Partial<XenCase> = {},
): XenCase => ({
  name,
  options: 'ucode=1',
  modules: [{ name: 'raw', bytes: join(...parts) }],
  cpu,
  loads,
  ...more,
});
const since420 = (old: Outcome, now: Outcome): XenCase['loads'] => ({ '4.17': old, '4.20': now });
const parseError = { '4.17': /Parsing microcode blob error -22/, '4.20': /Microcode: Parse error -22/ };
const noneSuitable = { '4.20': /Microcode: No suitable patch found/ };

const cpu = intelCpu();
const good = update(0x20);
const better = update(0x30);
const stranger = update(0x40, { signature: 0x906a3 });
const both = { signature: SIGNATURE, platformMask: 0x80 };
const byTable = update(0x20, {
  signature: 0x906a3,
  dataSize: 1024 - 48 - 44,
  extended: [{ signature: 0x906a3, platformMask: 0x80 }, both],
});
const preProduction = update(0x8000_0001);
const twoKilobytes = update(0x20, { dataSize: 2000 });
const TABLE = 1024 - 44;

const INTEL: readonly XenCase[] = [
  raw('Intel: the update after others', cpu, [stranger, good], good),
  raw('Intel: only another signature', cpu, [stranger], 'nothing', { says: noneSuitable, quick: true }),
  raw('Intel: only another platform', cpu, [update(0x20, { platformMask: 0x40 })], 'nothing', { says: noneSuitable }),
  raw('Intel: mask 0', cpu, [update(0x20, { platformMask: 0 })], 'nothing'),
  raw('Intel: an extended signature', cpu, [byTable], byTable),
  raw('Intel: an extended signature, then a higher revision by main signature', cpu, [byTable, better], better),
  raw('Intel: the running revision', cpu, [update(0x10)], 'nothing', { quick: true }),
  raw('Intel: an older revision', cpu, [update(0x0f)], 'nothing'),
  raw('Intel: ascending', cpu, [good, better], better),
  raw('Intel: descending', cpu, [better, good], better),
  raw('Intel: the same revision twice', cpu, [good, update(0x20, { body: 99 })], good),
  raw('Intel: an older one behind a newer one', cpu, [good, update(0x0f)], good),
  raw('Intel: pre-production behind', cpu, [good, preProduction], preProduction),
  raw('Intel: pre-production in front', cpu, [preProduction, good], good),
  raw('Intel: production over running pre-production', intelCpu(0x8000_0001), [good], good),
  raw('Intel: damaged', cpu, [damaged(good)], 'nothing', { says: /microcode: Bad checksum/, quick: true }),
  raw('Intel: damaged, then good', cpu, [damaged(good), better], 'nothing', { says: parseError }),
  raw('Intel: good, then damaged', cpu, [good, damaged(better)], good, { says: /microcode: Bad checksum/ }),
  raw('Intel: sixteen zeros behind', cpu, [good, zeros(16)], good, {
    says: /microcode: Bad data in container/,
    quick: true,
  }),
  raw('Intel: one byte behind', cpu, [good, zeros(1)], good),
  raw('Intel: 2048 zeros behind', cpu, [good, zeros(2048)], good),
  raw('Intel: a README in front', cpu, ['Intel microcode\n', good], 'nothing', { says: parseError }),
  raw('Intel: the last update cut short', cpu, [good, better.subarray(0, 1000)], good),
  raw('Intel: the only update cut short', cpu, [good.subarray(0, 1000)], 'nothing', { says: parseError }),
  raw('Intel: header version 2', cpu, [update(0x20, { headerVersion: 2 })], 'nothing', { says: parseError }),
  raw('Intel: no multiple of 1024', cpu, [update(0x20, { dataSize: 1000 })], 'nothing', {
    says: /microcode: Bad size/,
  }),
  raw('Intel: both sizes 0', cpu, [update(0x20, { dataSize: 0 })], update(0x20, { dataSize: 0 })),
  raw(
    'Intel: a data size but total size 0',
    cpu,
    [withChecksum(patched(twoKilobytes, 0x20, [0, 0, 0, 0]))],
    withChecksum(patched(twoKilobytes, 0x20, [0, 0, 0, 0])),
  ),
  raw(
    'Intel: data size 0 but a total size beyond the file',
    cpu,
    [withChecksum(patched(update(0x20, { dataSize: 0 }), 0x20, [0, 0x10, 0, 0]))],
    'nothing',
  ),
  raw('Intel: a wrong sum of the extended table', cpu, [damaged(byTable, TABLE + 10)], 'nothing', {
    says: /microcode: Bad sigtable checksum/,
  }),
  raw('Intel: an extended table that counts too many rows', cpu, [patched(byTable, TABLE, [3])], 'nothing', {
    says: /microcode: Bad sigtable size/,
  }),
  raw('Intel: AMD containers behind', cpu, [good, amdContainer()], good),
  raw('Intel: AMD containers in front', cpu, [amdContainer(), good], 'nothing', { says: parseError, quick: true }),
];

const zen5 = amdPatch({ kind: 'zen5Late' });
const jaguar = amdCpu(JAGUAR, 0x0700_0100);
const older = patch16(0x0700_0106);
const newer = patch16(0x0700_010f);
const foreign = patch16(0x0700_0200, { header: { processorRevId: 0x7301 } });
const wrongMagic = /microcode: Wrong microcode patch file magic/;
const badData = /microcode: Bad microcode data/;
const badTable = /microcode: Bad equivalent cpu table/;

const AMD: readonly XenCase[] = [
  raw('AMD: one patch', jaguar, [with16([older])], older, { quick: true }),
  raw('AMD: a table without this CPU', jaguar, [with16([older], [equivalenceEntry(0x0070_0f00, 0x7001)])], 'nothing', {
    says: noneSuitable,
  }),
  raw('AMD: ascending', jaguar, [with16([older, newer])], newer),
  raw('AMD: descending', jaguar, [with16([newer, older])], newer),
  raw('AMD: two containers, ascending', jaguar, [with16([older]), with16([newer])], newer),
  raw('AMD: two containers, descending', jaguar, [with16([newer]), with16([older])], newer),
  raw('AMD: containers for others around', jaguar, [bulldozers, with16([older]), legacy], older),
  raw('AMD: the running level again', amdCpu(JAGUAR, 0x0700_0106), [with16([older])], since420(older, 'nothing')),
  raw('AMD: an older level', amdCpu(JAGUAR, 0x0700_0107), [with16([older])], 'nothing'),
  raw('AMD: zeros between containers', jaguar, [bulldozers, zeros(16), with16([older])], 'nothing', {
    says: parseError,
  }),
  raw('AMD: zeros behind', jaguar, [with16([older]), zeros(16)], older, { says: badData }),
  raw('AMD: a README in front', jaguar, ['AMD microcode\n', with16([older])], 'nothing', { says: wrongMagic }),
  raw('AMD: a README behind', jaguar, [with16([older]), 'AMD microcode\n'], older),
  raw('AMD: a table without an end entry', jaguar, [withoutEnd(with16([older]))], since420('nothing', older), {
    says: { '4.17': badTable },
  }),
  raw(
    'AMD: this CPU behind the end entry',
    jaguar,
    [with16([older], [TERMINATOR, equivalenceEntry(JAGUAR, 0x7001), TERMINATOR])],
    'nothing',
  ),
  raw(
    'AMD: two tables that disagree',
    jaguar,
    [with16([older]), with16([newer], [equivalenceEntry(JAGUAR, 0x7301)])],
    older,
  ),
  raw('AMD: a table of another type', jaguar, [patched(with16([older]), 4, [1])], 'nothing', { says: badTable }),
  raw('AMD: an odd table length', jaguar, [patched(with16([older]), 8, [33])], 'nothing', { says: badTable }),
  raw('AMD: the patch cut short', jaguar, [with16([older]).subarray(0, 2000)], 'nothing', { says: badData }),
  raw('AMD: a second patch cut short', jaguar, [with16([older, newer]).subarray(0, 5000)], older, { says: badData }),
  raw('AMD: a section of an unknown type behind', jaguar, [sectionType(with16([older, foreign]), 1, 2)], older),
  raw('AMD: a section of an unknown type in front', jaguar, [sectionType(with16([foreign, older]), 0, 2)], 'nothing', {
    says: badData,
  }),
  raw('AMD: a patch that is too long in front', jaguar, [with16([join(foreign, zeros(100)), older])], older),
  raw(
    'AMD: bound to a chipset',
    jaguar,
    [with16([patch16(0x0700_0106, { header: { nbDevId: 0x7450_1022 } })])],
    patch16(0x0700_0106, { header: { nbDevId: 0x7450_1022 } }),
  ),
  raw('AMD: family 10h behind longer patches', amdCpu(GREYHOUND, 0x0100_0001), [bulldozers, legacy], patch10),
  raw('AMD: a final level', amdCpu(GREYHOUND, 0x0100_0098), [legacy], 'nothing', { says: /unsafe to update/ }),
  raw('AMD: Intel updates behind', jaguar, [with16([older]), good], older),
  raw('AMD: Intel updates in front', jaguar, [good, with16([older])], 'nothing', { says: wrongMagic, quick: true }),
  {
    ...raw('AMD: by scan', jaguar, [], older),
    options: 'ucode=scan',
    modules: [{ name: 'early', bytes: amdImage(with16([older])) }],
    quick: true,
  },
  raw(
    'AMD: Zen, firmware fixed',
    amdCpu(ROME, 0x0830_107d),
    [amdContainer({ patches: [zenPatch(0x0830_1090, { header: { format: 0x8004 } })] })],
    zenPatch(0x0830_1090, { header: { format: 0x8004 } }),
  ),
  raw(
    'AMD: Zen, the table sends the CPU elsewhere',
    amdCpu(ROME, 0x0830_107d),
    [
      amdContainer({
        patches: [zenPatch(0x0830_1090, { header: { format: 0x8004 } })],
        entries: [equivalenceEntry(ROME, 0x8399)],
      }),
    ],
    'nothing',
  ),
  raw(
    'AMD: Zen, firmware open, a patch in no list',
    amdCpu(MILAN, 0x0a00_1173),
    [amdContainer({ patches: [zenPatch(0x0a00_11d9)] })],
    'nothing',
    { says: /No digest found for patch_id 0a0011d9/ },
  ),
  raw(
    'AMD: Zen, firmware open, a listed level with other bytes',
    amdCpu(MILAN, 0x0a00_1173),
    [amdContainer({ patches: [zenPatch(0x0a00_11d5)] })],
    'nothing',
    { says: /Patch 0a0011d5 SHA256 mismatch/ },
  ),
  {
    ...raw(
      'AMD: Zen, digests switched off',
      amdCpu(MILAN, 0x0a00_1173),
      [amdContainer({ patches: [zenPatch(0x0a00_11d9)] })],
      zenPatch(0x0a00_11d9),
    ),
    options: 'ucode=digest-check=no,1',
  },
  raw(
    'AMD: Zen, below the minimum revision',
    amdCpu(MILAN, 0x0a00_11db),
    [amdContainer({ patches: [zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dc } })] })],
    'nothing',
  ),
  raw(
    'AMD: Zen, at the minimum revision',
    amdCpu(MILAN, 0x0a00_11dc),
    [amdContainer({ patches: [zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dc } })] })],
    zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dc } }),
  ),
  // The series 4.17 never learned how long patches of family 1Ah are.
  raw(
    'AMD: Zen 5, firmware fixed',
    amdCpu(0x00b0_0f21, 0x0b00_2150),
    [amdContainer({ patches: [zen5] })],
    since420('nothing', zen5),
    { says: { '4.17': /Bad microcode length 0x00003820/ } },
  ),
];

export const XEN_BYTE_CASES: readonly XenCase[] = [...INTEL, ...AMD];
