/** Configurations as people write them, beyond what the writers would write. */
import { describe, expect, test } from 'vitest';
import { BOOT_LOADERS } from '../../../src/xen/boot-loaders/all.ts';
import type { LoaderId, OpenText } from '../../../src/xen/boot-loaders/boot-loader.ts';
import { detectLoader } from '../../../src/xen/check/read-config.ts';
import { filePlaces } from '../../../src/xen/check/file-paths.ts';

const read = (id: LoaderId, text: string, open?: OpenText) => BOOT_LOADERS[id].read(text, open).entries;

/** Xen's line, the kernel's words, and the modules' paths of the first entry. */
const gist = (id: LoaderId, lines: readonly string[], open?: OpenText) => {
  const [found] = read(id, lines.join('\n'), open);
  return found === undefined
    ? undefined
    : [
        found.xenLine,
        [found.entry.dom0.kernel, ...found.entry.dom0.arguments],
        found.entry.modules.map(({ path }) => path),
      ];
};

test('GRUB 2: variables, quotes, continued lines, comments, several commands on a line', () => {
  const lines = [
    '# comment with a " quote',
    'set root=(hd0,1); multiboot2 /xen.gz "console=vga" \\',
    "  ucode='scan' ${more} # not this",
    'module2 /vmlinuz root=/dev/sda1 "dyndbg=file a +p"; module2 --nounzip $prefix/initrd.img',
  ];
  expect(gist('grub2', lines)).toEqual([
    'console=vga ucode=scan ${more}',
    ['/vmlinuz', 'root=/dev/sda1', 'dyndbg=file a +p'],
    ['$prefix/initrd.img'],
  ]);
});

test('GRUB 2: multiboot 1, both branches of an if, entries without a menu', () => {
  const text = 'if true; then multiboot /a.gz x; module /k1; else multiboot /b.gz y; module /k2; fi';
  expect(read('grub2', text).map(({ entry }) => [entry.hypervisor, entry.dom0.kernel])).toEqual([
    ['/a.gz', '/k1'],
    ['/b.gz', '/k2'],
  ]);
});

test('GRUB 2: what it does to its arguments is what Xen reads', () => {
  expect(read('grub2', `multiboot2 /xen 'a b' c\\'d\nmodule2 /k`)[0]?.xenLine).toBe(String.raw`"a b" c\'d`);
});

test('GRUB legacy: an equals sign after the command', () => {
  expect(gist('grub-legacy', ['title a', 'kernel=/xen.gz ucode=2', 'module = /vmlinuz ro', 'module /ucode'])).toEqual([
    'ucode=2',
    ['/vmlinuz', 'ro'],
    ['/ucode'],
  ]);
});

test('syslinux: any case, tabs, other labels around it', () => {
  const lines = [
    'label linux',
    ' kernel vmlinuz',
    ' append ro',
    'LABEL xen',
    '\tkernel\tmboot.c32',
    '\tappend xen.gz ucode=2 --- vmlinuz ro --- initrd.img --- ucode.bin',
    'label other',
    ' com32 menu.c32',
  ];
  expect(read('syslinux', lines.join('\n'))).toHaveLength(1);
  expect(gist('syslinux', lines)).toEqual(['ucode=2', ['vmlinuz', 'ro'], ['initrd.img', 'ucode.bin']]);
});

test('iPXE: options, operators, a name', () => {
  const lines = [
    '#!ipxe',
    'kernel --name xen http://h/xen.gz ucode=scan || goto failed',
    'module -n k http://h/vmlinuz ro',
    'module http://h/initrd.img',
  ];
  expect(gist('ipxe', lines)).toEqual(['ucode=scan', ['http://h/vmlinuz', 'ro'], ['http://h/initrd.img']]);
});

test('Limine: other protocols are left out; the dropped words are kept apart', () => {
  const text = [
    '/Linux\n protocol: linux\n path: boot():/vmlinuz\n',
    '/+Xen\n//Sub\nprotocol: multiboot2\npath: boot():/xen\ncmdline: ucode=scan\nmodule_path: boot():/vmlinuz\n',
  ].join('');
  const [found, ...others] = read('limine', text);
  expect(others).toEqual([]);
  expect(found).toMatchObject({ entry: { title: 'Sub' }, xenLine: '', dropped: { xen: 'ucode=scan', kernel: null } });
});

describe('xen.cfg', () => {
  const lines = [
    '; comment',
    '[global]',
    'default=a',
    'ucode=all.bin # for every section',
    '[a]',
    'options=x',
    'kernel=vmlinuz ro',
    'ramdisk = ignored.img',
    'kernel=second',
    '[b]',
    'kernel=other',
    'ucode=own.bin',
  ];

  test('comments, keys of [global], a blank before the equals sign', () => {
    expect(gist('xen-cfg', lines)).toEqual(['x', ['vmlinuz', 'ro'], ['all.bin']]);
    expect(read('xen-cfg', lines.join('\n')).map(({ entry }) => entry.modules[0]?.path)).toEqual([
      'all.bin',
      'own.bin',
    ]);
  });

  test('is found by the name of xen.efi, with tails dropped', () => {
    const asked: string[] = [];
    const open = (path: string): string | undefined => {
      asked.push(path);
      return path === '/EFI/xen-4.cfg' ? lines.join('\n') : undefined;
    };
    const entry = ['title Xen', 'efi /EFI/xen-4.17-amd64.efi', 'options b -- ucode=scan'];
    expect(gist('systemd-boot', entry, open)).toEqual(['ucode=scan', ['other'], ['own.bin']]);
    expect(asked).toEqual(['/EFI/xen-4.17-amd64.cfg', '/EFI/xen-4.17.cfg', '/EFI/xen-4.cfg']);
  });

  test('without it the loader entry alone has no kernel', () => {
    expect(gist('systemd-boot', ['efi /xen.efi', 'options -- ucode=1'])).toEqual(['ucode=1', [''], []]);
  });
});

describe('the boot loader is told by the text', () => {
  test.each<[LoaderId | undefined, string]>([
    ['grub2', "menuentry 'a' {\n}\n"],
    ['grub2', 'multiboot /xen\nset x=1\n'],
    ['grub-legacy', 'title a\n kernel /xen\n module /k\n'],
    ['syslinux', 'LABEL x\n KERNEL mboot.c32\n APPEND a --- b\n'],
    ['ipxe', '#!ipxe\nkernel a\nmodule b\n'],
    ['limine', '/x\n protocol: multiboot2\n'],
    ['xen-cfg', '[xen]\nkernel=vmlinuz\n'],
    ['systemd-boot', 'title x\nefi /xen.efi\n'],
    [undefined, 'hello\n'],
  ])('%s', (id, text) => expect(detectLoader(text)).toBe(id));
});

describe('files are looked for where the boot loader would', () => {
  test.each<[LoaderId, string, string, readonly string[]]>([
    ['grub2', '/boot/grub/grub.cfg', '/xen.gz', ['/xen.gz', '/boot/xen.gz']],
    ['grub2', '/boot/grub/grub.cfg', '(hd0,1)/boot/x', ['/boot/x', '/boot/boot/x']],
    ['limine', '/limine.conf', 'boot():/k#abc', ['/k', '/boot/k']],
    ['syslinux', '/tftp/pxelinux.cfg', 'xen.gz', ['/tftp/xen.gz', '/xen.gz']],
    ['ipxe', '/srv/boot.ipxe', 'http://host/img/xen.gz?x=1', ['/img/xen.gz', '/srv/xen.gz']],
    ['ipxe', '/srv/boot.ipxe', 'xen.gz', ['/srv/xen.gz', '/xen.gz']],
    ['xen-cfg', '/EFI/xen/xen.cfg', 'sub\\u.bin', ['/EFI/xen/sub/u.bin', '/sub/u.bin']],
    ['uki', '/x/build.sh', '../../../u.bin', ['/u.bin']],
  ])('%s beside %s: %s', (id, config, path, places) => {
    expect(filePlaces(BOOT_LOADERS[id], config, path)).toEqual(places);
  });
});
