/** `xen check`: entries, what Xen does with their modules, findings. */
import { hex32, hex8 } from '../../bytes/hex.ts';
import { type Located, locatedIn } from '../../bundle/collect.ts';
import { fileOrigin, formatOrigin } from '../../inputs/origin.ts';
import type { LoaderCpu } from '../../loaders/explanation.ts';
import type { Vendor } from '../../loaders/explanation.ts';
import { type CheckedEntry, type XenCheck } from '../../xen/check/check.ts';
import type { Resolution } from '../../xen/modules.ts';
import { type Prediction, predict } from '../../xen/check/predict.ts';
import type { XenRelease } from '../../xen/releases.ts';
import { ruleOf } from '../verify/findings-text.ts';
import { consumerLines } from '../verify/rules-document.ts';
import type { FindingRow } from '../update-row.ts';
import { renderVerification, type VerifyContext, type VerifyFormat } from '../verify/verify-formats.ts';
import type { VerifyReport } from '../verify/verify.ts';

export type ModuleRole = 'dom0 kernel' | 'dom0 initrd' | 'microcode' | 'XSM policy' | 'unused';

export interface OutcomeRow {
  readonly vendor: Vendor;
  /** Positions after the hypervisor, from 0; null for none. */
  readonly dom0Initrd: number | null;
  readonly xsmPolicy: number | null;
  readonly microcode: Resolution['microcode'];
  /** Console lines about the choice. */
  readonly messages: readonly string[];
}

export interface PredictionRow {
  readonly signature: string;
  readonly platformMask: string;
  readonly running: string;
  /** boot, others, or all; null when nothing is parsed. */
  readonly cpus: 'all' | 'boot' | 'others' | null;
  readonly path: string | null;
  /** Revision that is loaded; null for none. */
  readonly revision: string | null;
  readonly says: string;
  /** Lines of Xen's console with loglvl=all. */
  readonly console: readonly string[];
}

export interface EntryRow {
  readonly title: string;
  readonly hypervisor: string;
  readonly xenLine: string;
  readonly option: CheckedEntry['line']['state'];
  /** The first is the dom0 kernel. `roles` has one for each vendor, as Xen runs on its CPUs. */
  readonly modules: readonly {
    readonly path: string;
    readonly size: number | null;
    readonly roles: readonly ModuleRole[];
  }[];
  readonly outcomes: readonly OutcomeRow[];
  readonly predictions: readonly PredictionRow[];
}

export interface XenCheckReport {
  readonly schema: 'ucodekit/xen-check@1';
  readonly path: string;
  readonly release: string;
  readonly bootLoader: string | null;
  readonly entries: readonly EntryRow[];
  readonly findings: readonly FindingRow[];
}

/** The findings with the place in the configuration that each is about. */
export const xenCheckFindings = (path: string, { findings }: XenCheck): Located[] =>
  locatedIn(fileOrigin(path), findings);

export const xenCheckReport = (
  path: string,
  release: XenRelease,
  { loader, entries }: XenCheck,
  cpus: readonly LoaderCpu[],
  findings: readonly FindingRow[],
): XenCheckReport => ({
  schema: 'ucodekit/xen-check@1',
  path,
  release: release.name,
  bootLoader: loader?.id ?? null,
  entries: entries.map((entry) => entryRow(entry, cpus)),
  findings,
});

const entryRow = (entry: CheckedEntry, cpus: readonly LoaderCpu[]): EntryRow => ({
  title: entry.found.entry.title,
  hypervisor: entry.found.entry.hypervisor,
  xenLine: entry.found.xenLine,
  option: entry.line.state,
  modules: entry.files.map(({ path, bytes }, i) => ({
    path,
    size: bytes?.length ?? null,
    roles: [...new Set(entry.outcomes.map(({ resolution }) => roleOf(resolution, i)))],
  })),
  outcomes: entry.outcomes.map(({ vendor, resolution }) => ({
    vendor,
    dom0Initrd: resolution.dom0Initrd,
    xsmPolicy: resolution.xsmPolicy,
    microcode: resolution.microcode,
    messages: [...entry.line.printed, ...resolution.messages],
  })),
  predictions: cpus.flatMap((cpu) => predict(entry, cpu).map(predictionRow)),
});

/** A file that is scanned stays what it is: only an index or a key makes a module microcode. */
function roleOf(resolution: Resolution, position: number): ModuleRole {
  if (position === resolution.dom0Kernel) return 'dom0 kernel';
  if (position === resolution.dom0Initrd) return 'dom0 initrd';
  if (position === resolution.xsmPolicy) return 'XSM policy';
  return resolution.microcode.some(({ module }) => module === position) ? 'microcode' : 'unused';
}

function predictionRow({ cpu, source, path, explanation, notes, console }: Prediction): PredictionRow {
  const chosen = explanation?.chosen ?? null;
  const nothing = source === null ? 'Xen finds no microcode' : 'the file cannot be read';
  return {
    signature: hex32(cpu.signature),
    platformMask: hex8(cpu.platformMask),
    running: hex32(cpu.revision),
    cpus: source?.cpus ?? null,
    path,
    revision: chosen === null ? null : hex32(chosen.revision),
    says: [explanation?.reason.says ?? nothing, ...notes].join('; '),
    console,
  };
}

/** The check in a format of `verify`; what only the text and the document have are entries and predictions. */
export function renderXenCheckAs(
  report: XenCheckReport,
  verdict: VerifyReport,
  format: VerifyFormat,
  context: VerifyContext,
): string {
  switch (format) {
    case 'text':
      return renderXenCheck(report, context.verbose);
    case 'sarif':
    case 'junit':
    case 'github':
    case 'markdown':
      return renderVerification(verdict, format, context);
  }
}

const renderXenCheck = (report: XenCheckReport, verbose: boolean): string =>
  [
    ...report.entries.flatMap((entry) => entryLines(entry, report.release)),
    ...report.findings.flatMap((row) => [
      `${formatOrigin(row.origin)}: ${row.severity}: ${row.message} [${row.rule}]`,
      ...(verbose ? [`    ${ruleOf(row).advice}`, ...consumerLines(ruleOf(row)).map((line) => `    ${line}`)] : []),
    ]),
  ]
    .map((line) => `${line}\n`)
    .join('');

/** Lines of modules that are shown; Xen looks at no more than 64. */
const SHOWN_MODULES = 64;

function entryLines(
  { title, hypervisor, xenLine, modules, outcomes, predictions }: EntryRow,
  release: string,
): string[] {
  const head = [hypervisor, xenLine].filter((text) => text !== '').join(' ');
  const shown = modules.slice(0, SHOWN_MODULES).map(({ path, size, roles }, i) => {
    const role = roles.join(' / ');
    return `  ${String(i).padStart(2)}  ${role.padEnd(12)} ${path} (${size === null ? 'missing' : `${size} bytes`})`;
  });
  const rest = modules.length - shown.length;
  return [
    title === '' ? `Xen ${release}` : title,
    `  Xen ${release}: ${head}`,
    ...shown,
    ...(rest > 0 ? [`      and ${rest} more`] : []),
    ...outcomes.map((outcome) => `  on ${VENDOR_NAMES[outcome.vendor]}: ${sourceText(outcome, modules)}`),
    ...predictions.flatMap((row) => [
      `  ${row.signature},${row.platformMask},${row.running}${cpusText(row.cpus)}: ${row.says}`,
      ...row.console.map((line) => `      (XEN) ${line}`),
    ]),
    '',
  ];
}

const VENDOR_NAMES: Readonly<Record<Vendor, string>> = { intel: 'Intel', amd: 'AMD' };

const cpusText = (cpus: PredictionRow['cpus']): string =>
  cpus === null || cpus === 'all' ? '' : ` (${cpus === 'boot' ? 'boot CPU' : 'other CPUs'})`;

function sourceText({ microcode, messages }: OutcomeRow, modules: EntryRow['modules']): string {
  const sources = microcode.map(({ module, way, form, offset, size, cpus }) => {
    const path = modules[module]?.path ?? '';
    const what = form === 'raw' ? 'as raw updates' : `the file at byte ${offset} of the cpio`;
    const bytes = (modules[module]?.size ?? null) === null ? 'missing' : `${size} bytes`;
    return `by ${way}, ${what} in module ${module}, ${path} (${bytes})${cpusText(cpus)}`;
  });
  const spoken = messages.map((message) => `prints "${message}"`);
  return [...(sources.length === 0 ? ['no microcode'] : sources), ...spoken].join('; ');
}
