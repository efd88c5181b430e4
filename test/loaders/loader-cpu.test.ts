import { expect, test } from 'vitest';
import { isNoCpu, parseCpuText } from '../../src/cpu/cpu-text.ts';
import { loaderCpuOf } from '../../src/loaders/loader-cpu.ts';

test.each([
  ['0x906a4,0x80,0x421', { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x421 }],
  ['0x906a4', { vendor: 'intel', signature: 0x906a4, platformMask: 0xff, revision: 0 }],
  ['0xa00f11,,0x0a0011ce', { vendor: 'amd', signature: 0xa00f11, platformMask: 0xff, revision: 0x0a0011ce }],
  ['19-01-01,,0x0a0011ce', { vendor: 'amd', signature: 0xa00f11, platformMask: 0xff, revision: 0x0a0011ce }],
  ['0xf29', { vendor: 'intel', signature: 0xf29, platformMask: 0xff, revision: 0 }],
])('%s', (text, cpu) => {
  const parsed = parseCpuText(text);
  expect(isNoCpu(parsed) ? parsed : loaderCpuOf(parsed)).toEqual(cpu);
});
