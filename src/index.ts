/**
 * ucodekit as a library. What a program would import: reading, judging, building, looking up what loaders do, and checking protocols. Everything is
 * readonly data in and out; the only functions that touch the file system are `openInputs`,
 * `writeAtomically` and `shippedKnowledge`.
 */
import { type Collection, readBlob, type Reading } from './bundle/collect.ts';
import { readCollection } from './bundle/verify/verify.ts';
import { isBlobKind } from './inputs/blob.ts';
import { detectNamed } from './inputs/detect.ts';
import { fileOrigin } from './inputs/origin.ts';

/**
 * Reads bytes that hold microcode and nothing around it: Intel updates, AMD containers, a raw AMD patch, a VIA update.
 * Offsets in the result are bytes from the start of `bytes`; updates are views of it, so it must not be changed. Damage is in `findings`, nothing is
 * thrown. Layouts and their sources: docs/formats.md.
 * @param name what findings call the bytes
 * @returns undefined when they are none of these; `openInputs` looks into archives, images and text
 */
export function parse(bytes: Uint8Array, name = '-'): Reading | undefined {
  const kind = detectNamed(bytes, name);
  return isBlobKind(kind) ? readBlob({ kind, origin: fileOrigin(name), bytes }) : undefined;
}

export { type Collection, readCollection };
export {
  type Collected,
  collectUpdates,
  type CollectedUpdate,
  type Located,
  type Reading,
  readUpdates,
  type Update,
} from './bundle/collect.ts';
export { type VerifyVerdict, type RuleChoice } from './bundle/verify/verdict.ts';
export { parseFilter } from './bundle/select/filter.ts';
export { EVERYTHING, isSelected, type Selection, selectUpdates } from './bundle/select/selection.ts';
export { parseCpu, type CpuSelector } from './bundle/select/cpu.ts';
export { type Extraction, type ExtractLayout, planExtraction } from './bundle/export/extract.ts';
export { pack, type Packed, type PackRequest } from './bundle/export/pack.ts';
export { verify, type VerifyOptions } from './bundle/verify/verify.ts';
export { type Catalogue } from './cpu/catalogue.ts';
export { shippedKnowledge } from './knowledge.ts';
export { type Knowledge } from './report/updates/show.ts';
export { type Finding } from './findings/finding.ts';
export { type RuleId, RULES } from './findings/catalogue.ts';
export { Failure, type FailureDetails, type FailureKind } from './findings/failure.ts';
export { type AmdContainer, parseAmdContainers } from './formats/amd/container.ts';
export { type AmdPatch } from './formats/amd/patch.ts';
export { verifyAmdSignature } from './formats/amd/signature.ts';
export { findCpioData } from './formats/cpio/early-lookup.ts';
export { readCpio } from './formats/cpio/read.ts';
export { type IntelUpdate, parseIntelFile, servedBy } from './formats/intel/update.ts';
export { type ViaUpdate } from './formats/via.ts';
export { earlyImage as buildEarlyImage, type EarlyImage, type EarlyImageOptions } from './initrd/image/build.ts';
export { type EarlyLayout } from './initrd/image/layout.ts';
export { expandInitrd, type ExpandedInitrd, type ExpandedPart } from './initrd/expanded-parts.ts';
export { inspectInitrd, type InitrdInspection } from './initrd/inspect/inspect.ts';
export { type Opened } from './inputs/blob.ts';
export { openInputs, type OpenOptions } from './inputs/open.ts';
export { type OnProgress } from './inputs/progress.ts';
export { formatOrigin, type Origin } from './inputs/origin.ts';
export { writeAtomically } from './io/write/atomic.ts';
export { type EfiImage, readEfiImage } from './loaders/efi/image.ts';
export { type Explanation, type LoaderCpu, type LoaderInput, type Unread } from './loaders/explanation.ts';
export { answer, type Answer, type OtherPoints } from './loaders/answer.ts';
export { explain, type Loader, type LoadOptions, parseLoader } from './loaders/by-name.ts';
export { checkModel as check, type CheckOptions, type CheckReport, type PropertyReport } from './sim/engine/check.ts';
export { model as protocolModel } from './sim/protocols/protocol.ts';
export { type Setting } from './sim/protocols/setting.ts';
export { type Entry, protocolOf, PROTOCOLS } from './sim/protocols/registry.ts';
export { modelOf } from './sim/scenario/fits.ts';

// Writing a model: docs/simulator-language.md.
export {
  type Domain,
  type Effect,
  type Expr,
  type Field,
  type Model,
  type Polarity,
  type Property,
  type Ref,
  type Topology,
} from './sim/language/model.ts';
export {
  add,
  all,
  and,
  any,
  at,
  bitor,
  choose,
  coreOf,
  cores,
  count,
  cpu,
  cpus,
  eq,
  firstOf,
  hasRole,
  implies,
  is,
  le,
  lt,
  me,
  ne,
  not,
  type Operand,
  or,
  type Place,
  same,
  siblings,
  siblingsOf,
  stands,
  sub,
} from './sim/language/expressions.ts';
export {
  decrement,
  each,
  flag,
  increment,
  jump,
  oneOf,
  perCore,
  perCpu,
  range,
  set,
  shared,
  type Values,
  when,
} from './sim/language/effects.ts';
export {
  define,
  type Definition,
  type EnvironmentMove,
  type Line,
  line,
  type Move as LineMove,
  type Program,
  program,
  rest,
  role,
  spin,
} from './sim/language/program.ts';
export { ModelError } from './sim/language/validate.ts';
export { modelChecksum } from './sim/language/checksum.ts';

// What comes of a model: a story, a token, Promela, a run in time, a picture.
export { type Move } from './sim/language/interpret.ts';
export { type RunSteps, type RunStep, type Standing, runSteps, type VariableChange } from './sim/engine/story.ts';
export { renderSteps } from './report/sim/steps.ts';
export { readToken, tokenOf, type TokenReading } from './sim/engine/token.ts';
export { exportPromela } from './sim/export/promela.ts';
export { type NamedRun, runOf, steadyRun } from './sim/trace.ts';
export { prepare as prepareRun, type Prepared, type Run, runOnce, type RunOptions } from './sim/timed/run.ts';
export { type LoadTime } from './sim/timed/latencies.ts';
export { type ScriptedEvent } from './sim/scenario/scenario.ts';
export { drawRun, type TimelineFormat } from './report/sim/run.ts';
