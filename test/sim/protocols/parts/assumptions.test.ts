import { describe, expect, test } from 'vitest';
import { LINUX_NMI } from '../../../../src/sim/protocols/linux-nmi.ts';
import { assumptionsOf } from '../../../../src/sim/protocols/protocol.ts';
import { PROTOCOLS, protocolOf } from '../../../../src/sim/protocols/registry.ts';
import { XEN } from '../../../../src/sim/protocols/xen.ts';

const named: (...args: Parameters<typeof assumptionsOf>) => readonly string[] = (...args) =>
  assumptionsOf(...args).map(({ id }) => id);

const idsOf = (id: string): readonly string[] => {
  const entry = protocolOf(id);
  return entry === undefined ? [] : assumptionsOf(entry.protocol, entry.setting, entry.chosen).map((one) => one.id);
};

describe('what verdicts rest on', () => {
  test('Linux since 6.7 waits for no self-NMI: whether it comes promptly is said either way', () => {
    expect(named(LINUX_NMI)).toEqual(['prompt-self-nmi']);
    expect(named(LINUX_NMI, {}, { selfNmi: 'late' })).toEqual(['late-self-nmi']);
  });

  test('stop_machine_nmi() as the loader waits, and its mask is assumed to be filled first', () => {
    const facility = { facility: 'stop_machine_nmi' } as const;
    expect(named(LINUX_NMI, {}, facility)).toEqual(['late-self-nmi', 'nmi-mask-first']);
    expect(named(LINUX_NMI, {}, { ...facility, mask: 'as each sends its NMI' })).toEqual(['late-self-nmi']);
  });

  test('of Xen: what an NMI meets on a parked CPU, where there is one, and that nothing is left between two loads', () => {
    expect(named(XEN)).toEqual(['late-self-nmi']);
    expect(named(XEN, { offline: [3] })).toEqual(['late-self-nmi', 'parked-nmi-gate']);
    expect(named(XEN, { offline: [3] }, { parkedNmi: 'do_nmi' })).toEqual(['late-self-nmi', 'parked-do-nmi']);
    expect(named(XEN, {}, { loads: 'two' })).toEqual(['late-self-nmi', 'nmis-taken-between-loads']);
  });

  test('who sends himself no NMI assumes nothing of it', () => {
    expect(['linux-4.15', 'linux-5.5', 'linux-6.7-amd', 'all-nmi', 'hot-add'].flatMap(idsOf)).toEqual([]);
  });

  test('each is one sentence with an id of its own', () => {
    for (const { id, protocol, setting, chosen } of PROTOCOLS) {
      const stated = assumptionsOf(protocol, setting, chosen);
      expect({ id, distinct: new Set(stated.map((one) => one.id)).size }).toEqual({ id, distinct: stated.length });
      for (const { sentence } of stated) expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});
