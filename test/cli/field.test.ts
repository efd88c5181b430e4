/** What people have in hand: every command takes it as it is, without flags, and all of it holds the same updates. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { concat } from '../../fixtures/bytes.ts';
import { sampleInitrd } from '../../fixtures/sample-initrd.ts';
import { byObjcopy } from '../boot/harness/efi-images.ts';
import { AMD, amdFolder, debianPackage, INTEL, intelFolder, program } from '../support/debian.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { ucodekit } from '../support/ucodekit.ts';

/** Paths of one kind of input; both vendors are in it. */
type Given = (context: TestContext, folder: string) => readonly string[];

const firmwareTree: Given = (context, folder) => {
  const tree = join(folder, 'firmware');
  for (const name of ['device', 'other/device']) {
    mkdirSync(join(tree, name), { recursive: true });
    writeFileSync(join(tree, name, 'part.bin'), 'bytes of another device\n');
  }
  for (const name of ['README.md', 'WHENCE']) writeFileSync(join(tree, name), 'About these files.\n');
  cpSync(intelFolder(context), join(tree, 'intel-ucode'), { recursive: true });
  cpSync(amdFolder(context), join(tree, 'amd-ucode'), { recursive: true });
  return [tree];
};

const earlyImage: Given = (context, folder) => {
  const image = join(folder, 'early.img');
  expect(ucodekit(['initrd', 'build', intelFolder(context), amdFolder(context), '-o', image]).exit).toBe(0);
  return [image];
};

const initrd: Given = (context, folder) => {
  const [early = ''] = earlyImage(context, folder);
  const path = join(folder, 'initrd.img');
  writeFileSync(path, concat(readFileSync(early), sampleInitrd()));
  return [path];
};

const unifiedImage: Given = (context, folder) => {
  program(context, 'objcopy');
  const only = ['./usr/lib/systemd/boot/efi/linuxx64.efi.stub'];
  const { root } = debianPackage(context, { name: 'systemd-boot-efi', components: ['main'], only });
  const [image = ''] = initrd(context, folder);
  const path = join(folder, 'linux.efi');
  const sections = [
    ['.linux', Buffer.from('no kernel\n')],
    ['.initrd', readFileSync(image)],
  ] as const;
  writeFileSync(path, byObjcopy(join(root, only[0] ?? ''), sections));
  return [path];
};

const GIVEN: readonly (readonly [what: string, given: Given])[] = [
  ["Debian's packages", (context) => [INTEL, AMD].map((one) => debianPackage(context, one).deb)],
  ['their unpacked trees', (context) => [INTEL, AMD].map((one) => debianPackage(context, one).root)],
  ['a firmware tree', firmwareTree],
  ['an early image', earlyImage],
  ['an initrd', initrd],
  ['a unified kernel image by objcopy', unifiedImage],
];

/** A CPU of each vendor; Linux goes by the level that an AMD CPU runs, here an old one. */
const CPUS = ['06-9a-04', '0x00a20f12,,0x0a201200'] as const;

/** Intel updates and AMD patches of the packages, each counted once. */
const UPDATES = { intel: 147, amd: 41 };

/** The updates in the JSON of `inspect`, without where each was found. */
function updatesIn(text: string): ReadonlySet<string> {
  const { updates } = JSON.parse(text) as { readonly updates: readonly unknown[] };
  const plain = (key: string, value: unknown): unknown => (key === 'origin' ? undefined : value);
  return new Set(updates.map((update) => JSON.stringify(update, plain)));
}

describe('every command takes what there is, and the sets of updates agree', () => {
  test.for(GIVEN)('%s', ([, given], context) => {
    const folder = temporaryFolder();
    const paths = given(context, folder);
    const exits = (...args: readonly string[]): number | null => ucodekit(args).exit;

    const inspected = ucodekit(['inspect', '--json', ...paths]);
    expect(inspected.exit).toBe(0);
    const updates = updatesIn(inspected.stdout);
    const of = (vendor: string): number => [...updates].filter((one) => one.includes(`"vendor":"${vendor}"`)).length;
    expect({ intel: of('intel'), amd: of('amd') }).toEqual(UPDATES);
    const plain = updatesIn(ucodekit(['inspect', '--json', intelFolder(context), amdFolder(context)]).stdout);
    expect([...updates].sort()).toEqual([...plain].sort());

    expect(exits('verify', ...paths)).toBe(0);
    const image = join(folder, 'out.img');
    expect(exits('initrd', 'build', ...paths, '-o', image)).toBe(0);

    const found: string[] = [];
    for (const path of paths) {
      expect(exits('diff', path, path)).toBe(0);
      expect(exits('host', path)).toBe(0);
      for (const cpu of CPUS) if (exits('explain', path, '--cpu', cpu, '--loader', 'linux-6.12') === 0) found.push(cpu);
    }
    // Each package is for one vendor.
    expect(found.sort()).toEqual([...CPUS].sort());
  });
});
