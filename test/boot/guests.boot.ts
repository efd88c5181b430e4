import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { archive, file, parents } from '../../fixtures/cpio.ts';
import { intelUpdate } from '../../fixtures/intel.ts';
import { readLog } from '../../src/log/read.ts';
import { KERNEL_NAMES, kernelFile, XEN_NAMES, xenFile } from './harness/guests.ts';
import { runLinux, userSpaceOf } from './harness/linux.ts';
import { DUMMY_KERNEL, microcodeLines, runXen } from './harness/xen.ts';

const update = intelUpdate({ signature: 0x50654, platformMask: 0x01, revision: 0x2007006, date: '2023-03-06' });
const digest = createHash('sha256').update(update).digest('hex');
const name = 'kernel/x86/microcode/GenuineIntel.bin';
const image = archive(...parents, file(name, update, { alignData: 16 }));
const cpu = { vendor: 'intel', signature: 0x50654, platformId: 0, revision: 1 } as const;

const taken = {
  revision: 0x2007006,
  sha256: digest,
  aligned16: true,
  accepted: true,
  found: { input: 'image', offset: 528 },
};

const UPDATED = { cpu: 0, outcome: 'updated', before: 1, after: 0x2007006 } as const;
const logOf = ({ console }: { readonly console: readonly string[] }) => readLog(console.join('\n'));

describe('the harness sees what a guest hands to the CPU', () => {
  test.each(KERNEL_NAMES)('Linux %s', async (kernel) => {
    const run = await runLinux({ kernel: kernelFile(kernel), image, cpu });
    expect(run.broken).toBeUndefined();
    expect(run.writes).toMatchObject([taken]);
  });

  test.each(XEN_NAMES)('Xen %s', async (xen) => {
    const modules = [DUMMY_KERNEL, { name: 'image', bytes: image }];
    const run = await runXen({ xen: xenFile(xen), commandLine: 'ucode=scan', modules, cpu });
    expect(run.broken).toBeUndefined();
    expect(run.writes).toMatchObject([taken]);
    expect(microcodeLines(run)).toContain('microcode: CPU0 updated from revision 0x1 to 0x2007006, date = 2023-03-06');
    expect(logOf(run).cpus).toMatchObject([{ ...UPDATED, from: 'xen' }]);
  });

  test('every CPU gets its own write, and user space sees the revision and the file', async () => {
    const kernel = kernelFile('6.12');
    const run = await runLinux({ kernel, image, cpu, toUserSpace: true, options: { cpus: 2 } });
    expect(run.broken).toBeUndefined();
    expect(new Set(run.writes.map((write) => write.cpu)).size).toBe(2);
    const seen = userSpaceOf(run);
    expect(seen).toMatchObject({
      cpuinfoMicrocode: '0x2007006 0x2007006',
      sysfsVersion: '0x2007006',
      reload: 'absent',
    });
    expect(seen.unpacked.get(`/${name}`)).toBe(digest);
    expect(seen.dmesg).toContain('microcode: Updated early from: 0x00000001');
    expect(logOf(run).cpus).toMatchObject([{ ...UPDATED, from: 'linux' }]);
  });

  test('a CPU that refuses every update is still handed one, and its revision stays', async () => {
    const kernel = kernelFile('6.12');
    const run = await runLinux({ kernel, image, cpu, toUserSpace: true, options: { refusesUpdates: true } });
    expect(run.writes[0]).toMatchObject({ sha256: digest, accepted: false });
    // The log does not tell "refused" from "not found": the write is the oracle, dmesg a supplement.
    expect(userSpaceOf(run)).toMatchObject({ cpuinfoMicrocode: '0x1' });
    expect(logOf(run).cpus).toMatchObject([{ from: 'linux', outcome: 'unchanged', after: 1 }]);
  });

  test('a guest of a hypervisor loads nothing', async () => {
    const kernel = kernelFile('6.12');
    const run = await runLinux({ kernel, image, cpu, toUserSpace: true, options: { hypervisorBit: true } });
    expect(run.ended).toBe('user space');
    expect(run.writes).toEqual([]);
    expect(logOf(run).silence.nothing).toMatch(/guest/);
  });
});
