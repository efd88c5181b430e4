import { describe, expect, test } from 'vitest';
import { concat } from '../../fixtures/bytes.ts';
import * as files from '../../fixtures/xen.ts';
import { type LoaderCpu } from '../../src/loaders/explanation.ts';
import { checkXen } from '../../src/xen/check/check.ts';
import { rawContent } from '../../src/xen/file-content.ts';
import { type Late, planLate } from '../../src/xen/late.ts';
import { predict } from '../../src/xen/check/predict.ts';
import { parseRelease, type XenRelease } from '../../src/xen/releases.ts';

const xen = (name: string): XenRelease => {
  const release = parseRelease(name);
  if (release === undefined) throw new Error(`not a release: ${name}`);
  return release;
};

const cpu = (revision: number, signature = 0x906a4): LoaderCpu => ({
  vendor: 'intel',
  signature,
  platformMask: 0x80,
  revision,
});

const late = (release: string, cpus: readonly LoaderCpu[], bytes: Uint8Array = files.INTEL_RAW): Late =>
  planLate({ release: xen(release), path: '/lib/firmware/ucode.bin', bytes, cpus });

describe('xen-ucode', () => {
  test('a newer update is loaded without force', () => {
    expect(late('4.20', [cpu(1)])).toMatchObject({
      ok: true,
      command: ['xen-ucode', '/lib/firmware/ucode.bin'],
      operation: 66,
      force: false,
      cpus: [{ revision: 0x10, error: null }],
    });
  });

  test('the running revision again needs --force, which 4.20 has', () => {
    expect(late('4.20', [cpu(0x10)])).toMatchObject({
      command: ['xen-ucode', '--force', '/lib/firmware/ucode.bin'],
      force: true,
      cpus: [{ error: 'EEXIST', needsForce: true }],
    });
  });

  test.each([
    ['4.19', /ucode=allow-same/],
    ['4.14', /no revision again/],
  ])('%s has no --force: %s', (release, note) => {
    const plan = late(release, [cpu(0x10)]);
    expect(plan).toMatchObject({ command: ['xen-ucode', '/lib/firmware/ucode.bin'], operation: 35, force: false });
    expect(plan.ok && plan.notes.join(' ')).toMatch(note);
  });

  test('4.12 has no tool', () => expect(late('4.12', [cpu(1)])).toMatchObject({ command: null, operation: 35 }));

  test('no update for the CPU is ENOENT', () => {
    expect(late('4.20', [cpu(1, 0x306c3)])).toMatchObject({ cpus: [{ revision: null, error: 'ENOENT' }] });
  });

  test('one CPU that can be updated is enough not to force', () => {
    expect(late('4.20', [cpu(1), cpu(0x10)])).toMatchObject({ force: false });
  });

  test.each([
    ['a cpio', files.EARLY_BOTH, /a cpio/],
    ['both vendors', concat(files.AMD_RAW, files.INTEL_RAW), /other vendor begin at byte/],
    ['a README', files.README, /no update begins at byte 0/],
    ['gzip', files.COMPRESSED, /compressed with gzip/],
    ['nothing', new Uint8Array(), /empty/],
  ])('%s is refused', (_, bytes, reason) => {
    const plan = late('4.20', [cpu(1)], bytes);
    expect(plan.ok ? '' : plan.refusals.join()).toMatch(reason);
  });
});

describe('what a CPU would get from a configuration', () => {
  const predictions = (release: string, words: string, ...modules: readonly string[]) => {
    const config = `multiboot2 /xen.gz ${words}\nmodule2 /vmlinuz\n${modules.map((module) => `module2 /${module}\n`).join('')}`;
    const present: Readonly<Record<string, Uint8Array>> = {
      '/vmlinuz': files.KERNEL,
      '/initrd': files.INITRD,
      '/combined': files.COMBINED,
      '/ucode': files.INTEL_RAW,
    };
    const { entries } = checkXen({
      config: Buffer.from(config),
      path: '/grub.cfg',
      release: xen(release),
      open: (path) => present[path],
    });
    return entries.flatMap((entry) => predict(entry, cpu(1)));
  };

  test('by index and by scan', () => {
    expect(predictions('4.17', 'ucode=2', 'initrd', 'ucode')).toMatchObject([
      { path: '/ucode', explanation: { chosen: { revision: 0x10 } } },
    ]);
    expect(predictions('4.17', 'ucode=scan', 'combined')).toMatchObject([
      { path: '/combined', source: { form: 'cpio' }, explanation: { chosen: { revision: 0x10 } } },
    ]);
  });

  test('nothing is said of a file that cannot be read', () => {
    expect(predictions('4.17', 'ucode=2', 'initrd', 'lost')).toMatchObject([{ path: '/lost', explanation: null }]);
  });

  test('an initrd by index has nothing for it before 4.20.3', () => {
    expect(predictions('4.17', 'ucode=1', 'combined')[0]?.explanation?.chosen).toBeNull();
  });

  test('without an option there is no source', () => {
    expect(predictions('4.17', '', 'combined')).toMatchObject([{ source: null, explanation: null }]);
  });

  test('4.19 with both: the boot CPU from the archive, the others by index', () => {
    expect(predictions('4.19', 'ucode=2,scan', 'combined', 'ucode').map(({ source }) => source?.cpus)).toEqual([
      'boot',
      'others',
    ]);
  });
});

test('updates of Intel behind AMD are told apart, though they read like a patch section', () => {
  expect(rawContent(concat(files.AMD_RAW, files.INTEL_RAW))).toEqual({
    kind: 'mixed',
    vendor: 'amd',
    offset: files.AMD_RAW.length,
  });
  expect(rawContent(concat(files.INTEL_RAW, files.AMD_RAW))).toEqual({ kind: 'mixed', vendor: 'intel', offset: 2048 });
  expect(rawContent(concat(files.AMD_RAW, files.AMD_RAW))).toEqual({ kind: 'pure', vendor: 'amd' });
});
