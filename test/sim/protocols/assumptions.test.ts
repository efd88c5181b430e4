import { describe, expect, test } from 'vitest';
import { LINUX_NMI } from '../../../src/sim/protocols/linux-nmi.ts';
import { assumptionsOf } from '../../../src/sim/protocols/protocol.ts';
import { PROTOCOLS, protocolOf } from '../../../src/sim/protocols/registry.ts';

const idsOf = (id: string): readonly string[] => {
  const entry = protocolOf(id);
  return entry === undefined ? [] : assumptionsOf(entry.protocol, entry.setting, entry.chosen).map((one) => one.id);
};

describe('what verdicts rest on', () => {
  test('Linux since 6.7 waits for no self-NMI: whether it comes promptly is said either way', () => {
    expect(assumptionsOf(LINUX_NMI).map(({ id }) => id)).toEqual(['prompt-self-nmi']);
    expect(assumptionsOf(LINUX_NMI, {}, { selfNmi: 'late' }).map(({ id }) => id)).toEqual(['late-self-nmi']);
  });

  test('who sends himself no NMI assumes nothing of it', () => {
    expect(['linux-4.15', 'linux-5.5', 'linux-6.7-amd', 'all-nmi', 'hot-add'].flatMap(idsOf)).toEqual([]);
  });

  test('each is one sentence with an id of its own', () => {
    for (const { id, protocol, setting, chosen } of PROTOCOLS) {
      const stated = assumptionsOf(protocol, setting, chosen);
      expect(new Set(stated.map((one) => one.id)).size, id).toBe(stated.length);
      for (const { sentence } of stated) expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});
