import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { captureHost, type CapturedCpu } from '../../fixtures/captured-host.ts';
import { parseCpuInfo } from '../../src/host/cpuinfo.ts';
import { cpuRanges, hostGroups, readHost } from '../../src/host/host.ts';
import { temporaryFolder } from '../support/temporary.ts';

const host = (...cpus: CapturedCpu[]) => readHost(captureHost(temporaryFolder(), cpus));

describe('what a machine shows', () => {
  test('sysfs comes before cpuinfo', () => {
    const { cpus, isGuest } = host({ microcode: '0x42c', version: '0x430', processorFlags: '0x80' });
    expect(cpus).toMatchObject([
      { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x430, revisionFrom: 'sysfs' },
    ]);
    expect(isGuest).toBe(false);
  });

  test('cpuinfo alone gives the revision, not the platform', () => {
    expect(host({ microcode: '0x42c' }).cpus).toMatchObject([
      { platformMask: null, revision: 0x42c, revisionFrom: 'cpuinfo' },
    ]);
  });

  test('the registers fill in what sysfs lacks', () => {
    const root = captureHost(temporaryFolder(), [{}]);
    const registers = Buffer.alloc(0x100);
    registers.writeBigUInt64LE(7n << 50n, 0x17);
    registers.writeBigUInt64LE(0x430n << 32n, 0x8b);
    mkdirSync(join(root, 'dev/cpu/0'), { recursive: true });
    writeFileSync(join(root, 'dev/cpu/0/msr'), registers);
    expect(readHost(root).cpus).toMatchObject([{ platformMask: 0x80, revision: 0x430, revisionFrom: 'msr' }]);
  });

  test('AMD: family, model and stepping make the CPUID; no platform', () => {
    const { cpus } = host({ vendorId: 'AuthenticAMD', family: 25, model: 1, stepping: 1, microcode: '0xa0011d1' });
    expect(cpus).toMatchObject([{ vendor: 'amd', signature: 0x00a0_0f11, platformMask: null, revision: 0x0a00_11d1 }]);
  });

  test('a CPU of another vendor is listed without a verdict', () => {
    expect(host({ vendorId: 'HygonGenuine', family: 24, model: 0, stepping: 1 }).cpus).toMatchObject([
      { vendor: null, revision: null, revisionFrom: null },
    ]);
  });

  test('the hypervisor flag makes a guest; a flag that only contains the word does not', () => {
    expect(host({ flags: 'fpu hypervisor' }).isGuest).toBe(true);
    expect(host({ flags: 'fpu nohypervisor' }).isGuest).toBe(false);
  });

  test('a tree without CPUs is refused', () => {
    expect(() => readHost(temporaryFolder())).toThrow('names no x86 CPU');
  });

  test('any text gives a list', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseCpuInfo(text))));
    expect(parseCpuInfo('processor\t: 0\nBogoMIPS\t: 50.00\n')).toEqual([]);
  });
});

describe('groups', () => {
  test('CPUs that differ in revision, platform or model stand apart', () => {
    const same = { version: '0x430', processorFlags: '0x80' };
    const groups = hostGroups(
      host(
        same,
        same,
        { ...same, version: '0x42c' },
        { ...same, processorFlags: '0x40' },
        { ...same, stepping: 3 },
        same,
      ),
    );
    expect(groups.map(({ cpus }) => cpuRanges(cpus))).toEqual(['0-1,5', '2', '3', '4']);
  });

  test('ranges name every number once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300)), (numbers) => {
        const read = cpuRanges(numbers)
          .split(',')
          .filter((part) => part !== '')
          .flatMap((part) => {
            const [from = 0, to = from] = part.split('-').map(Number);
            return Array.from({ length: to - from + 1 }, (_, i) => from + i);
          });
        expect(read).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });
});
