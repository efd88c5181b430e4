import { describe, expect, test } from 'vitest';
import { HOT_ADD } from '../../../src/sim/protocols/hot-add.ts';
import { verdicts } from '../support/verdicts.ts';

describe('INIT, SIPI, SIPI while firmware pulls the CPU into SMM', () => {
  test('hardware: both SIPIs are dropped in SMM, the latched INIT leaves the CPU waiting', () => {
    const found = verdicts(HOT_ADD);
    expect(found.violated).toEqual(['P21']);
    expect(found.path('P21')).toEqual([
      'task/os/INIT@0',
      'bus/added/idle@1',
      'smm/added/idle@1',
      'task/os/SIPI@0',
      'task/os/second SIPI@0',
      'smm/added/in SMM@1',
      'task/added/pen@1',
      'task/os/await alive#2@0',
    ]);
  });

  test.each([
    ['a second sequence outside SMM', { retry: 'once' }],
    ['no straggling SMI', { straggler: 'none' }],
    ['the OS waits for firmware', { order: 'after firmware' }],
    ['the SIPI is kept, as the patch proposed', { sipi: 'kept' }],
    ['KVM with a second sequence', { sipi: 'kvm', retry: 'once' }],
    ['KVM in the ordered workflow', { sipi: 'kvm', order: 'after firmware' }],
  ] as const)('%s: it comes up', (_, chosen) => {
    const found = verdicts(HOT_ADD, {}, chosen);
    expect(found.violated).toEqual([]);
    expect(found.unreached).toEqual([]);
  });

  test('KVM as coded: both outcomes can be had', () => {
    const found = verdicts(HOT_ADD, {}, { sipi: 'kvm' });
    expect(found.violated).toEqual(['P21']);
    expect(found.unreached).toEqual([]);
  });

  test('without SMM at all, an INIT that is not taken before the SIPIs loses them', () => {
    expect(verdicts(HOT_ADD, {}, { straggler: 'none', init: 'not yet taken' }).violated).toEqual(['P21']);
  });
});
