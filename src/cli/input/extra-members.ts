import { Failure } from '../../findings/failure.ts';
import { readFile } from '../../io/read/read.ts';

/** Bytes of one added file; ACPI tables and firmware are far smaller. */
const LIMIT = 256 * 1024 * 1024;

/**
 * The members that `--add FILE=PATH` asks for: the bytes of FILE under the name PATH.
 * @throws Failure when an option has no such form or a file cannot be read
 */
export function extraMembers(options: readonly string[]): { name: string; data: Uint8Array[] }[] {
  return options.map((option) => {
    const at = option.lastIndexOf('=');
    const [path, name] = [option.slice(0, Math.max(at, 0)), option.slice(at + 1)];
    if (path === '' || name === '') {
      const advice = 'Write FILE=PATH, for example dsdt.aml=kernel/firmware/acpi/dsdt.aml.';
      throw new Failure({
        kind: 'usage',
        code: 'usage/add',
        where: `--add ${option}`,
        message: 'is not FILE=PATH',
        advice,
      });
    }
    const read = readFile(path, LIMIT);
    if (read.kind === 'bytes') return { name, data: [read.bytes] };
    throw new Failure({
      kind: 'input',
      code: 'input/unreadable',
      where: path,
      message: read.kind === 'failure' ? `cannot be read: ${read.reason}` : `is not a file of at most ${LIMIT} bytes`,
      advice: read.kind === 'failure' ? 'Check the path and its permissions.' : 'Name a single, smaller file.',
    });
  });
}
