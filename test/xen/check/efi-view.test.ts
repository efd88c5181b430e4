import { describe, expect, test } from 'vitest';
import { archive, file, parents } from '../../../fixtures/cpio.ts';
import { efi, type EfiSection, stubMark, text, uki, xenBanner } from '../../../fixtures/efi.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import * as files from '../../../fixtures/xen.ts';
import type { Explanation, LoaderCpu } from '../../../src/loaders/explanation.ts';
import { readEfiImage } from '../../../src/loaders/efi/image.ts';
import { ALL_LOADERS, explain, parseLoader } from '../../../src/loaders/by-name.ts';
import { ownLoaders } from '../../../src/loaders/efi/own-loaders.ts';
import { type LoaderView, sectionAt } from '../../../src/loaders/efi/view.ts';
import { efiView } from '../../../src/xen/check/efi-view.ts';

const cpu: LoaderCpu = { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x10 };
const INTEL = files.INTEL_NAME;
const early = (revision: number): Uint8Array =>
  archive(...parents, file(INTEL, intelUpdate({ revision }), { alignData: 16 }));
const section = (name: string, bytes: Uint8Array): EfiSection => ({ name, bytes });

function seen(bytes: Uint8Array, name: string): { readonly view: LoaderView; readonly explanation: Explanation } {
  const image = readEfiImage(bytes);
  const loader = parseLoader(name);
  if (image === undefined || loader === undefined) throw new Error('no image or no loader');
  const view = efiView(image, bytes, loader, cpu);
  const options = { path: 'early', forceMinimum: false, digestCheck: view.digestCheck } as const;
  return { view, explanation: explain(loader, cpu, view.input, options) };
}

const loads = (bytes: Uint8Array, name: string): string => {
  const { chosen, reason } = seen(bytes, name).explanation;
  return chosen === null ? reason.code : `0x${chosen.revision.toString(16)}`;
};

describe('a unified kernel image', () => {
  const both = uki('257', section('.initrd', early(0x30)), section('.ucode', early(0x20)));

  test('gives Linux the update of .ucode, and says the section', () => {
    expect(loads(both, 'linux-6.12')).toBe('0x20');
    const { view, explanation } = seen(both, 'linux-6.12');
    expect(sectionAt(view.parts, explanation.source?.offset)).toBe('.ucode');
    expect(sectionAt(view.parts, undefined)).toBeNull();
    expect(sectionAt(view.parts, 1_000_000)).toBeNull();
  });

  test('of an old stub gives the one of .initrd', () => {
    expect(loads(uki('254', section('.initrd', early(0x30)), section('.ucode', early(0x20))), 'linux-6.12')).toBe(
      '0x30',
    );
  });

  test('is nothing to Xen', () => {
    expect(loads(both, 'xen-4.17')).toBe('not-its-image');
  });

  test('without either section hands over no initrd', () => {
    expect(loads(uki('257'), 'linux-6.12')).toBe('no-initrd');
  });

  test('that the firmware refuses starts no loader', () => {
    expect(loads(both.subarray(0, -1), 'linux-6.12')).toBe('not-started');
  });

  test.each([
    ['quiet dis_ucode_ldr', 'linux-6.12', 'loader-off'],
    ['quiet no_dis_ucode_ldr', 'linux-6.12', '0x20'],
    ['microcode=dis_ucode_ldr', 'linux-6.12', '0x20'],
    ['microcode=force_minrev,dis_ucode_ldr', 'linux-7.2', 'loader-off'],
    ['microcode=force_minrev', 'linux-7.2', '0x20'],
  ])('with the command line %s on %s: %s', (words, loader, expected) => {
    expect(loads(uki('257', section('.ucode', early(0x20)), text('.cmdline', words)), loader)).toBe(expected);
  });
});

describe('a unified image of Xen', () => {
  const image = (options: string, ...sections: readonly EfiSection[]): Uint8Array =>
    efi(
      xenBanner('4.17.5'),
      text(
        '.config',
        `[global]\ndefault=xen\n[other]\nkernel=k\noptions=ucode=-1\n[xen]\nkernel=k\noptions=${options}\n`,
      ),
      section('.kernel', files.KERNEL),
      section('.ramdisk', files.INITRD),
      ...sections,
    );
  const raw = section('.ucode', intelUpdate({ revision: 0x20 }));

  test('gives Xen the section that its options choose, of the entry that starts by default', () => {
    expect(loads(image('ucode=-1', raw), 'xen-4.17')).toBe('0x20');
    expect(loads(image('console=vga', raw), 'xen-4.17')).toBe('no-module');
    expect(loads(image('ucode=scan', section('.ucode', early(0x30))), 'xen-4.20')).toBe('0x30');
    const { view } = seen(image('ucode=-1', raw), 'xen-4.17');
    expect(view.parts).toMatchObject([{ section: '.ucode', size: raw.bytes.length, at: 0 }]);
    const bytes = image('ucode=-1', raw);
    const [part] = view.parts;
    expect(bytes.subarray(part?.offset, (part?.offset ?? 0) + 48)).toEqual(raw.bytes.subarray(0, 48));
  });

  test('takes its own word for the digest check', () => {
    expect(seen(image('ucode=-1,digest-check=no', raw), 'xen-4.22').view.digestCheck).toBe(false);
    expect(seen(image('ucode=-1', raw), 'xen-4.22').view.digestCheck).toBe(true);
  });

  test('that names a file beside it cannot be told', () => {
    const bytes = efi(
      text('.config', '[global]\ndefault=x\n[x]\nkernel=k\nucode=ucode.bin\n'),
      section('.kernel', files.KERNEL),
    );
    expect(loads(bytes, 'xen-4.17')).toBe('module-elsewhere');
  });

  test('without an entry loads nothing; cut off it does not start; Linux does not read it', () => {
    expect(loads(efi(text('.kernel', 'k')), 'xen-4.17')).toBe('no-module');
    expect(loads(image('ucode=-1', raw).subarray(0, -1), 'xen-4.17')).toBe('not-started');
    expect(loads(image('ucode=-1', raw), 'linux-6.12')).toBe('not-its-image');
  });
});

describe('the loaders that are answered for', () => {
  const names = (bytes: Uint8Array): string[] => ownLoaders(readEfiImage(bytes)).usual.map(({ name }) => name);

  test('are the releases inside', () => {
    expect(names(uki('257'))).toEqual(['linux-6.12.95+deb12-amd64']);
    expect(names(efi(xenBanner('4.20.5-pre'), text('.config', '')))).toEqual(['xen-4.20.5-pre', 'xen-4.20']);
  });

  test('are all of the kind when the image does not say its release, and all for other files', () => {
    const linux = ALL_LOADERS.filter(({ kind }) => kind === 'linux').map(({ name }) => name);
    expect(names(efi(stubMark('257'), text('.linux', 'kernel')))).toEqual(linux);
    expect(names(efi(text('.kernel', 'k')))).toEqual(
      ALL_LOADERS.filter(({ kind }) => kind === 'xen').map(({ name }) => name),
    );
    expect(ownLoaders(undefined).usual).toBe(ALL_LOADERS);
    expect(ownLoaders(readEfiImage(uki('257'))).all.map(({ name }) => name)).toEqual(linux);
  });
});
