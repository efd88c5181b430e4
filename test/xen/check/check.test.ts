import { describe, expect, test } from 'vitest';
import { concat } from '../../../fixtures/bytes.ts';
import { archive, file, folder } from '../../../fixtures/cpio.ts';
import * as files from '../../../fixtures/xen.ts';
import { type RuleId } from '../../../src/findings/catalogue.ts';
import { XEN_RULES } from '../../../src/findings/rules/xen.ts';
import { type LoaderId } from '../../../src/xen/boot-loaders/boot-loader.ts';
import { checkXen, type XenCheck } from '../../../src/xen/check/check.ts';
import { parseRelease, type XenRelease } from '../../../src/xen/releases.ts';

const xen = (name: string): XenRelease => {
  const release = parseRelease(name);
  if (release === undefined) throw new Error(`not a release: ${name}`);
  return release;
};

const big = archive(file(files.INTEL_NAME, new Uint8Array(8 * 1024 * 1024 + 4)));

/** The files below a root that configurations name. */
const ROOT: Readonly<Record<string, Uint8Array>> = {
  '/boot/xen.gz': files.COMPRESSED,
  '/boot/vmlinuz': files.KERNEL,
  '/boot/initrd.img': files.INITRD,
  '/boot/combined.img': files.COMBINED,
  '/boot/early.img': files.EARLY_BOTH,
  '/boot/ucode.bin': files.INTEL_RAW,
  '/boot/amd.bin': files.AMD_RAW,
  '/boot/ucode.bin.gz': files.COMPRESSED,
  '/boot/mixed.bin': concat(files.INTEL_RAW, files.AMD_RAW),
  '/boot/readme.bin': concat(files.README, files.INTEL_RAW),
  '/boot/tail.bin': concat(files.INTEL_RAW, new Uint8Array(16)),
  '/boot/empty.bin': new Uint8Array(),
  '/boot/xenpolicy': files.XSM_POLICY,
  '/boot/big.img': concat(big, files.INITRD),
  '/boot/padded.img': concat(files.EARLY_PADDED, files.INITRD),
  '/boot/case.img': concat(files.earlyIntel('kernel/x86/microcode/genuineintel.bin'), files.INITRD),
  '/boot/dot.img': concat(files.earlyIntel(`./${files.INTEL_NAME}`), files.INITRD),
  '/boot/twin.img': concat(
    archive(
      folder('kernel'),
      file(`${files.INTEL_NAME}.old`, files.INTEL_RAW),
      file(files.INTEL_NAME, files.INTEL_RAW),
    ),
    files.INITRD,
  ),
  '/boot/sub/ucode.bin': files.INTEL_RAW,
};

interface Options {
  readonly release?: string;
  readonly loader?: LoaderId;
  readonly path?: string;
}

const check = (config: string, { release = '4.17', loader, path = '/boot/boot.cfg' }: Options = {}): XenCheck =>
  checkXen({ config: Buffer.from(config), path, loader, release: xen(release), open: (name) => ROOT[name] });

const rules = (config: string, options?: Options): RuleId[] => check(config, options).findings.map(({ rule }) => rule);

/** A menu entry of GRUB 2. */
const grub = (xenWords: string, ...modules: readonly string[]): string =>
  [
    "menuentry 'Xen' {",
    `\tmultiboot2 /boot/xen.gz ${xenWords}`,
    '\tmodule2 /boot/vmlinuz root=/dev/sda1 ro',
    ...modules.map((module) => `\tmodule2 --nounzip /boot/${module}`),
    '}',
    '',
  ].join('\n');

const limine = (cmdline: string, kernel = 'placeholder root=/dev/sda1'): string =>
  `/Xen\n protocol: multiboot2\n kernel_path: boot():/xen.gz\n cmdline: ${cmdline}\n module_path: boot():/vmlinuz\n module_string: ${kernel}\n module_path: boot():/combined.img\n`;
const syslinux = (append: string): string => `LABEL xen\nKERNEL mboot.c32\nAPPEND ${append}\n`;
const ipxe = (modules: number, url = ''): string =>
  `#!ipxe\nkernel xen.gz ucode=scan${url}\nmodule vmlinuz root=/dev/sda1\nmodule combined.img\n${'module xenpolicy\n'.repeat(modules - 2)}boot\n`;
const cfg = (...lines: readonly string[]): string =>
  ['[global]', 'default=xen', '[xen]', 'kernel=vmlinuz root=/dev/sda1', ...lines, ''].join('\n');
const legacy = (module: string): string =>
  `title Xen\n kernel /boot/xen.gz ucode=scan\n module /boot/vmlinuz ro\n ${module} /boot/initrd.img\n modulenounzip /boot/early.img\n`;
const unified = (...sections: readonly string[]): string =>
  [
    "xen='/boot/xen.efi'",
    "add .config 'xen.cfg'",
    "add .kernel 'vmlinuz'",
    "add .ramdisk 'initrd.img'",
    ...sections,
    '',
  ].join('\n');

const SOUND = grub('console=vga ucode=scan', 'combined.img');

/** For every rule: where it fires, and the nearest case where it is silent. */
const CASES: readonly (readonly [RuleId, [string, Options?], [string, Options?]])[] = [
  ['xen/not-text', [`${SOUND}\0`], [SOUND]],
  ['xen/too-long', [`${SOUND}${'#'.repeat(1024 * 1024)}`], [SOUND]],
  ['xen/no-entry', ['menuentry "Linux" {\n linux /boot/vmlinuz\n}\n'], [SOUND]],
  ['xen/too-many-entries', [SOUND.repeat(257)], [SOUND.repeat(256)]],
  ['xen/unterminated-quote', [`${SOUND}menuentry 'more {\n`], [SOUND]],
  // 1
  ['xen/no-option', [grub('console=vga', 'combined.img')], [SOUND]],
  // 2
  [
    'xen/option-for-dom0',
    [grub('console=vga -- ucode=scan', 'combined.img')],
    [grub('ucode=scan -- quiet', 'combined.img')],
  ],
  ['xen/option-for-dom0', [grub('console=vga', 'combined.img ucode=scan')], [SOUND]],
  ['xen/option-for-dom0', [SOUND.replace('root=', 'ucode=scan root=')], [SOUND]],
  // 3
  ['xen/index-is-kernel', [grub('ucode=0', 'initrd.img')], [grub('ucode=2', 'initrd.img', 'ucode.bin')]],
  ['xen/index-is-kernel', [grub('ucode=-2', 'initrd.img')], [grub('ucode=scan', 'combined.img')]],
  [
    'xen/index-out-of-range',
    [grub('ucode=3', 'initrd.img', 'ucode.bin')],
    [grub('ucode=2', 'initrd.img', 'ucode.bin')],
  ],
  [
    'xen/index-steals-initrd',
    [grub('ucode=1', 'initrd.img', 'ucode.bin')],
    [grub('ucode=2', 'initrd.img', 'ucode.bin')],
  ],
  [
    'xen/index-steals-initrd',
    [grub('ucode=1', 'combined.img'), { release: '4.22' }],
    [grub('ucode=1', 'early.img', 'initrd.img'), { release: '4.22' }],
  ],
  ['xen/index-steals-initrd', [grub('ucode=1', 'lost/initrd.img')], [grub('ucode=1', 'lost/ucode.bin')]],
  [
    'xen/index-is-policy',
    [grub('ucode=2', 'initrd.img', 'xenpolicy', 'ucode.bin')],
    [grub('ucode=3', 'initrd.img', 'xenpolicy', 'ucode.bin')],
  ],
  [
    'xen/index-is-policy',
    [grub('ucode=-1', 'initrd.img', 'xenpolicy'), { release: '4.20' }],
    [grub('ucode=-1', 'initrd.img', 'ucode.bin'), { release: '4.20' }],
  ],
  // 4
  [
    'xen/negative-index',
    [grub('ucode=-1', 'initrd.img', 'ucode.bin') + grub('ucode=-2', 'initrd.img', 'ucode.bin', 'xenpolicy')],
    [grub('ucode=-1', 'initrd.img', 'ucode.bin')],
  ],
  // 5
  [
    'xen/several-files-on-a-line',
    [grub('ucode=scan', 'early.img /boot/initrd.img')],
    [grub('ucode=scan', 'initrd.img', 'early.img')],
  ],
  // 6
  [
    'xen/archive-before-initrd',
    [grub('ucode=scan', 'early.img', 'initrd.img')],
    [grub('ucode=scan', 'initrd.img', 'early.img')],
  ],
  // Without the option as with it.
  [
    'xen/archive-before-initrd',
    [grub('console=vga', 'early.img', 'initrd.img')],
    [grub('console=vga', 'initrd.img', 'early.img')],
  ],
  // An index claims its own module only.
  [
    'xen/archive-before-initrd',
    [grub('ucode=3', 'early.img', 'initrd.img', 'ucode.bin')],
    [grub('ucode=1', 'early.img', 'initrd.img', 'ucode.bin')],
  ],
  // Raw updates are no initrd either; dom0 may have none at all.
  ['xen/archive-before-initrd', [grub('console=vga', 'ucode.bin', 'initrd.img')], [grub('console=vga', 'ucode.bin')]],
  [
    'xen/archive-before-initrd',
    [grub('console=vga', 'early.img', 'amd.bin', 'initrd.img')],
    [grub('console=vga', 'early.img', 'amd.bin')],
  ],
  [
    'xen/archive-before-initrd',
    [grub('console=vga', 'early.img', 'lost.img')],
    [grub('console=vga', 'lost.img', 'early.img')],
  ],
  // 7
  ['xen/file-missing', [grub('ucode=scan', 'combined.img', 'nothing')], [SOUND]],
  ['xen/file-empty', [grub('ucode=scan', 'combined.img', 'empty.bin')], [SOUND]],
  [
    'xen/compressed-microcode',
    [grub('ucode=2', 'initrd.img', 'ucode.bin.gz')],
    [grub('ucode=2', 'initrd.img', 'ucode.bin')],
  ],
  ['xen/mixed-vendors', [grub('ucode=2', 'initrd.img', 'mixed.bin')], [grub('ucode=2', 'initrd.img', 'amd.bin')]],
  ['xen/no-updates', [grub('ucode=2', 'initrd.img', 'readme.bin')], [grub('ucode=2', 'initrd.img', 'ucode.bin')]],
  ['xen/trailing-bytes', [grub('ucode=2', 'initrd.img', 'tail.bin')], [grub('ucode=2', 'initrd.img', 'ucode.bin')]],
  [
    'xen/cpio-by-index',
    [grub('ucode=2', 'initrd.img', 'early.img')],
    [grub('ucode=2', 'initrd.img', 'early.img'), { release: '4.20.3' }],
  ],
  // 8
  ['xen/scan-finds-nothing', [grub('ucode=scan', 'initrd.img')], [SOUND]],
  ['xen/wrong-member-name', [grub('ucode=scan', 'case.img')], [SOUND]],
  ['xen/wrong-member-name', [grub('ucode=scan', 'dot.img')], [SOUND]],
  ['xen/wrong-member-name', [grub('ucode=scan', 'twin.img')], [grub('ucode=scan', 'padded.img')]],
  [
    'xen/member-too-big',
    [grub('ucode=scan', 'big.img'), { release: '4.13' }],
    [grub('ucode=scan', 'big.img'), { release: '4.14' }],
  ],
  [
    'xen/padded-name',
    [grub('ucode=scan', 'padded.img'), { release: '4.4.2' }],
    [grub('ucode=scan', 'padded.img'), { release: '4.4.3' }],
  ],
  // 9
  [
    'xen/value-differs',
    [grub('ucode=2,allow-same', 'initrd.img', 'ucode.bin')],
    [grub('ucode=allow-same,2', 'initrd.img', 'ucode.bin')],
  ],
  ['xen/unknown-element', [grub('ucode=scan,fast', 'combined.img')], [SOUND]],
  [
    'xen/unknown-element',
    [grub('ucode=+2', 'initrd.img', 'ucode.bin')],
    [grub('ucode=0x2', 'initrd.img', 'ucode.bin')],
  ],
  [
    'xen/index-not-last',
    [grub('ucode=2,nmi=0', 'initrd.img', 'ucode.bin')],
    [grub('ucode=nmi=0,2', 'initrd.img', 'ucode.bin')],
  ],
  // 10
  [
    'xen/allow-same',
    [grub('ucode=allow-same,scan', 'combined.img'), { release: '4.20' }],
    [grub('ucode=allow-same,scan', 'combined.img')],
  ],
  [
    'xen/digest-check',
    [grub('ucode=digest-check=0,scan', 'combined.img'), { release: '4.17.5' }],
    [grub('ucode=digest-check=0,scan', 'combined.img'), { release: '4.17.6' }],
  ],
  [
    'xen/nmi',
    [grub('ucode=nmi,scan', 'combined.img'), { release: '4.12' }],
    [grub('ucode=nmi,scan', 'combined.img'), { release: '4.13' }],
  ],
  // 11
  ['xen/first-word-lost', [limine('ucode=scan')], [limine('placeholder ucode=scan')]],
  ['xen/first-word-lost', [limine('placeholder ucode=scan', 'root=/dev/sda1')], [limine('placeholder ucode=scan')]],
  ['xen/ipxe-modules', [ipxe(9)], [ipxe(8)]],
  ['xen/ipxe-command-lines', [ipxe(2, ` x=${'y'.repeat(500)}`)], [ipxe(2)]],
  [
    'xen/mboot-separator',
    [syslinux('xen.gz ucode=scan -- vmlinuz --- combined.img')],
    [syslinux('xen.gz ucode=scan --- vmlinuz --- combined.img')],
  ],
  [
    'xen/mboot-separator',
    [syslinux('xen.gz ucode=scan --- vmlinuz--- combined.img')],
    [syslinux('xen.gz ucode=scan --- vmlinuz --- combined.img')],
  ],
  ['xen/expanded-initrd', [legacy('module')], [legacy('modulenounzip')]],
  // 12
  ['xen/efi-name', [cfg('ramdisk=initrd.img', 'ucode=my ucode.bin')], [cfg('ramdisk=initrd.img', 'ucode=ucode.bin')]],
  ['xen/efi-name', [cfg('ucode=sub/ucode.bin')], [cfg('ucode=sub\\ucode.bin')]],
  ['xen/efi-file-missing', [cfg('ucode=nothing.bin')], [cfg('ucode=ucode.bin')]],
  [
    'xen/efi-key-and-option',
    [cfg('options=ucode=scan', 'ucode=ucode.bin')],
    [cfg('options=ucode=no-nmi', 'ucode=ucode.bin')],
  ],
  [
    'xen/section-unused',
    [unified("add .ucode 'ucode.bin'"), { path: '/boot/plain/build.sh' }],
    [unified("add .ucode 'ucode.bin'"), { path: '/boot/last/build.sh' }],
  ],
  // 13
  ['xen/linux-option', [SOUND.replace(' ro\n', ' ro dis_ucode_ldr\n')], [SOUND]],
  // 14
  [
    'xen/too-many-modules',
    [grub('ucode=scan', 'combined.img', ...Array.from({ length: 63 }, () => 'xenpolicy'))],
    [grub('ucode=scan', 'combined.img', ...Array.from({ length: 62 }, () => 'xenpolicy'))],
  ],
  ['xen/several-options', [grub('ucode=2 ucode=scan', 'combined.img')], [SOUND]],
  ['xen/option-cut', [grub(`ucode=${'nmi,'.repeat(40)}scan`, 'combined.img')], [SOUND]],
];

describe('each rule fires where it should and is silent beside it', () => {
  const withCfg = (options: Options | undefined, config: string): string[] => {
    const chosen = options?.path?.includes('/last/') === true ? 'options=ucode=-1\n' : '';
    const cfgFile = Buffer.from(`[xen]\n${chosen}kernel=vmlinuz ro\n`);
    const { release = '4.17', path = '/boot/boot.cfg', loader } = options ?? {};
    const open = (name: string): Uint8Array | undefined =>
      name.endsWith('/xen.cfg') ? cfgFile : (ROOT[name] ?? ROOT[name.replace(/^\/boot\/(?:plain|last)\//, '/boot/')]);
    return checkXen({ config: Buffer.from(config), path, loader, release: xen(release), open }).findings.map(
      ({ rule }) => rule,
    );
  };

  test.each(CASES)('%s', (rule, [fires, fireOptions], [silent, silentOptions]) => {
    expect(withCfg(fireOptions, fires)).toContain(rule);
    expect(withCfg(silentOptions, silent)).not.toContain(rule);
  });

  test('no rule is left out', () => {
    const tested = new Set(CASES.map(([rule]) => rule));
    expect(Object.keys(XEN_RULES).filter((rule) => !tested.has(rule as RuleId))).toEqual([]);
  });
});

describe('a sound configuration has no findings', () => {
  test.each([
    ['scan of the combined initrd', SOUND, {}],
    ['index of a raw blob', grub('ucode=2', 'initrd.img', 'ucode.bin'), {}],
    ['archive behind the initrd', grub('ucode=scan', 'initrd.img', 'early.img'), {}],
    ['limine', limine('placeholder ucode=scan'), {}],
    ['syslinux', syslinux('xen.gz ucode=scan --- vmlinuz --- combined.img'), {}],
    ['ipxe', ipxe(2), {}],
    ['xen.cfg', cfg('ramdisk=initrd.img', 'ucode=ucode.bin'), {}],
  ])('%s', (_, config, options) => expect(rules(config, options)).toEqual([]));
});

test('one mistake has one finding', () => {
  expect(rules(grub('ucode=1', 'initrd.img'))).toEqual(['xen/index-steals-initrd']);
  expect(rules(grub('ucode=2', 'initrd.img', 'ucode.bin.gz'))).toEqual(['xen/compressed-microcode']);
  expect(rules(grub('ucode=2', 'initrd.img', 'early.img'))).toEqual(['xen/cpio-by-index']);
  expect(rules(grub('ucode=2,allow-same', 'initrd.img', 'ucode.bin'), { release: '4.20' })).toEqual([
    'xen/allow-same',
    'xen/index-not-last',
    'xen/value-differs',
  ]);
});

test('what Xen will do with each module is in the answer', () => {
  const [entry] = check(grub('ucode=2', 'initrd.img', 'ucode.bin')).entries;
  expect(entry?.files.map(({ path }) => path)).toEqual(['/boot/vmlinuz', '/boot/initrd.img', '/boot/ucode.bin']);
  expect(
    entry?.outcomes.map(({ vendor, resolution }) => [vendor, resolution.dom0Initrd, resolution.microcode[0]?.module]),
  ).toEqual([
    ['amd', 1, 2],
    ['intel', 1, 2],
  ]);
});

test('offsets are bytes of the configuration', () => {
  const config = `# é\n${grub('ucode=scan', 'combined.img', 'nothing')}`;
  const found = check(config).findings.find(({ rule }) => rule === 'xen/file-missing');
  expect(Buffer.from(config).subarray(found?.offset).toString()).toMatch(/^module2 --nounzip \/boot\/nothing/);
});

test('the real menu of Debian 12 with Xen: several files on one line, and no ucode=', () => {
  // The lines that GRUB 2.06's 20_linux_xen writes when an early image lies in /boot.
  const config = [
    "submenu 'Advanced options for Debian GNU/Linux (with Xen hypervisor)' $menuentry_id_option 'gnulinux-advanced' {",
    "\tmenuentry 'Debian GNU/Linux, with Xen 4.17-amd64 and Linux 6.1.0' --class debian $menuentry_id_option 'xen-gnulinux' {",
    '\t\tinsmod part_gpt',
    '\t\tsearch --no-floppy --fs-uuid --set=root 0123-4567',
    "\t\techo\t'Loading Xen 4.17-amd64 ...'",
    '\t        if [ "$grub_platform" = "pc" -o "$grub_platform" = "" ]; then',
    '\t            xen_rm_opts=',
    '\t        else',
    '\t            xen_rm_opts="no-real-mode edd=off"',
    '\t        fi',
    '\t\tmultiboot2\t/boot/xen.gz placeholder  ${xen_rm_opts}',
    '\t\tmodule2\t/boot/vmlinuz placeholder root=/dev/sda1 ro  quiet',
    '\t\tmodule2\t--nounzip   /boot/early.img /boot/initrd.img',
    '\t}',
    '}',
  ].join('\n');
  const { entries, findings } = check(config);
  expect(entries[0]?.found.entry.title).toBe('Debian GNU/Linux, with Xen 4.17-amd64 and Linux 6.1.0');
  expect(findings.map(({ rule }) => rule)).toEqual(['xen/no-option', 'xen/several-files-on-a-line']);
});

describe('nonsense', () => {
  const kinds: readonly [string, Uint8Array][] = [
    ['a hundred megabytes of one letter', Buffer.alloc(100_000_000, 'a')],
    ['a hundred megabytes of quotes', Buffer.alloc(100_000_000, '"')],
    ['blanks', Buffer.alloc(5_000_000, ' ')],
    ['braces', Buffer.alloc(5_000_000, '{')],
    [
      'binary',
      Buffer.alloc(
        5_000_000,
        Uint8Array.from({ length: 251 }, (_, i) => i + 1),
      ),
    ],
    ['dollars and backslashes', Buffer.alloc(5_000_000, '$\\')],
    ['an open quote', Buffer.from(`multiboot2 '${'x'.repeat(4_000_000)}`)],
    ['a million modules', Buffer.from(`multiboot2 x ucode=scan\n${'module2 y\n'.repeat(1_000_000)}`)],
    ['a million entries', Buffer.from('multiboot2 x\nmodule2 y\n'.repeat(1_000_000))],
    ['a million separators', Buffer.from(`APPEND xen ${'--- '.repeat(1_000_000)}`)],
    ['a million dashes', Buffer.from(`KERNEL mboot.c32\nAPPEND ${'-'.repeat(4_000_000)}`)],
    ['a million sections', Buffer.from('[x]\nkernel=y\n'.repeat(350_000))],
    ['a megabyte value', Buffer.from(`multiboot2 x ucode=${'scan,'.repeat(500_000)}\nmodule2 y\n`)],
    ['long runs of blanks', Buffer.from(`kernel ${' '.repeat(2_000_000)}x\nmodule ${'\t'.repeat(2_000_000)}\n`)],
  ];
  test.each(kinds)('%s gives a bounded answer with every boot loader', (_, config) => {
    for (const loader of [
      undefined,
      'grub2',
      'grub-legacy',
      'syslinux',
      'ipxe',
      'limine',
      'xen-cfg',
      'systemd-boot',
      'uki',
    ] as const) {
      const { findings, entries } = checkXen({
        config,
        path: '/x',
        loader,
        release: xen('4.20'),
        open: () => undefined,
      });
      expect(findings.length).toBeGreaterThan(0);
      expect(entries.length).toBeLessThanOrEqual(256);
    }
  });
});
