/** What `explain` says of unified images of Xen, held against boots of them under OVMF. */
import { describe, expect, test } from 'vitest';
import { INITRD } from '../../fixtures/xen.ts';
import { readEfiImage } from '../../src/loaders/efi/image.ts';
import { explain, parseLoader } from '../../src/loaders/by-name.ts';
import { efiView } from '../../src/xen/check/efi-view.ts';
import { digestOf, loaderCpu, type Outcome } from './cases/case.ts';
import { intelCpu, intelImage, join, update } from './cases/ingredients.ts';
import { runEfi } from './harness/efi.ts';
import { byObjcopy, type HandSection } from './harness/efi-images.ts';
import { RELEASES, XEN_NAMES, xenEfiFile, type XenName } from './harness/guests.ts';
import { DUMMY_KERNEL } from './harness/xen.ts';

const everything = process.env['UCODEKIT_BOOT'] === 'all';
const cpu = intelCpu();
const good = update(0x20);
const early = intelImage(good);
const CONSOLE = 'com1=115200,8n1 console=com1 sync_console loglvl=all noreboot';

interface Case {
  readonly name: string;
  readonly options: string;
  readonly sections: readonly HandSection[];
  readonly loads: Outcome | Readonly<Record<XenName, Outcome>>;
  readonly quick?: boolean;
}

const ramdisk = (bytes: Uint8Array = INITRD): HandSection => ['.ramdisk', bytes];
const ucode = (bytes: Uint8Array): HandSection => ['.ucode', bytes];

const CASES: readonly Case[] = [
  { name: 'raw .ucode, ucode=-1', options: 'ucode=-1', sections: [ramdisk(), ucode(good)], loads: good, quick: true },
  {
    name: 'raw .ucode without an option',
    options: '',
    sections: [ramdisk(), ucode(good)],
    loads: 'nothing',
    quick: true,
  },
  { name: 'raw .ucode, ucode=scan', options: 'ucode=scan', sections: [ramdisk(), ucode(good)], loads: 'nothing' },
  { name: 'a cpio as .ucode, ucode=scan', options: 'ucode=scan', sections: [ramdisk(), ucode(early)], loads: good },
  {
    name: 'a cpio as .ucode, ucode=-1',
    options: 'ucode=-1',
    sections: [ramdisk(), ucode(early)],
    loads: { '4.17': 'nothing', '4.20': good },
  },
  {
    name: 'microcode in front of .ramdisk, ucode=scan',
    options: 'ucode=scan',
    sections: [ramdisk(join(early, INITRD))],
    loads: good,
  },
  { name: 'no .ucode', options: 'ucode=scan', sections: [ramdisk()], loads: 'nothing' },
];

function built(name: XenName, { options, sections }: Case): Buffer {
  const config = `[global]\ndefault=xen\n[xen]\noptions=${CONSOLE} ${options}\nkernel=vmlinuz\n`;
  return byObjcopy(xenEfiFile(name), [['.config', Buffer.from(config)], ['.kernel', DUMMY_KERNEL.bytes], ...sections]);
}

describe.each(everything ? XEN_NAMES : XEN_NAMES.slice(0, 1))('a unified image of Xen %s', (name) => {
  const cases = CASES.filter(({ quick = false }) => everything || quick);
  test.each(cases.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const bytes = built(name, row);
    const image = readEfiImage(bytes);
    const loader = parseLoader(`xen-${RELEASES[name]}`);
    if (image === undefined || loader === undefined) throw new Error('no image of a known release');
    expect(image).toMatchObject({ kind: 'xen', unified: true, trouble: null });
    const run = await runEfi({ image: bytes, guest: { xen: xenEfiFile(name) }, cpu });
    expect(run.broken).toBeUndefined();
    const wanted = row.loads instanceof Uint8Array || typeof row.loads === 'string' ? row.loads : row.loads[name];
    const view = efiView(image, bytes, loader, loaderCpu(cpu));
    const { chosen } = explain(loader, loaderCpu(cpu), view.input, {
      path: 'early',
      forceMinimum: false,
      digestCheck: view.digestCheck,
    });
    expect(run.writes[0]?.sha256 ?? 'nothing').toBe(digestOf(wanted));
    expect(digestOf(chosen?.bytes)).toBe(digestOf(wanted));
    const at = chosen === null ? undefined : chosen.offset + (view.parts[0]?.offset ?? 0);
    expect(run.writes[0]?.found?.offset).toBe(at);
  });
});
