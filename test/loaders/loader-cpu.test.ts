import { expect, test } from 'vitest';
import { parseLoaderCpu } from '../../src/loaders/loader-cpu.ts';

test.each([
  ['0x906a4,0x80,0x421', { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x421 }],
  ['0x906a4', { vendor: 'intel', signature: 0x906a4, platformMask: 0xff, revision: 0 }],
  ['0xa00f11,,0x0a0011ce', { vendor: 'amd', signature: 0xa00f11, platformMask: 0xff, revision: 0x0a0011ce }],
  ['0xf29', { vendor: 'intel', signature: 0xf29, platformMask: 0xff, revision: 0 }],
])('%s', (text, cpu) => expect(parseLoaderCpu(text)).toEqual(cpu));

test.each(['', '0', 'fast', '0x906a4,0x100', '0x906a4,1,2,3', '0x1ffffffff', '0x906a4,,'])('"%s" is no CPU', (text) => {
  expect(parseLoaderCpu(text)).toBeUndefined();
});
