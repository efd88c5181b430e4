import { describe, expect, test } from 'vitest';
import { fileOrigin, formatOrigin, memberOrigin, originAt } from '../../src/inputs/origin.ts';

describe('an origin', () => {
  test('reads as the way from the path to the byte', () => {
    const member = memberOrigin(
      memberOrigin(fileOrigin('linux-image.deb'), 'data.tar'),
      './lib/firmware/intel-ucode/06-8f-08',
    );
    expect(formatOrigin(originAt(member, 0x3000))).toBe(
      'linux-image.deb!data.tar!./lib/firmware/intel-ucode/06-8f-08+0x3000',
    );
  });

  test('leaves out an offset of zero', () => {
    expect(formatOrigin(fileOrigin('-'))).toBe('-');
  });

  test('adds offsets up', () => {
    expect(formatOrigin(originAt(originAt(fileOrigin('bios.rom'), 16), 16))).toBe('bios.rom+0x20');
  });
});
