import type { Explanation } from '../../../src/loaders/explanation.ts';
import { explainXen } from '../../../src/loaders/xen/xen.ts';
import { fileContent } from '../../../src/xen/file-content.ts';
import { resolveModules } from '../../../src/xen/modules.ts';
import { parseRelease } from '../../../src/xen/releases.ts';
import { parseCommandLine } from '../../../src/xen/ucode-option.ts';
import { DUMMY_KERNEL } from '../harness/xen.ts';
import { loaderCpu } from './case.ts';
import type { XenCase } from './xen-case.ts';

export interface XenPrediction {
  /** What the boot CPU gets; null when Xen parses no bytes at all. */
  readonly explanation: Explanation | null;
  /** Console lines about the choice of the module. */
  readonly messages: readonly string[];
}

/** Follows the command line and the modules of a case to the update, as `release` would. */
export function predictXen(release: string, { options, modules, cpu }: XenCase): XenPrediction {
  const xen = parseRelease(release);
  if (xen === undefined) throw new RangeError(`no release: ${release}`);
  // A word of Xen's own stands in front, as in every boot entry; only then do leading dashes start dom0's part.
  const { state } = parseCommandLine(xen, `loglvl=all ${options}`);
  const files = [DUMMY_KERNEL, ...modules].map(({ bytes }) => bytes);
  const resolution = resolveModules({
    release: xen,
    vendor: cpu.vendor,
    option: state,
    modules: files.map((bytes) => fileContent(bytes, xen)),
  });
  const source = resolution.microcode.find(({ cpus }) => cpus !== 'others');
  const file = source === undefined ? undefined : files[source.module];
  if (source === undefined || file === undefined) return { explanation: null, messages: resolution.messages };
  const bytes = file.subarray(source.offset, source.offset + source.size);
  const { digestCheck } = state;
  const explanation = explainXen(xen, loaderCpu(cpu), { kind: 'blob', bytes }, { digestCheck });
  return { explanation, messages: resolution.messages };
}
