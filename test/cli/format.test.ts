import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { intelUpdate } from '../../fixtures/intel.ts';
import { asksForJson } from '../../src/cli/flags/format.ts';
import { captureHost } from '../../fixtures/captured-host.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

/** A folder with what the commands below are about. */
function place(): string {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, '06-9a-04'), intelUpdate());
  writeFileSync(join(cwd, 'newer'), intelUpdate({ revision: 0x11 }));
  mkdirSync(join(cwd, 'grub'));
  writeFileSync(join(cwd, 'grub', 'grub.cfg'), 'menuentry "Xen" {\n  multiboot2 /xen.gz ucode=scan\n}\n');
  captureHost(join(cwd, 'host'), [{}]);
  return cwd;
}

/** Each command that has a `--format`. */
const COMMANDS = [
  'inspect 06-9a-04',
  'verify 06-9a-04',
  'diff 06-9a-04 newer',
  'host --root host',
  'xen check grub/grub.cfg --release 4.17 --boot-loader grub2',
  'sim show xen',
  'sim check --protocol linux-6.7-nmi --topology 1x2',
];

describe('--format json', () => {
  test.each(COMMANDS)('is --json: %s', (words) => {
    const cwd = place();
    const run = (...more: string[]) => ucodekit([...words.split(' '), ...more], { cwd });
    const [asked, plain] = [run('--format', 'json'), run('--json')];
    expect(JSON.parse(asked.stdout)).toHaveProperty('schema');
    const withoutTimes = (text: string): string => text.replaceAll(/"milliseconds": [\d.]+/g, '');
    expect({ ...asked, stdout: withoutTimes(asked.stdout) }).toEqual({ ...plain, stdout: withoutTimes(plain.stdout) });
    expect(() => JSON.parse(run().stdout) as unknown).toThrow(SyntaxError);
  });

  test('makes a failure a document too', () => {
    const { exit, stdout } = ucodekit(['inspect', '--format=json', '--cpu', 'x', 'none']);
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'ucodekit/error@1' });
  });

  test('is listed, and another word is refused', () => {
    const { exit, stderr } = ucodekit(['inspect', '--format', 'xml', 'none']);
    expect(exit).toBe(2);
    expect(stderr).toContain('json');
  });
});

test.each([
  [['--format', 'json'], true],
  [['--format=json', 'x'], true],
  [['--format', 'csv', '--format', 'json'], true],
  [['--format', 'json', '--format=csv'], false],
  [['--format', 'csv', 'json'], false],
  [['--', '--format', 'json'], false],
  [['json'], false],
])('%j asks for JSON: %s', (argv, expected) => {
  expect(asksForJson(argv)).toBe(expected);
});
