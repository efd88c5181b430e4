import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNoCpu, parseCpuText, sameSignature } from '../../src/cpu/cpu-text.ts';
import { intelFirmwareName } from '../../src/cpu/intel.ts';

const ALDER = { signature: 0x906a4, anyType: false, platformMask: undefined, revision: undefined };

test.each([
  ['0x906a4', ALDER],
  ['906a4', ALDER],
  ['0x000906A4', ALDER],
  ['06-9a-04', { ...ALDER, anyType: true }],
  ['06-9A-04', { ...ALDER, anyType: true }],
  ['50654', { ...ALDER, signature: 0x50654 }],
  ['906a4,0x80', { ...ALDER, platformMask: 0x80 }],
  ['906a4/80', { ...ALDER, platformMask: 0x80 }],
  ['06-9a-04/0x80', { ...ALDER, anyType: true, platformMask: 0x80 }],
  ['06-9a-04/80,0x421', { ...ALDER, anyType: true, platformMask: 0x80, revision: 0x421 }],
  ['0x906a4,0x80,0x421', { ...ALDER, platformMask: 0x80, revision: 0x421 }],
  ['0x906a4,,43a', { ...ALDER, revision: 0x43a }],
  ['0x906a4,1', { ...ALDER, platformMask: 1 }],
])('%s is a CPU', (text, cpu) => expect(parseCpuText(text)).toEqual(cpu));

test.each([
  ['', '"" is not a processor signature'],
  ['0', '"0" is not a processor signature'],
  ['fast', '"fast" is not a processor signature'],
  ['06-9a-14x', '"06-9a-14x" is not a processor signature'],
  ['0x906a4,0x100', '"0x100" is not a platform mask'],
  ['0x906a4,', '"" is not a platform mask'],
  ['0x906a4/', '"" is not a platform mask'],
  ['0x906a4,0x80,', '"" is not a revision'],
  ['0x906a4,1,2,3', 'has more than three parts'],
  ['0x906a4/1/2', 'has more than three parts'],
  ['0x1ffffffff', '"0x1ffffffff" is not a processor signature'],
  ['0x906a4,64', '"64" may be decimal or hexadecimal: write 0x64 or 0x40'],
  ['0x906a4,0x80,1057', '"1057" may be decimal or hexadecimal: write 0x1057 or 0x421'],
])('"%s" is no CPU: %s', (text, why) => expect(parseCpuText(text)).toEqual({ why }));

describe('family, model and stepping', () => {
  test('mean every processor type of a signature and nothing else', () => {
    const cpu = parseCpuText('06-03-02');
    if (isNoCpu(cpu)) throw new Error(cpu.why);
    expect([0x632, 0x1632, 0x2632, 0x633, 0x10632].map((one) => sameSignature(cpu, one))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('of any signature of either vendor name that signature', () => {
    const signature = fc.integer({ min: 1, max: 0x0fff_ffff }).filter((one) => (one & 0xc000) === 0);
    const holds = fc.check(
      fc.property(signature, (one) => {
        const base = (one >>> 8) & 0xf;
        // What no CPU has: an extended family without family 0Fh, an extended model below family 6.
        fc.pre(base === 0xf || (one & 0x0ff0_0000) === 0);
        fc.pre(base >= 6 || (one & 0x000f_0000) === 0);
        fc.pre(((one >>> 20) & 0xff) <= 0xf0);
        const cpu = parseCpuText(intelFirmwareName(one));
        return !isNoCpu(cpu) && sameSignature(cpu, one);
      }),
    );
    expect(holds).toMatchObject({ failed: false });
  });
});

test('any text is a CPU that is written out again to the same, or is told why it is none', () => {
  const text = fc.stringMatching(/^[0-9a-fx,/-]{0,24}$/);
  const holds = fc.check(
    fc.property(fc.oneof(fc.string(), text), (one) => {
      const cpu = parseCpuText(one);
      if (isNoCpu(cpu)) return cpu.why !== '';
      const part = (value: number | undefined): string => (value === undefined ? '' : `0x${value.toString(16)}`);
      const written = [cpu.signature, cpu.platformMask, cpu.revision].map(part).join(',').replace(/,+$/, '');
      return isDeepStrictEqual(parseCpuText(written), { ...cpu, anyType: false });
    }),
  );
  expect(holds).toMatchObject({ failed: false });
});
