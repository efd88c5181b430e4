import { hex32 } from '../bytes/hex.ts';

/**
 * Why a loader takes or leaves an update: one sentence for each reason, with `{slots}` for its values. An `offset` in a reason counts
 * from the start of the bytes the loader was given.
 */
export const REASONS = {
  // The decision.
  loads: 'hands revision {revision} to the CPU',
  'cpu-unsupported': 'the loader has no microcode support for this CPU family',
  'hypervisor-guest': 'the loader is off: the CPU says that it is a guest of a hypervisor',
  'final-level': 'the loader refuses: the running level {running} cannot be replaced',
  'loader-off': "the loader is off: the image's command line has {word}",
  'not-its-image': 'the file is {what}: this loader does not run from it',
  'not-started': 'no answer, {why}',
  'no-initrd': 'the image hands no initrd to the kernel',
  'no-module': 'Xen takes no microcode from this image: {why}',
  'module-elsewhere': 'the image names a file that is not in it: {path}',
  'no-vendor-file': 'no {path} is found: {why}',
  'no-named-file': 'no file {path}',
  'empty-file': 'the {path} that is found first is empty',
  'file-too-large': 'the file has {found} bytes, more than the {limit} that this release takes',
  'not-consumed': 'the file does not end with its last update, so nothing of it is used: {why}',
  'bad-data': 'the parser stops before it finds a match: {why}',
  'bad-file': 'the whole file is refused: {why}',
  'nothing-matches': 'no update is for this CPU',
  'already-runs': 'the CPU already runs what is offered, revision {running}',
  'nothing-newer': 'no update is newer than the running {running}',
  'older-than-running': 'the update chosen, {revision}, is older than the running {running}',
  'digest-unlisted':
    'the patch chosen, {revision}, is not in the list of genuine patches, and the firmware is not fixed',
  'digest-mismatch': 'the patch chosen, {revision}, differs from the genuine one, and the firmware is not fixed',
  'below-minimum': 'the patch chosen, {revision}, needs {minimum} or later to run already, but {running} runs',
  'late-blacklisted': 'late loading is off for this CPU below revision 0x0b000021 (erratum BDX90)',
  'cannot-tell': 'cannot tell: it is not established what {release} does; either {one}, or {other}',
  'late-minimum-unsupported': 'with force_minrev Linux loads no AMD patch late',
  'no-usable-match': 'what is for this CPU cannot be used: {revision} {why}',
  'not-modelled': 'AMD late loading before Linux 5.0 is not modelled here',
  'no-level': 'the CPU runs no patch, and Linux looks for the CPU that the running level names',
  'level-of-another-cpu':
    'the running level {running} does not name this CPU, and Linux looks for the CPU that it names',
  'no-folder': 'Xen reads no firmware folder: give it an image or the file itself',
  'reads-beyond': 'the table length leads out of the file: the result depends on what follows in memory',

  // An update that was looked at and is not handed over.
  'other-platform': 'is for this CPU on another platform: mask {mask}',
  'no-newer': 'is not newer than the running {running}',
  'not-higher': 'is not higher than {revision}, which came before',
  superseded: 'is replaced by {revision}, which comes later',
  'other-platform-of-previous':
    'is not for the main signature and mask of {revision}, which Linux before 6.7 compares it with',
  'discarded-with-file': 'would load, but the file is not used',
  'longer-than-page': 'has {found} bytes, more than the {limit} that this release takes',
  'too-long': 'is longer than the {limit} bytes that the loader takes for this family',
  'other-side-of-cutoff': 'is on the other side of the signing change at {cutoff} than the running {running}',
  'no-minimum': 'declares no minimum revision, which force_minrev asks for',
  'erratum-gnr98': 'is passed over while {running} runs (erratum GNR98): it wants 0x01000405 first',
  'unsafe-late': 'declares the minimum revision {minimum}, and {running} runs',
  'no-digest': 'is in no list of genuine patches',
  'wrong-digest': 'differs from the genuine patch of this revision',
  'later-container': 'comes after the container that is used',

  // What is wrong with bytes.
  'odd-rest': '{found} bytes are left at {at}',
  'header-version': 'the header version at {at} is not 1',
  'loader-version': 'the loader version at {at} is not 1',
  'size-zero': 'the total size at {at} is 0',
  'size-beyond': 'the total size of the update at {at} leads out of the file',
  'size-contradiction': 'the sizes of the update at {at} contradict each other',
  'size-alignment': 'the total size of the update at {at} is not a multiple of 1024',
  checksum: 'the checksum of the update at {at} is wrong',
  'extended-size': 'the extended table of the update at {at} has the wrong size',
  'extended-checksum': 'a checksum of the extended table of the update at {at} is wrong',
  'container-magic': 'no container starts at {at}',
  'container-header': 'the container header at {at} is cut off',
  'table-type': 'the first section of the container at {at} is not an equivalence table',
  'table-length': 'the length of the equivalence table at {at} is impossible',
  'table-end': 'the equivalence table of the container at {at} does not end with a zero entry',
  'table-conflict': 'the equivalence table of the container at {at} contradicts an earlier one',
  'section-type': 'no patch section starts at {at}',
  'section-length': 'the length of the patch section at {at} is impossible',
  'section-too-long': 'the patch section at {at} is longer than the family allows',
  'patch-beyond-page': 'the patch at {at} has {found} bytes, more than the {limit} that this release takes',
  'chipset-bound': 'the patch at {at} is bound to a chipset',
} as const;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  readonly code: ReasonCode;
  readonly says: string;
}

type Slots<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;
type ReasonData<C extends ReasonCode> = Readonly<Record<Slots<(typeof REASONS)[C]>, string | number>>;

/** The reason `code` with its values filled in. */
export function reason<C extends ReasonCode>(code: C, data: ReasonData<C>): Reason {
  const values: Readonly<Record<string, string | number>> = data;
  return { code, says: REASONS[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?')) };
}

/** The running revision as sentences name it: 0 stands for a CPU that runs none. */
export const runningText = (revision: number): string => (revision === 0 ? 'none' : hex32(revision));

/** Why nothing of what is for this CPU is loaded: the best of it, `offered`, is what runs, or older. */
export const notNewer = (offered: number, running: number): Reason =>
  reason(offered === running ? 'already-runs' : 'nothing-newer', { running: runningText(running) });

/** The codes of `notNewer`. */
export const isNotNewer = ({ code }: Reason): boolean => code === 'already-runs' || code === 'nothing-newer';
