import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { concat } from '../../../fixtures/bytes.ts';
import * as files from '../../../fixtures/xen.ts';
import { BOOT_LOADERS } from '../../../src/xen/boot-loaders/all.ts';
import { LOADER_IDS, type LoaderId } from '../../../src/xen/boot-loaders/boot-loader.ts';
import { fileContent } from '../../../src/xen/file-content.ts';
import { resolveModules } from '../../../src/xen/modules.ts';
import { parseRelease, type XenRelease } from '../../../src/xen/releases.ts';
import { planStanza, type Stanza, type StanzaRequest } from '../../../src/xen/stanza/stanza.ts';
import { proveStanza } from '../../../src/xen/stanza/proof.ts';
import { parseCommandLine } from '../../../src/xen/ucode-option.ts';
import { program } from '../../support/debian.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const xen = (name: string): XenRelease => {
  const release = parseRelease(name);
  if (release === undefined) throw new Error(`not a release: ${name}`);
  return release;
};

const file = (path: string, bytes: Uint8Array) => ({ path, bytes });
const RAW = file('/boot/ucode.bin', files.INTEL_RAW);
const CPIO = file('/boot/early-ucode.img', files.EARLY_BOTH);
const INITRD = file('/boot/initrd.img', files.INITRD);
const COMBINED = file('/boot/initrd.img', files.COMBINED);
const XSM = { path: '/boot/xenpolicy' };

const request = (loader: LoaderId, more: Partial<StanzaRequest> = {}): StanzaRequest => ({
  loader,
  release: xen('4.17.5'),
  mode: 'auto',
  title: loader === 'xen-cfg' ? 'xen' : 'Xen with microcode',
  hypervisor: BOOT_LOADERS[loader].modules === 'keyed' ? '/EFI/xen/xen.efi' : '/boot/xen.gz',
  xenArguments: ['console=vga'],
  kernel: { path: '/boot/vmlinuz', arguments: ['root=/dev/sda1', 'ro'] },
  ...more,
});

const refusals = (stanza: Stanza): readonly string[] => (stanza.ok ? [] : stanza.refusals);

/** The modes that every loader can do, with the files for it. */
const MODES = {
  number: { initrd: INITRD, microcode: RAW, xsm: XSM },
  scan: { mode: 'scan', initrd: COMBINED },
} as const satisfies Readonly<Record<string, Partial<StanzaRequest>>>;

const CASES = LOADER_IDS.flatMap((loader) => (['number', 'scan'] as const).map((mode) => [loader, mode] as const));

describe('goldens', () => {
  test.each(CASES)('%s, %s', async (loader, mode) => {
    const stanza = planStanza(request(loader, MODES[mode]));
    expect(refusals(stanza)).toEqual([]);
    const text = stanza.ok ? stanza.files.map(({ name, text }) => `==> ${name} <==\n${text}`).join('\n') : '';
    await expect(text).toMatchFileSnapshot(join(import.meta.dirname, `../golden/${loader}-${mode}.txt`));
  });

  test('the stand-alone archive stands behind the initrd', async () => {
    const stanza = planStanza(request('grub2', { initrd: INITRD, microcode: CPIO }));
    const text = stanza.ok ? (stanza.files[0]?.text ?? '') : '';
    await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../golden/grub2-archive.txt'));
  });

  test('the pxelinux example of 2013 (xen-devel, 3 July): ucode=2 and four parts', () => {
    const stanza = planStanza({
      loader: 'syslinux',
      release: xen('4.3'),
      mode: 'auto',
      title: '',
      hypervisor: 'xen.gz',
      xenArguments: [],
      kernel: { path: 'vmlinuz', arguments: [] },
      initrd: file('initramfs.cpio.gz', files.INITRD),
      microcode: file('microcode.bin', files.INTEL_RAW),
    });
    const lines = stanza.ok ? (stanza.files[0]?.text.split('\n') ?? []) : [];
    expect(lines.map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        'KERNEL mboot.c32',
        'APPEND xen.gz ucode=2 --- vmlinuz --- initramfs.cpio.gz --- microcode.bin',
      ]),
    );
  });
});

describe('what is written makes that Xen find the microcode and leaves dom0 its initrd', () => {
  test.each(CASES)('%s, %s', (loader, mode) => {
    const wanted = request(loader, MODES[mode]);
    const stanza = planStanza(wanted);
    if (!stanza.ok) throw new Error(stanza.refusals.join('; '));
    const bytes = new Map<string, Uint8Array>([
      ['ucode.bin', files.INTEL_RAW],
      ['initrd.img', wanted.initrd?.bytes ?? files.INITRD],
      ['xenpolicy', files.XSM_POLICY],
    ]);
    const [main, ...others] = stanza.files;
    const found = BOOT_LOADERS[loader].read(
      main?.text ?? '',
      (path) => others.find(({ name }) => name === path.replace(/^\//, ''))?.text,
    ).entries[0];
    const modules = (found?.entry.modules ?? []).map(({ path }) => {
      const name = path.replace(/^.*[/\\]/, '');
      return fileContent(bytes.get(name) ?? new Uint8Array(), wanted.release);
    });
    const efi = found?.entry.modules.findIndex(({ kind }) => kind === 'ucode') ?? -1;
    const resolution = resolveModules({
      release: wanted.release,
      vendor: 'intel',
      option: parseCommandLine(wanted.release, found?.xenLine ?? '').state,
      modules: [fileContent(files.KERNEL, wanted.release), ...modules],
      ...(efi >= 0 && loader !== 'uki' ? { efi: efi + 1 } : {}),
    });
    expect(resolution.dom0Initrd).toBe(1);
    expect(resolution.microcode).toHaveLength(1);
    const [source] = resolution.microcode;
    const chosen = bytes.get(mode === 'scan' ? 'initrd.img' : 'ucode.bin');
    expect(chosen?.subarray(source?.offset, (source?.offset ?? 0) + (source?.size ?? 0))).toEqual(files.INTEL_RAW);
  });
});

describe('the linter has nothing to say about what is written', () => {
  const wanted: readonly (readonly [LoaderId, Partial<StanzaRequest>])[] = [
    ...CASES.map(([loader, mode]) => [loader, MODES[mode]] as const),
    ['grub2', { initrd: INITRD, microcode: CPIO }],
    ['grub2', { release: xen('4.22'), initrd: INITRD, microcode: CPIO }],
    ['syslinux', { release: xen('4.2'), initrd: INITRD, microcode: RAW }],
    ['uki', { release: xen('4.20.3'), initrd: INITRD, microcode: CPIO }],
  ];
  test.each(wanted)('%s, case %#', (loader, more) => {
    const whole = request(loader, more);
    const stanza = planStanza(whole);
    if (!stanza.ok) throw new Error(stanza.refusals.join('; '));
    expect(proveStanza(whole, stanza)).toEqual([]);
  });

  test('with names beside the configuration', () => {
    for (const loader of LOADER_IDS) {
      const whole = request(loader, {
        hypervisor: 'xen.efi',
        kernel: { path: 'vmlinuz', arguments: [] },
        initrd: file('initrd.img', files.INITRD),
        microcode: file('ucode.bin', files.INTEL_RAW),
      });
      const stanza = planStanza(whole);
      expect(stanza.ok && proveStanza(whole, stanza)).toEqual([]);
    }
  });

  test('it would have: the same entry for another release, or with a file that has changed', () => {
    const whole = request('grub2', { release: xen('4.22'), initrd: INITRD, microcode: CPIO });
    const stanza = planStanza(whole);
    if (!stanza.ok) throw new Error(stanza.refusals.join('; '));
    expect(proveStanza({ ...whole, release: xen('4.17') }, stanza)).toEqual([
      expect.stringContaining('[xen/cpio-by-index]'),
    ]);
    expect(proveStanza({ ...whole, microcode: file(CPIO.path, files.README) }, stanza)).toEqual([
      expect.stringContaining('[xen/no-updates]'),
    ]);
  });
});

describe('impossible demands are refused with the reason', () => {
  const big = file('/boot/early.img', files.earlyIntel(files.INTEL_NAME, new Uint8Array(8 * 1024 * 1024 + 4)));
  test.each<[string, LoaderId, Partial<StanzaRequest>, RegExp]>([
    ['a cpio by index on 4.17', 'grub2', { mode: 'index', initrd: INITRD, microcode: CPIO }, /needs the raw updates/],
    ["the initrd's index", 'grub2', { mode: 'index', initrd: COMBINED }, /dom0 would lose its initrd/],
    ['scan on 4.3', 'grub2', { release: xen('4.3'), mode: 'scan', initrd: COMBINED }, /cannot scan: 4\.4 on can/],
    ['a raw blob by scan', 'grub2', { mode: 'scan', initrd: INITRD, microcode: RAW }, /not an uncompressed cpio/],
    [
      '9 MB by scan on 4.13',
      'grub2',
      { release: xen('4.13'), initrd: INITRD, microcode: big },
      /4\.4 to 4\.13 takes 8388608/,
    ],
    [
      'a name with NULs on 4.4.1',
      'grub2',
      { release: xen('4.4.1'), initrd: INITRD, microcode: file('x', files.EARLY_PADDED) },
      /finds no .* in the archive/,
    ],
    [
      'both vendors in a raw module',
      'grub2',
      { initrd: INITRD, microcode: file('x', concat(files.INTEL_RAW, files.AMD_RAW)) },
      /other vendor begin at byte 2048/,
    ],
    [
      'a README in front',
      'grub2',
      { microcode: file('x', concat(files.README, files.INTEL_RAW)) },
      /no update begins at byte 0/,
    ],
    [
      'zeros behind',
      'grub2',
      { microcode: file('x', concat(files.INTEL_RAW, new Uint8Array(16))) },
      /begins at byte 2048/,
    ],
    ['a compressed file', 'grub2', { microcode: file('x', files.COMPRESSED) }, /compressed with gzip/],
    ['an empty file', 'grub2', { microcode: file('x', new Uint8Array()) }, /is empty/],
    ['no microcode anywhere', 'grub2', { initrd: INITRD }, /no file has microcode/],
    ['ucode= twice', 'grub2', { microcode: RAW, xenArguments: ['ucode=scan'] }, /already have ucode=scan/],
    ['scan behind an initrd that has its own', 'grub2', { initrd: COMBINED, microcode: CPIO }, /Xen finds first/],
    ['the EFI key in GRUB', 'grub2', { mode: 'efi', microcode: RAW }, /has no key for microcode/],
    ['an index in xen.cfg', 'xen-cfg', { mode: 'index', microcode: RAW }, /an index is undefined there/],
    ['a cpio for the EFI key on 4.17', 'xen-cfg', { microcode: CPIO }, /needs the raw updates/],
    ['scan beside the EFI key', 'xen-cfg', { mode: 'scan', microcode: CPIO }, /overrides scan/],
    ['a unified image of 4.14', 'uki', { release: xen('4.14'), microcode: RAW }, /4\.15 is the first/],
    [
      'command lines of more than 512 bytes in iPXE',
      'ipxe',
      { microcode: RAW, kernel: { path: `http://boot.example/${'x'.repeat(500)}`, arguments: [] } },
      /iPXE has 512/,
    ],
    [
      'a blank in a name for syslinux',
      'syslinux',
      { microcode: file('/my ucode.bin', files.INTEL_RAW) },
      /has a blank/,
    ],
  ])('%s', (_, loader, more, reason) => {
    const stanza = planStanza(request(loader, more));
    expect(refusals(stanza).join('; ')).toMatch(reason);
  });
});

describe('the way that a release allows', () => {
  test('an archive goes by scan before 4.20.3, by index since', () => {
    const way = (release: string) => {
      const stanza = planStanza(request('grub2', { release: xen(release), initrd: INITRD, microcode: CPIO }));
      return stanza.ok ? stanza.option : stanza.refusals;
    };
    expect(way('4.17')).toBe('ucode=scan');
    expect(way('4.20.2')).toBe('ucode=scan');
    expect(way('4.20.3')).toBe('ucode=2');
    expect(way('4.3')).toEqual([expect.stringMatching(/^index: /), expect.stringMatching(/^scan: /)]);
  });

  test('without an initrd the raw blob is module 1', () => {
    const stanza = planStanza(request('grub2', { microcode: RAW }));
    expect(stanza.ok && stanza.option).toBe('ucode=1');
  });
});

test('GRUB accepts what is written for it', (context) => {
  const check = program(context, 'grub-script-check');
  const folder = temporaryFolder();
  const name = `/boot/it's "a" $strange; {name} #1 \\ é.bin`;
  const requests = [
    request('grub2', MODES.number),
    request('grub2', MODES.scan),
    request('grub2', { title: `"O'Brien" & {co}; #1`, microcode: file(name, files.INTEL_RAW) }),
  ];
  for (const [i, wanted] of requests.entries()) {
    const stanza = planStanza(wanted);
    expect(refusals(stanza)).toEqual([]);
    const path = join(folder, `${i}.cfg`);
    writeFileSync(path, stanza.ok ? (stanza.files[0]?.text ?? '') : '');
    expect(execFileSync(check, [path], { encoding: 'utf8' })).toBe('');
  }
});

test('grub-script-check can fail', (context) => {
  const path = join(temporaryFolder(), 'bad.cfg');
  writeFileSync(path, "menuentry 'x' {\n multiboot2 'a\n}\n");
  expect(() => execFileSync(program(context, 'grub-script-check'), [path], { stdio: 'pipe' })).toThrow(
    /status|Command/,
  );
});

test('the shell accepts the script for a unified image', () => {
  const stanza = planStanza(request('uki', { microcode: file("/boot/it's.bin", files.INTEL_RAW) }));
  const text = stanza.ok ? (stanza.files[0]?.text ?? '') : 'fi';
  expect(execFileSync('sh', ['-n'], { input: text, encoding: 'utf8' })).toBe('');
});
