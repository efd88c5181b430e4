import { type Finding, finding } from '../../../findings/finding.ts';
import { type EntryFile, shortened, type Subject } from '../subject.ts';
import { isMicrocodeOnly } from '../../file-content.ts';

const isMicrocode = ({ bytes, content }: EntryFile): boolean =>
  bytes !== undefined && content !== undefined && isMicrocodeOnly(bytes, content);

/**
 * Whether dom0 is given microcode for its initrd while the initrd is left over. Neither a scan nor a missing option claims a module, and an
 * index claims only its own, so the first one left is dom0's.
 */
export function* judgeDom0({ files, outcomes }: Subject): Generator<Finding> {
  const resolution = outcomes[0]?.resolution;
  const initrd = resolution?.dom0Initrd ?? null;
  const taken = initrd === null ? undefined : files[initrd];
  if (taken === undefined || !isMicrocode(taken)) return;
  const left = resolution?.unused.flatMap((module) => files[module] ?? []).find((file) => !isMicrocode(file));
  if (left === undefined) return;
  const data = { path: shortened(taken.path), found: shortened(left.path) };
  yield finding('xen/archive-before-initrd', { offset: taken.at }, data);
}
