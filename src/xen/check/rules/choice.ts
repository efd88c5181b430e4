import { type Finding, finding } from '../../../findings/finding.ts';
import { findCpioData } from '../../../formats/cpio/early-lookup.ts';
import { memberAt } from '../../../formats/cpio/member.ts';
import { membersOf, readCpio } from '../../../formats/cpio/read.ts';
import { bytesSource } from '../../../bytes/source.ts';
import { EARLY_VENDORS, VENDOR_FILES } from '../../../loaders/early-paths.ts';
import { type EntryFile, shortened, type Subject } from '../subject.ts';
import { earlyVendors, isEarlyOnly } from '../../file-content.ts';
import { FILE_LIMIT, lookupOf } from '../../../loaders/xen/releases.ts';
import { has } from '../../releases.ts';
import { takeInteger } from '../../option-values.ts';

/** Where the index leads. */
export function* checkIndex({
  line,
  files,
  outcomes,
  efi,
  varyingModules,
  found,
  release,
}: Subject): Generator<Finding> {
  const at = { offset: found.at.xen, field: 'ucode' };
  const { index, scan } = line.state;
  const last = line.words.at(-1);
  if (efi !== null || last === undefined) return;
  const resolution = outcomes[0]?.resolution;
  if (index === 0) {
    const zero = last.value
      .split(',')
      .some((text) => /\d/.test(text) && isInteger(text) && takeInteger(text).value === 0);
    if (zero && !scan) yield finding('xen/index-is-kernel', at, { index: 0 });
    return;
  }
  if (index < 0 && varyingModules !== null) yield finding('xen/negative-index', at, { index, why: varyingModules });
  const chosen = resolution?.chosen ?? 0;
  const file = files[chosen];
  const problem = resolution?.indexProblem;
  if (problem === 'kernel') yield finding('xen/index-is-kernel', at, { index });
  if (problem === 'out-of-range') {
    yield finding('xen/index-out-of-range', at, { index, found: chosen, expected: `1 to ${files.length - 1}` });
  }
  if (problem === 'kernel' || problem === 'out-of-range') return;
  if (file === undefined) return;
  const data = { index, path: shortened(file.path) };
  if (isPolicy(file)) yield finding('xen/index-is-policy', at, data);
  else if (takesInitrd(file, resolution?.dom0Initrd ?? null)) yield finding('xen/index-steals-initrd', at, data);
  else if (file.content?.startsWithCpio === true && !has(release, 'cpioByIndex')) {
    yield finding('xen/cpio-by-index', { offset: file.at }, { path: data.path, release: release.name });
  }
}

const isInteger = (text: string): boolean => takeInteger(text).rest === '';

const baseName = (path: string): string => path.replace(/^.*[/\\]/, '');

/** The policy by its magic, or by its name when there are no bytes to look at. */
export const isPolicy = ({ content, path }: EntryFile): boolean =>
  content === undefined ? /xenpolicy|flask|xsm/i.test(baseName(path)) : content.xsmPolicy;

/**
 * Whether the chosen file is dom0's initrd: an archive with more than what is loaded early, or compressed data when nothing else is left
 * for dom0. By its name as well, which is all there is without bytes to look at.
 */
export function takesInitrd({ bytes, content, path }: EntryFile, dom0Initrd: number | null): boolean {
  const named = /initr|initramfs/i.test(baseName(path));
  if (bytes === undefined || content === undefined) return named;
  if (content.compression !== null) return named || dom0Initrd === null;
  return content.startsWithCpio && !isEarlyOnly(bytes);
}

/** What a scan finds. */
export function* checkScan({ line, files, outcomes, efi, release, found }: Subject): Generator<Finding> {
  if (efi !== null || !line.state.scan) return;
  const at = { offset: found.at.xen, field: 'ucode' };
  const modules = files.slice(1);
  for (const { tooBig } of outcomes.map(({ resolution }) => resolution)) {
    const file = tooBig === null ? undefined : files[tooBig.module];
    if (tooBig === null || file === undefined) continue;
    const data = { path: shortened(file.path), found: tooBig.size, expected: FILE_LIMIT, release: release.name };
    yield finding('xen/member-too-big', { offset: file.at }, data);
  }
  for (const file of modules) yield* checkNames(file, lookupOf(release) === 'exact', release.name);
  const allOpened = modules.every(({ content }) => content !== undefined);
  if (allOpened && !files.some(({ content }) => content !== undefined && earlyVendors(content).length > 0)) {
    yield finding('xen/scan-finds-nothing', at, { release: release.name });
  }
}

/** Names of members that are nearly right, or that come first and begin like the right one. */
function* checkNames(file: EntryFile, exact: boolean, release: string): Generator<Finding> {
  const { bytes, content } = file;
  if (bytes === undefined || content?.startsWithCpio !== true) return;
  const path = shortened(file.path);
  const at = { offset: file.at };
  for (const vendor of EARLY_VENDORS) {
    const expected = VENDOR_FILES[vendor];
    const lookup = findCpioData(bytes, expected);
    const member = lookup.found ? memberAt(bytesSource(bytes), lookup.headerOffset, 0) : undefined;
    if (member !== undefined && member.name !== expected && !exact) {
      yield finding('xen/wrong-member-name', at, { path, found: shortened(member.name), expected });
    }
    if (exact && lookup.found && member?.name === expected && content.early[vendor] === null) {
      yield finding('xen/padded-name', at, { path, release });
    }
    if (lookup.found) continue;
    const twin = nearlyNamed(bytes, expected);
    if (twin !== undefined) yield finding('xen/wrong-member-name', at, { path, found: shortened(twin), expected });
  }
}

function nearlyNamed(bytes: Uint8Array, expected: string): string | undefined {
  for (const segment of readCpio(bytes).segments) {
    if (segment.kind !== 'archive') continue;
    for (const { name } of membersOf(bytes, segment)) {
      if (name.replace(/^(?:\.?\/)+/, '').toLowerCase() === expected.toLowerCase()) return name;
    }
  }
  return undefined;
}
