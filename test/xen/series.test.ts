/** A series without its point means all of its points, in every command. */
import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../fixtures/amd.ts';
import { archive, file } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { planLate } from '../../src/xen/late.ts';
import { asLoader, parseRelease, type XenRelease } from '../../src/xen/releases.ts';
import { chooseWay } from '../../src/xen/stanza/way.ts';
import { BOOT_LOADERS } from '../../src/xen/boot-loaders/all.ts';

const release = (text: string): XenRelease => parseRelease(text) ?? { minor: 0, point: 0, name: text };

describe('xen-4.20', () => {
  const cpu = { vendor: 'amd', signature: 0xa00f11, platformMask: 0, revision: 0x0a00_11db } as const;
  const bytes = amdContainer({
    patches: [zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dd } })],
  });
  const says = (text: string) => {
    const plan = planLate({ release: release(text), path: 'u', bytes, cpus: [cpu] });
    return plan.ok ? plan.cpus[0]?.says : plan.refusals.join();
  };

  test('is answered as its newest point, which the answer names beside the older ones that do otherwise', () => {
    expect(says('4.20')).toContain('needs 0x0a0011dd or later to run already');
    expect(says('4.20')).toContain('xen-4.20 stands for 4.20.4, the newest point release that was read');
    expect(says('4.20')).toContain('older ones load otherwise (4.20.0: 0x0a0011de)');
    expect(says('4.20.2')).not.toContain('older ones');
  });

  test('is one release for src/loaders, whoever asks', () => {
    expect(asLoader(release('4.20'))).toMatchObject({ isSeries: true, version: { minor: 20, point: 4 } });
    expect(asLoader(release('4.20.1'))).toMatchObject({ isSeries: false, version: { minor: 20, point: 1 } });
  });

  test('a stanza relies on nothing that one of its points lacks: a cpio by number', () => {
    const cpio = archive(file('kernel/x86/microcode/GenuineIntel.bin', intelUpdate()));
    const way = (text: string) =>
      chooseWay({
        release: release(text),
        loader: BOOT_LOADERS.grub2,
        mode: 'index',
        initrd: undefined,
        microcode: cpio,
      }).ok;
    expect([way('4.20'), way('4.20.2'), way('4.20.3'), way('4.22')]).toEqual([false, false, true, true]);
  });
});
