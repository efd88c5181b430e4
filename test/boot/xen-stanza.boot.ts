/** Entries that `xen stanza` plans, read back and booted: QEMU passes file names as first words, as iPXE and mboot.c32 do. */
import { describe, expect, test } from 'vitest';
import { concat } from '../../fixtures/bytes.ts';
import * as files from '../../fixtures/xen.ts';
import { BOOT_LOADERS } from '../../src/xen/boot-loaders/all.ts';
import { checkXen } from '../../src/xen/check/check.ts';
import { predict } from '../../src/xen/check/predict.ts';
import { parseRelease, type XenRelease } from '../../src/xen/releases.ts';
import { planStanza, type StanzaRequest } from '../../src/xen/stanza/stanza.ts';
import { digestOf, loaderCpu } from './cases/case.ts';
import { intelCpu, intelImage, update } from './cases/ingredients.ts';
import { XEN_NAMES, xenFile, type XenName } from './harness/guests.ts';
import { DUMMY_KERNEL, microcodeLines, runXen } from './harness/xen.ts';

const RELEASES: Readonly<Record<XenName, string>> = { '4.17': '4.17.5', '4.20': '4.20.3' };
const release = (name: XenName): XenRelease => parseRelease(RELEASES[name]) ?? { minor: 0, point: 0, name };

const good = update(0x20);
const early = intelImage(good);
const RAW = { path: '/ucode.bin', bytes: good };
const ARCHIVE = { path: '/early.img', bytes: early };
const INITRD = { path: '/initrd.img', bytes: files.INITRD };
const COMBINED = { path: '/initrd.img', bytes: concat(early, files.INITRD) };
const POLICY = { path: '/xenpolicy', bytes: files.XSM_POLICY };

const CASES: readonly (readonly [string, Partial<StanzaRequest>])[] = [
  ['raw updates behind the initrd', { initrd: INITRD, microcode: RAW }],
  ['raw updates without an initrd', { microcode: RAW }],
  ['raw updates in front of an XSM policy', { initrd: INITRD, microcode: RAW, xsm: POLICY }],
  ['an early archive behind the initrd', { initrd: INITRD, microcode: ARCHIVE }],
  ['an early archive behind the initrd, by scan', { initrd: INITRD, microcode: ARCHIVE, mode: 'scan' }],
  ['an initrd that begins with the archive', { initrd: COMBINED }],
];

describe.each(XEN_NAMES)('Xen %s loads what its stanza is for', (name) => {
  test.each(CASES)('%s', async (_, more) => {
    const request: StanzaRequest = {
      loader: 'ipxe',
      release: release(name),
      mode: 'auto',
      title: '',
      hypervisor: '/xen',
      xenArguments: ['loglvl=all'],
      kernel: { path: '/vmlinuz', arguments: [] },
      ...more,
    };
    const stanza = planStanza(request);
    if (!stanza.ok) throw new Error(stanza.refusals.join('; '));
    const config = stanza.files[0]?.text ?? '';
    const present = new Map<string, Uint8Array>([['/vmlinuz', DUMMY_KERNEL.bytes]]);
    for (const file of [RAW, ARCHIVE, POLICY, request.initrd])
      if (file !== undefined) present.set(file.path, file.bytes);
    const found = BOOT_LOADERS.ipxe.read(config).entries[0];
    const modules = (found?.entry.modules ?? []).map(({ path }) => ({
      name: path,
      bytes: present.get(path) ?? new Uint8Array(),
    }));
    const run = await runXen({
      xen: xenFile(name),
      commandLine: found?.xenLine ?? '',
      modules: [DUMMY_KERNEL, ...modules],
      cpu: intelCpu(),
    });
    const [write] = run.writes;
    const said = microcodeLines(run);
    expect({ digest: write?.sha256 ?? 'nothing', said }).toMatchObject({ digest: digestOf(good) });

    const { entries, findings } = checkXen({
      config: Buffer.from(config),
      path: '/xen.ipxe',
      release: request.release,
      open: (path) => present.get(path),
    });
    expect(findings).toEqual([]);
    const predicted = entries.flatMap((entry) => predict(entry, loaderCpu(intelCpu())));
    const lines = predicted.flatMap(({ console }) => console).filter((line) => /microcode/i.test(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(said).toEqual(expect.arrayContaining(lines));
    expect(predicted.map(({ explanation }) => digestOf(explanation?.chosen?.bytes))).toEqual([digestOf(good)]);
  });
});
