/** `xen late`: the command, and what each CPU would get. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import { LATE_ERRORS, type LateError, type LatePlan } from '../../xen/late.ts';
import type { XenRelease } from '../../xen/releases.ts';

export interface XenLateReport {
  readonly schema: 'ucodekit/xen-late@1';
  readonly release: string;
  readonly command: readonly string[] | null;
  /** XENPF_microcode_update (35) or XENPF_microcode_update2 (66). */
  readonly platformOperation: 35 | 66;
  readonly force: boolean;
  readonly cpus: readonly {
    readonly signature: string;
    readonly platformMask: string;
    readonly running: string;
    readonly revision: string | null;
    readonly says: string;
    readonly error: LateError | null;
  }[];
  readonly errors: Readonly<Record<LateError, string>>;
  readonly notes: readonly string[];
}

export const xenLateReport = (release: XenRelease, plan: LatePlan): XenLateReport => ({
  schema: 'ucodekit/xen-late@1',
  release: release.name,
  command: plan.command,
  platformOperation: plan.operation,
  force: plan.force,
  cpus: plan.cpus.map(({ cpu, revision, says, error }) => ({
    signature: hex32(cpu.signature),
    platformMask: hex8(cpu.platformMask),
    running: hex32(cpu.revision),
    revision: revision === null ? null : hex32(revision),
    says,
    error,
  })),
  errors: LATE_ERRORS,
  notes: plan.notes,
});

/** The command is a line of its own: it can be copied. */
export function renderXenLate({ command, platformOperation, cpus, notes, errors }: XenLateReport): string {
  const lines = [
    command === null ? `platform operation ${platformOperation}` : command.map(shellWord).join(' '),
    ...cpus.map(({ signature, platformMask, running, says, error }) => {
      const end = error === null ? '' : ` (${error}: ${errors[error]})`;
      return `# ${signature},${platformMask},${running}: ${says}${end}`;
    }),
    ...notes.map((note) => `# ${note}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const shellWord = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
