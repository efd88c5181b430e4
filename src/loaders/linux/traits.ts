/**
 * What each Linux release does with microcode, as data: the release of the main line that brought a behaviour, and the point of each
 * stable branch that took it over. Read in arch/x86/kernel/cpu/microcode and in the announcements of the stable releases; releases that
 * Debian ships are booted and compared by test/boot.
 */
import type { Vendor } from '../explanation.ts';
import type { Availability } from '../availability.ts';

interface Trait extends Availability {
  /** The behaviour, a sentence without a full stop. */
  readonly says: string;
  /** Whose updates it is about. */
  readonly vendor: Vendor;
}

/** What differs between releases, each said in words for readers and in versions for the model. */
export const LINUX_TRAITS = {
  comparesWithPrevious: {
    says: "Intel: a candidate after the first is compared with the main signature and mask of the previous one, not with the CPU's",
    vendor: 'intel',
    since: '4.10',
    until: '6.6',
    lostIn: { '6.6': 81 },
    source: 'scan_microcode() in intel.c of 4.10 to 6.6; 6.6.81 took the rework of 6.7 over',
  },
  zeroMaskIsAny: {
    says: 'Intel: an update with mask 0 is for every platform; before, only for CPUs that have no platform id',
    vendor: 'intel',
    since: '7.1',
    source: 'cpu_signatures_match() in intel.c of 6.19.6 and 7.1.3; 7.0 as booted',
  },
  minimumRevision: {
    says: "Intel late: the header's minimum revision is looked at with force_minrev, and AMD patches are then not loaded late",
    vendor: 'intel',
    since: '6.7',
    backports: { '6.6': 81 },
    source: '9407bda845dd, cf5ab01c8703',
  },
  passesOverGnr98: {
    says: 'Intel: on Granite Rapids up to 0x01000404 an update above 0x01000405 is passed over (erratum GNR98)',
    vendor: 'intel',
    since: '7.3',
    backports: { '7.2': 8, '6.12': 112 },
    source: 'e7d3e2f46dd5; which CPUs and revisions as the code of 6.12.118 has it',
  },
  stopsAtFirstMatch: {
    says: 'AMD: scanning ends with the container that holds a match; before, a later one may replace it',
    vendor: 'amd',
    since: '6.3',
    source: 'ba73e369b706',
  },
  rewritesSameLevel: {
    says: 'AMD: a patch of the running level is written again, for what is set up on each thread',
    vendor: 'amd',
    since: '6.1',
    backports: { '6.0': 6, '5.15': 76, '5.10': 152, '5.4': 221, '4.19': { after: 263, by: null }, '4.14': 298 },
    source: 'e7ad18d1169c',
  },
  checksContainers: {
    says: 'AMD: containers, sections and sizes are checked; the equivalence table ends at its stated length, not at a zero entry',
    vendor: 'amd',
    since: '5.0',
    source: 'verify_container() and after in amd.c',
  },
  loadsEachNewer: {
    says: 'AMD: every newer patch of a container is loaded, one after the other',
    vendor: 'amd',
    since: '4.4',
    until: '4.9',
    source: 'apply_microcode_early_amd() in amd.c of 4.9',
  },
  matchesByLevel: {
    says: 'AMD Zen: the patch level says which CPU it is for; the equivalence table is not read',
    vendor: 'amd',
    since: '6.12',
    backports: { '6.6': 81 },
    source: '94838d230a6c',
  },
  digestList: {
    says: "AMD Zen: without fixed firmware a patch must be in the kernel's list of digests",
    vendor: 'amd',
    since: '6.14',
    backports: { '6.13': 6, '6.12': 18, '6.6': 81 },
    source: '50cef76d5cb0',
  },
  forgottenCutOffs: {
    says: 'AMD Zen: the last unfixed levels of 080082, 0a0010, 0a0082, 0a4041, 0a5000 and 0aa001 are known; before, digests are always asked for there',
    vendor: 'amd',
    since: '6.14',
    backports: { '6.13': 7, '6.12': 19, '6.6': 83 },
    source: '058a6bec37c6',
  },
  digestsOn1ah: {
    says: 'AMD Zen: digests are asked for on family 1Ah too, not on 17h to 19h only',
    vendor: 'amd',
    since: '6.15',
    backports: { '6.14': 4, '6.13': { after: 11, by: null }, '6.12': 25, '6.6': 88 },
    source: '805b743fc163',
  },
  tsaDigests: {
    says: 'AMD Zen: the list has the 16 patches against TSA',
    vendor: 'amd',
    since: '6.16',
    backports: { '6.15': 6, '6.12': 37, '6.6': 97 },
    source: '2329f250e04d',
  },
  naplesCutOff: {
    says: 'AMD Zen: the last unfixed level of 080012 is 0x08001277, not 0x0800126f',
    vendor: 'amd',
    since: '6.18',
    backports: { '6.17': 6, '6.12': 56, '6.6': 115 },
    source: '876f0d43af78',
  },
  shimadaCutOffs: {
    says: 'AMD Zen: the last unfixed levels of 0b0081 and 0b6080 are known',
    vendor: 'amd',
    since: '6.18',
    backports: { '6.17': 8, '6.12': 58, '6.6': 117 },
    source: 'd23550efc680',
  },
  graniteRidgeCutOff: {
    says: 'AMD Zen: the last unfixed level of 0b4041 is known',
    vendor: 'amd',
    since: '6.18',
    backports: { '6.17': 9, '6.12': 59, '6.6': 117 },
    source: 'dd14022a7ce9',
  },
  knowsAffectedModels: {
    says: 'AMD Zen: digests are asked for on the affected models of family 1Ah only, not on all families from 17h on',
    vendor: 'amd',
    since: '6.18',
    backports: { '6.17': 10, '6.12': 60, '6.6': 118 },
    source: '8a9fb5129e8e',
  },
  countsStrixHalo: {
    says: 'AMD Zen: models 70h to 7Fh of family 1Ah are among the affected ones',
    vendor: 'amd',
    since: '6.19',
    backports: { '6.18': 4, '6.12': 64, '6.6': 120 },
    source: '150b1b97e275',
  },
  passesOverOtherSide: {
    says: 'AMD Zen: Linux chooses by the running revision: patches on the other side of the signing change are passed over',
    vendor: 'amd',
    since: '6.19',
    backports: { '6.18': 4, '6.12': 64, '6.6': 121 },
    source: '8d171045069c',
  },
  zeroIsLowestLevel: {
    says: 'AMD Zen: a CPU that runs nothing is on the side of its lowest level; before, no patch is passed over for it',
    vendor: 'amd',
    since: '7.2',
    source: 'verify_patch() in amd.c of 7.1.3, which takes 0 as it is; 6.12.118 and 7.2.12 as booted',
  },
} as const satisfies Readonly<Record<string, Trait>>;

export type LinuxTrait = keyof typeof LINUX_TRAITS;

/**
 * The newest point release of each branch up to which its changes were read: Debian's changelogs for 5.10, 6.1, 6.12, its sources and
 * kernels, and the announcements of the stable releases.
 */
export const NEWEST_POINTS: Readonly<Record<string, number>> = {
  '4.14': 298,
  '4.19': 265,
  '5.4': 221,
  '5.10': 262,
  '5.15': 76,
  '6.0': 6,
  '6.1': 192,
  '6.6': 121,
  '6.12': 118,
  // The announcement of 6.13.12, the last of its branch, was not found: `digestsOn1ah` says so.
  '6.13': 12,
  '6.14': 11,
  '6.15': 6,
  '6.16': 12,
  '6.17': 13,
  '6.18': 15,
  '6.19': 14,
  '7.0': 13,
  '7.1': 3,
  '7.2': 12,
  '7.3': 4,
};

/** The newest release whose code or behaviour was looked at. */
export const NEWEST_LINUX = '7.3';
