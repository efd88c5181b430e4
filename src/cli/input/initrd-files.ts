/** The initrds that paths name: files, standard input, and those of folders. */
import { Failure, type FailureDetails } from '../../findings/failure.ts';
import { INITRD_HEAD, mayBeInitrd, namesInitrd } from '../../initrd/inspect/inspect.ts';
import { detect } from '../../inputs/detect.ts';
import { folderItems } from '../../inputs/folder.ts';
import { listFolder, readFile, readFirst } from '../../io/read/read.ts';
import { readEfiImage } from '../../loaders/efi/image.ts';
import { plural } from '../../report/printable.ts';

export interface InitrdFiles {
  readonly paths: readonly string[];
  /** Folders without an initrd, and initrds of folders that cannot be read. */
  readonly failures: readonly FailureDetails[];
}

/**
 * The paths to look at: what is named, whatever it is, and of folders the files that are initrds or unified kernel images by their first
 * bytes and names.
 */
export function initrdFiles(given: readonly string[], recursive: boolean): InitrdFiles {
  const files = given.map((path) =>
    path === '-' || listFolder(path).kind === 'failure' ? { paths: [path], failures: [] } : inFolder(path, recursive),
  );
  return { paths: files.flatMap(({ paths }) => paths), failures: files.flatMap(({ failures }) => failures) };
}

function inFolder(folder: string, recursive: boolean): InitrdFiles {
  const paths: string[] = [];
  const failures: FailureDetails[] = [];
  let others = 0;
  for (const item of folderItems(folder, { recursive, withoutCaveats: false })) {
    const reason =
      item.kind === 'finding' ? item.finding.message : item.kind === 'file' ? unread(item.path) : undefined;
    if (reason !== undefined) failures.push(unreadable(item.path, reason));
    else if (item.kind === 'file' && isInitrd(item.path)) paths.push(item.path);
    else others += 1;
  }
  if (paths.length === 0 && failures.length === 0) failures.push(noneIn(folder, others));
  return { paths, failures };
}

/** Why a file that is an initrd by its name cannot be read. */
function unread(path: string): string | undefined {
  const first = namesInitrd(path) ? readFirst(path, 1) : undefined;
  return first?.kind === 'failure' ? `cannot be read: ${first.reason}` : undefined;
}

/** The largest unified kernel image that is looked at, bytes. */
const EFI_LIMIT = 1024 * 1024 * 1024;

function isInitrd(path: string): boolean {
  const first = readFirst(path, INITRD_HEAD);
  if (first.kind !== 'bytes') return false;
  if (detect(first.bytes) !== 'pe') return mayBeInitrd(path, first.bytes, false);
  const whole = readFile(path, EFI_LIMIT);
  const image = whole.kind === 'bytes' ? readEfiImage(whole.bytes) : undefined;
  return image?.kind === 'uki' || image?.kind === 'addon';
}

const unreadable = (where: string, message: string): FailureDetails => ({
  kind: 'input',
  code: 'input/unreadable',
  where,
  message,
  advice: 'Check the path and its permissions.',
});

const noneIn = (where: string, others: number): FailureDetails => ({
  kind: 'input',
  code: 'input/no-initrd',
  where,
  message:
    others === 0 ? 'holds no initrd: the folder is empty' : `holds no initrd: ${plural(others, 'file')} passed over`,
  advice: 'Name a file to have it looked at whatever it is called; ucodekit inspect lists the updates in a folder.',
});

/** Why none of several paths could be looked at; the failure itself where there is one only. */
export function noneRead(failures: readonly FailureDetails[]): Failure {
  const [first] = failures;
  if (first !== undefined && failures.length === 1) return new Failure(first);
  return new Failure({
    kind: 'input',
    code: 'input/unreadable',
    message: 'none of the paths could be looked at',
    because: failures.map(({ where, message }) => (where === undefined ? message : `${where}: ${message}`)),
    advice: first?.advice ?? 'Name an initrd.',
  });
}
