/**
 * Boots that tell the point releases of a branch apart: pairs of patches, digests, minimum revisions. What each release has to do with
 * them stands in test/loaders/linux-points.test.ts and xen-releases.test.ts; here the models are held against the releases themselves.
 */
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import type { LoadOptions } from '../../../src/loaders/by-name.ts';
import type { ModelledCpu } from '../harness/modelled-cpu.ts';
import { JAGUAR, MILAN, patch16, with16, withoutEnd } from './amd-ingredients.ts';
import { amdCpu, amdImage, intelCpu, intelImage, join, update } from './ingredients.ts';
import type { XenCase } from './xen-case.ts';

export interface PointCase {
  readonly name: string;
  readonly cpu: ModelledCpu;
  readonly image: Uint8Array;
  /** Words of the kernel's command line, and what they mean to the model. */
  readonly words?: readonly string[];
  readonly options?: Partial<LoadOptions>;
  readonly quick?: boolean;
}

const NO_CHECK = { words: ['microcode.amd_sha_check=off'], options: { digestCheck: false } } as const;

const older = zenPatch(0x0a00_11d5);
const newer = zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11d9 } });
const inOne = (...patches: readonly Uint8Array[]): Uint8Array => amdImage(amdContainer({ patches }));
const inTwo = (...patches: readonly Uint8Array[]): Uint8Array =>
  amdImage(...patches.map((patch) => amdContainer({ patches: [patch] })));
/** Of its own CPU's signature. */
const alone = (name: string, signature: number, running: number, patch: number): PointCase => ({
  name,
  cpu: amdCpu(signature, running),
  image: inOne(zenPatch(patch)),
});

const fixedMilan = amdCpu(MILAN, 0x0a00_11dd);
const openMilan = amdCpu(MILAN, 0x0a00_1173);

/** A CPU that runs something open, and a patch that no list has. */
const UNLISTED: readonly PointCase[] = [
  alone('unlisted on open firmware, Zen 3', 0xa50f00, 0x0a50_0008, 0x0a50_0014),
  alone('unlisted on open firmware, Zen 5', 0xb20f40, 0x0b20_4030, 0x0b20_4031),
  alone('unlisted on Naples between its two cut-offs', 0x800f12, 0x0800_1270, 0x0800_1275),
  alone('unlisted on a CPU without a cut-off', 0xa60f13, 0x0a60_1302, 0x0a60_1303),
];

export const POINT_CASES: readonly PointCase[] = [
  { name: 'a pair, the newer first, above the cut-off', cpu: fixedMilan, image: inOne(newer, older), quick: true },
  { name: 'a pair, the older first, above the cut-off', cpu: fixedMilan, image: inOne(older, newer) },
  { name: 'a pair in two containers, the older first, above the cut-off', cpu: fixedMilan, image: inTwo(older, newer) },
  { name: 'a pair in two containers, the newer first, above the cut-off', cpu: fixedMilan, image: inTwo(newer, older) },
  { name: 'a pair below the cut-off', cpu: openMilan, image: inOne(older, newer) },
  { name: 'a pair below the cut-off, without the check', cpu: openMilan, image: inOne(older, newer), ...NO_CHECK },
  {
    name: 'a pair and a CPU that runs nothing, without the check',
    cpu: amdCpu(MILAN, 0),
    image: inOne(older, newer),
    ...NO_CHECK,
  },
  {
    name: 'below the minimum revision, which Linux does not look at early',
    cpu: amdCpu(MILAN, 0x0a00_11db),
    image: inOne(zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dd } })),
  },
  ...UNLISTED,
  ...UNLISTED.map((row): PointCase => ({ ...row, name: `${row.name}, without the check`, ...NO_CHECK })),
  alone('model 8h of family 1Ah above its cut-off', 0xb00f81, 0x0b00_8112, 0x0b00_8120),
  alone('model 44h, stepping 1, above its cut-off', 0xb40f41, 0x0b40_4102, 0x0b40_4108),
  alone('a model of family 1Ah that is not affected', 0xb50f00, 0x0b50_0001, 0x0b50_0010),
  alone('Strix Halo below its cut-off', 0xb70f00, 0x0b70_0030, 0x0b70_0031),
  alone('a patch of the list with other bytes', MILAN, 0x0a00_1173, 0x0a00_11d5),
  { ...alone('a patch of the list with other bytes, without the check', MILAN, 0x0a00_1173, 0x0a00_11d5), ...NO_CHECK },
  {
    name: 'the running level again',
    cpu: amdCpu(JAGUAR, 0x0700_0106),
    image: amdImage(with16([patch16(0x0700_0106)])),
  },
  {
    name: 'two containers, ascending',
    cpu: amdCpu(JAGUAR, 0x0700_0100),
    image: amdImage(with16([patch16(0x0700_0106)]), with16([patch16(0x0700_010f)])),
  },
  {
    name: 'Intel: an update for every platform by a mask of 0',
    cpu: intelCpu(),
    image: intelImage(update(0x20, { platformMask: 0 })),
  },
  {
    name: 'Intel: a candidate compared with the one before',
    cpu: intelCpu(),
    image: intelImage(
      update(0x20, { signature: 0x906a3, extended: [{ signature: 0x906a4, platformMask: 0x80 }] }),
      update(0x30),
    ),
  },
];

/** Granite Rapids, platform 0: erratum GNR98. */
const granite = (running: number): ModelledCpu => intelCpu(running, 0xa06d1, 0);
const forGranite = (revision: number): Uint8Array => update(revision, { signature: 0xa06d1, platformMask: 0x95 });

export const GNR98_CASES: readonly PointCase[] = [
  {
    name: 'GNR98: above what the erratum allows',
    cpu: granite(0x0100_0404),
    image: intelImage(forGranite(0x0100_0406)),
  },
  {
    name: 'GNR98: what it allows, and above',
    cpu: granite(0x0100_0404),
    image: intelImage(forGranite(0x0100_0405), forGranite(0x0100_0406)),
  },
  {
    name: 'GNR98: above, where what it allows runs',
    cpu: granite(0x0100_0405),
    image: intelImage(forGranite(0x0100_0406)),
  },
];

/** Pairs whose older one is AMD's own, so that the lists have its digest. */
export const genuineCases = (genuine: Uint8Array): readonly PointCase[] => [
  { name: "AMD's own in a pair below the cut-off, the older first", cpu: openMilan, image: inOne(genuine, newer) },
  { name: "AMD's own in a pair below the cut-off, the newer first", cpu: openMilan, image: inOne(newer, genuine) },
  { name: "AMD's own in a pair above the cut-off", cpu: fixedMilan, image: inOne(newer, genuine) },
];

const bytes = (...parts: readonly Uint8Array[]) => [{ name: 'ucode', bytes: join(...parts) }];
const milan = (revision: number): ModelledCpu => amdCpu(MILAN, revision);
const container = (...patches: readonly Uint8Array[]): Uint8Array => amdContainer({ patches });
const good16 = patch16(0x0700_0106);
const wants = (minimum: number): Uint8Array => zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: minimum } });

type XenPointCase = Omit<XenCase, 'loads'>;
const xenCase = (name: string, cpu: ModelledCpu, parts: readonly Uint8Array[], options = 'ucode=1'): XenPointCase => ({
  name,
  cpu,
  options,
  modules: bytes(...parts),
});

export const XEN_POINT_CASES: readonly XenPointCase[] = [
  { ...xenCase('a patch of family 19h on fixed firmware', milan(0x0a00_11db), [container(wants(0))]), quick: true },
  xenCase('unlisted on open firmware', milan(0x0a00_1173), [container(zenPatch(0x0a00_11d9))]),
  xenCase(
    'unlisted on open firmware, without the check',
    milan(0x0a00_1173),
    [container(zenPatch(0x0a00_11d9))],
    'ucode=digest-check=no,1',
  ),
  xenCase('a pair on fixed firmware', milan(0x0a00_11dd), [container(older, newer)]),
  xenCase('a pair on open firmware', milan(0x0a00_1173), [container(older, newer)]),
  xenCase('below the minimum revision', milan(0x0a00_11db), [container(wants(0x0a00_11dd))]),
  xenCase('at the minimum revision', milan(0x0a00_11dd), [container(wants(0x0a00_11dd))]),
  xenCase('a checksum where the minimum is', milan(0x0a00_11db), [container(wants(0x1234_5678))]),
  xenCase('a container without patches first', amdCpu(JAGUAR, 0x0700_0100), [with16([], []), with16([good16])]),
  xenCase('a container without patches behind', amdCpu(JAGUAR, 0x0700_0100), [with16([good16]), with16([], [])]),
  xenCase('a patch that is too long first', amdCpu(JAGUAR, 0x0700_0100), [
    with16([join(patch16(0x0700_0200, { header: { processorRevId: 0x7301 } }), new Uint8Array(100)), good16]),
  ]),
  xenCase('a table without an end entry', amdCpu(JAGUAR, 0x0700_0100), [withoutEnd(with16([good16]))]),
  xenCase('the running level again', amdCpu(JAGUAR, 0x0700_0106), [with16([good16])]),
  xenCase('model 44h, stepping 1, above its cut-off', amdCpu(0xb40f41, 0x0b40_4102), [
    container(zenPatch(0x0b40_4108, { kind: 'zen5' })),
  ]),
  xenCase('family 1Ah on open firmware', amdCpu(0xb20f40, 0x0b20_4030), [
    container(zenPatch(0x0b20_4031, { kind: 'zen5' })),
  ]),
  xenCase('Intel: a negative revision over a running one', intelCpu(0x20), [update(0x8000_0001)]),
];
