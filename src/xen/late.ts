import { hex32 } from '../bytes/hex.ts';
import { compressionOf } from '../formats/cpio/compression.ts';
import { type LoaderCpu } from '../loaders/explanation.ts';
import { answer } from '../loaders/answer.ts';
import { isNotNewer } from '../loaders/reasons.ts';
import { rawContent } from './file-content.ts';
import { asLoader, has, releasesWith, type XenRelease } from './releases.ts';

export interface LateRequest {
  readonly release: XenRelease;
  /** The file as the command names it. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly cpus: readonly LoaderCpu[];
}

/** Errors that the call ends with, by their names. */
export type LateError = 'EEXIST' | 'ENOENT' | 'EINVAL' | 'EIO' | 'EBUSY';

export interface LateCpu {
  readonly cpu: LoaderCpu;
  /** Revision that is loaded, or null. */
  readonly revision: number | null;
  readonly says: string;
  /** What the call returns if this CPU is the one that decides, the boot CPU; null for success. */
  readonly error: LateError | null;
  /** The update is the running one or an older one: only --force loads it. */
  readonly needsForce: boolean;
}

export interface LatePlan {
  readonly ok: true;
  /** Words of the command for dom0, or null when the release has no tool. */
  readonly command: readonly string[] | null;
  /** Platform operation: 35 (microcode_update), 66 (microcode_update2, with flags). */
  readonly operation: 35 | 66;
  readonly force: boolean;
  readonly cpus: readonly LateCpu[];
  readonly notes: readonly string[];
}

export type Late = LatePlan | { readonly ok: false; readonly refusals: readonly string[] };

/** What else may come back, and what it means; the same on every host. */
export const LATE_ERRORS: Readonly<Record<LateError, string>> = {
  EEXIST: 'every CPU already runs this revision or a newer one',
  ENOENT: 'the file has no update for the boot CPU',
  EINVAL: 'the file is not a raw sequence of updates of the vendor, or loading is not available',
  EIO: 'a CPU refused the update; when some took it, reboot',
  EBUSY: 'a CPU did not come to the rendezvous within 30 ms; nothing was changed, try again',
};

/** Plans `xen-ucode` for a file and the CPUs of a host. The call takes raw updates of one vendor only, never a cpio. */
export function planLate({ release, path, bytes, cpus }: LateRequest): Late {
  const refusals = unfit(bytes);
  if (refusals.length > 0) return { ok: false, refusals };
  const plans = cpus.map((cpu) => planCpu(release, cpu, bytes));
  // The call works on all CPUs at once, so it is forced only when no CPU would take the update otherwise.
  const force = plans.length > 0 && plans.every(({ error }) => error !== null) && plans.some((plan) => plan.needsForce);
  const forced = force && has(release, 'forceFlag');
  const command = ['xen-ucode', ...(forced ? ['--force'] : []), path];
  return {
    ok: true,
    command: has(release, 'xenUcodeTool') ? command : null,
    operation: has(release, 'forceFlag') ? 66 : 35,
    force: forced,
    cpus: plans,
    notes: notesOn(release, force, plans),
  };
}

function unfit(bytes: Uint8Array): string[] {
  const compression = compressionOf(bytes);
  if (bytes.length === 0) return ['the file is empty'];
  if (compression !== undefined) return [`the file is compressed with ${compression.name}: Xen expands nothing`];
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1').startsWith('0707')) {
    return ['the file is a cpio: the call takes the updates themselves (initrd extract takes them out)'];
  }
  const raw = rawContent(bytes);
  switch (raw.kind) {
    case 'pure':
      return [];
    case 'mixed':
      return [`updates of the other vendor begin at byte ${raw.offset}: give one vendor's`];
    case 'junk':
      return [`no update begins at byte ${raw.offset}`];
  }
}

function planCpu(release: XenRelease, cpu: LoaderCpu, bytes: Uint8Array): LateCpu {
  const options = { path: 'late', forceMinimum: false, digestCheck: true } as const;
  const explain = (running: LoaderCpu) => answer(asLoader(release), running, { kind: 'blob', bytes }, options);
  const { explanation, notes } = explain(cpu);
  const { chosen, reason } = explanation;
  const told = [reason.says, ...notes].join('; ');
  if (chosen !== null) return { cpu, revision: chosen.revision, says: told, error: null, needsForce: false };
  if (isNotNewer(reason)) {
    // A CPU that runs nothing shows what the file has for it.
    const offered = explain({ ...cpu, revision: 0 }).explanation.chosen?.revision ?? null;
    const says = offered === null ? reason.says : `${reason.says}: the file has ${hex32(offered)}`;
    return { cpu, revision: null, says, error: 'EEXIST', needsForce: offered !== null };
  }
  const unread = reason.code === 'bad-data' || reason.code === 'cpu-unsupported';
  return { cpu, revision: null, says: told, error: unread ? 'EINVAL' : 'ENOENT', needsForce: false };
}

function notesOn(release: XenRelease, force: boolean, plans: readonly LateCpu[]): string[] {
  const notes: string[] = [];
  if (!has(release, 'xenUcodeTool')) {
    notes.push(
      `Xen ${release.name} brings no xen-ucode (${releasesWith('xenUcodeTool')} do): call platform operation 35.`,
    );
  }
  if (force && !has(release, 'forceFlag')) {
    notes.push(
      has(release, 'allowSame')
        ? `Xen ${release.name} reloads the running revision only when booted with ucode=allow-same; an older one never.`
        : `Xen ${release.name} loads no revision again: --force exists from 4.20 on.`,
    );
  }
  if (has(release, 'showCpuInfo'))
    notes.push('xen-ucode show-cpu-info prints what the CPUs run; xl dmesg what became of the call.');
  const outcomes = new Set(plans.map(({ revision }) => revision));
  if (outcomes.size > 1) notes.push('Not every CPU gets the same: Xen calls differing revisions unstable.');
  return notes;
}
