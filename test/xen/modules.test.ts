import { describe, expect, test } from 'vitest';
import { type BootModule, resolveModules } from '../../src/xen/modules.ts';
import { parseRelease, SERIES, type XenRelease } from '../../src/xen/releases.ts';
import { parseCommandLine } from '../../src/xen/ucode-option.ts';

const xen = (name: string): XenRelease => {
  const release = parseRelease(name);
  if (release === undefined) throw new Error(`not a release: ${name}`);
  return release;
};

const plain = (size: number): BootModule => ({ size, xsmPolicy: false, early: { intel: null, amd: null } });
const KERNEL = plain(8_000_000);
const INITRD = plain(20_000_000);
const RAW = plain(34_816);
const POLICY: BootModule = { ...plain(12_000), xsmPolicy: true };
const CPIO: BootModule = { ...plain(36_000), early: { intel: { offset: 528, size: 34_816 }, amd: null } };
const COMBINED: BootModule = { ...CPIO, size: 20_036_000 };

const boot = (release: string, arguments_: string, modules: readonly BootModule[], efi?: number) =>
  resolveModules({
    release: xen(release),
    vendor: 'intel',
    option: parseCommandLine(xen(release), arguments_).state,
    modules,
    ...(efi === undefined ? {} : { efi }),
  });

describe('an index', () => {
  test('counts from 0 after the hypervisor, and a raw blob there is loaded by every release', () => {
    for (const { name } of SERIES) {
      expect(boot(name, 'ucode=2', [KERNEL, INITRD, RAW])).toEqual({
        microcode: [{ module: 2, way: 'index', offset: 0, size: 34_816, form: 'raw', cpus: 'all' }],
        dom0Kernel: 0,
        dom0Initrd: 1,
        xsmPolicy: null,
        unused: [],
        chosen: 2,
        indexProblem: null,
        tooBig: null,
        messages: [],
      });
    }
  });

  test('counts from the end when negative', () => {
    expect(boot('4.17', 'ucode=-1', [KERNEL, INITRD, RAW]).microcode[0]?.module).toBe(2);
    expect(boot('4.17', 'ucode=-2', [KERNEL, RAW, INITRD])).toMatchObject({ chosen: 1, dom0Initrd: 2 });
  });

  test('of a raw blob before the initrd leaves dom0 its initrd, because the blob is taken', () => {
    expect(boot('4.17', 'ucode=1', [KERNEL, RAW, INITRD]).dom0Initrd).toBe(2);
  });

  test('of the initrd steals it, on every release', () => {
    expect(boot('4.17', 'ucode=1', [KERNEL, COMBINED])).toMatchObject({
      dom0Initrd: null,
      microcode: [{ form: 'raw' }],
    });
    expect(boot('4.22', 'ucode=1', [KERNEL, COMBINED])).toMatchObject({
      dom0Initrd: null,
      microcode: [{ form: 'cpio', offset: 528 }],
    });
  });

  test.each([
    ['4.20.2', 'raw'],
    ['4.20.3', 'cpio'],
    ['4.21.0', 'raw'],
    ['4.21.1', 'cpio'],
    ['4.22', 'cpio'],
  ])('of a cpio is read on %s as %s', (release, form) => {
    expect(boot(release, 'ucode=2', [KERNEL, INITRD, CPIO]).microcode[0]?.form).toBe(form);
  });

  test.each([
    ['4.19', []],
    ['4.20', ['Microcode: Chosen module 5 out of range [1, 2)']],
  ])('out of range chooses nothing; %s says so: %j', (release, messages) => {
    expect(boot(release, 'ucode=5', [KERNEL, INITRD])).toMatchObject({
      indexProblem: 'out-of-range',
      microcode: [],
      messages,
    });
  });

  test('that comes to 0 is the kernel, 0 itself is no choice', () => {
    expect(boot('4.20', 'ucode=-2', [KERNEL, INITRD])).toMatchObject({ chosen: 0, indexProblem: 'kernel' });
    expect(boot('4.20', 'ucode=0', [KERNEL, INITRD])).toMatchObject({ chosen: null, indexProblem: null, messages: [] });
  });

  test('of the XSM policy finds it taken up to 4.17, and takes it from 4.18 on', () => {
    const modules = [KERNEL, INITRD, POLICY];
    expect(boot('4.17', 'ucode=-1', modules)).toMatchObject({
      indexProblem: 'already-used',
      xsmPolicy: 2,
      microcode: [],
      messages: [],
    });
    expect(boot('4.18', 'ucode=-1', modules)).toMatchObject({ indexProblem: null, xsmPolicy: null });
    expect(boot('4.18', 'ucode=-1', modules).microcode[0]?.module).toBe(2);
  });
});

describe('scan', () => {
  test('finds the file in dom0 own initrd and leaves that to dom0', () => {
    expect(boot('4.17', 'ucode=scan', [KERNEL, COMBINED])).toMatchObject({
      dom0Initrd: 1,
      microcode: [{ module: 1, way: 'scan', offset: 528, size: 34_816, form: 'cpio', cpus: 'all' }],
    });
  });

  test('does not claim: a stand-alone archive before the initrd becomes the initrd', () => {
    expect(boot('4.20', 'ucode=scan', [KERNEL, CPIO, INITRD])).toMatchObject({
      dom0Initrd: 1,
      unused: [2],
      messages: ['Multiple initrd candidates, picking module #1'],
    });
    expect(boot('4.20', 'ucode=scan', [KERNEL, INITRD, CPIO]).dom0Initrd).toBe(1);
  });

  test('does nothing before 4.4', () => expect(boot('4.3', 'ucode=scan', [KERNEL, COMBINED]).microcode).toEqual([]));

  test.each([
    ['4.19', []],
    ['4.20', ['Microcode: GenuineIntel.bin not found during CPIO scan']],
  ])('without a hit: %s says %j', (release, messages) => {
    expect(boot(release, 'ucode=scan', [KERNEL, INITRD])).toMatchObject({ microcode: [], messages });
  });

  test('looks into the kernel from 4.20 on', () => {
    expect(boot('4.20', 'ucode=scan', [CPIO, INITRD]).microcode[0]?.module).toBe(0);
    expect(boot('4.19', 'ucode=scan', [CPIO, INITRD]).microcode).toEqual([]);
  });

  test('takes 8 MiB at most up to 4.13', () => {
    const file = (size: number): BootModule => ({ ...COMBINED, early: { intel: { offset: 528, size }, amd: null } });
    const limit = 8 * 1024 * 1024;
    expect(boot('4.13', 'ucode=scan', [KERNEL, file(limit)]).microcode).toHaveLength(1);
    expect(boot('4.13', 'ucode=scan', [KERNEL, file(limit + 1), COMBINED])).toMatchObject({
      microcode: [],
      tooBig: { module: 1, size: limit + 1 },
      messages: [
        'Multiboot 1 microcode payload too big! (8388609, we can do 8388608)',
        'Multiple initrd candidates, picking module #1',
      ],
    });
    expect(boot('4.14', 'ucode=scan', [KERNEL, file(limit + 1)]).microcode).toHaveLength(1);
  });
});

describe('scan and an index together', () => {
  test('up to 4.19 the boot CPU gets the archive, the others the index', () => {
    expect(boot('4.19', 'ucode=2,scan', [KERNEL, COMBINED, RAW]).microcode).toMatchObject([
      { module: 1, way: 'scan', cpus: 'boot' },
      { module: 2, way: 'index', cpus: 'others' },
    ]);
  });

  test('from 4.20 on only the later', () => {
    expect(boot('4.20', 'ucode=2,scan', [KERNEL, COMBINED, RAW]).microcode).toMatchObject([
      { way: 'scan', cpus: 'all' },
    ]);
    expect(boot('4.20', 'ucode=scan,2', [KERNEL, COMBINED, RAW]).microcode).toMatchObject([
      { way: 'index', cpus: 'all' },
    ]);
  });

  test('a bad index leaves the scan up to 4.19', () => {
    expect(boot('4.17', 'ucode=7,scan', [KERNEL, COMBINED]).microcode).toMatchObject([{ way: 'scan', cpus: 'all' }]);
  });
});

test('the file of xen.cfg overrides the option', () => {
  expect(boot('4.17', 'ucode=scan', [KERNEL, COMBINED, RAW], 2).microcode).toMatchObject([{ module: 2, way: 'efi' }]);
});

test('modules behind the 63rd, before 4.20 the 64th, are not looked at', () => {
  const many = [KERNEL, ...Array.from({ length: 62 }, () => INITRD), RAW];
  expect(boot('4.20', 'ucode=63', many).indexProblem).toBe('out-of-range');
  expect(boot('4.20', 'ucode=-1', many).chosen).toBe(62);
  expect(boot('4.19', 'ucode=63', many).indexProblem).toBeNull();
  expect(boot('4.19', 'ucode=64', [...many, RAW]).indexProblem).toBe('out-of-range');
});

test('without modules nothing is chosen', () => {
  expect(boot('4.20', 'ucode=scan', [])).toMatchObject({ dom0Kernel: null, dom0Initrd: null, microcode: [] });
});
