import { describe, expect, test } from 'vitest';
import { caseOf, caseText, everyCase, readCaseText, type SubjectText } from '../../src/sim/subject.ts';

describe('a case in one word', () => {
  const cases: readonly SubjectText[] = [
    { protocol: 'xen' },
    { protocol: 'xen-amd', topology: '3x1' },
    { protocol: 'linux-5.5', topology: '2x3x1' },
    { protocol: 'linux-6.7-nmi', topology: '2x2', faults: 'nmi=2,timeout=unlimited', offline: '3' },
    { protocol: 'xen-no-nmi', choices: ['callback=holds everyone', 'mode=nmi'], dormant: '2,3' },
  ];

  test.each(cases)('%j is read back as the same case', (text) => {
    const of = caseOf(text);
    const word = caseText(of);
    expect(word).not.toMatch(/\s/);
    const { name, protocol, setting, choices } = readCaseText(word);
    expect({ name, protocol, setting, choices }).toEqual({
      name: of.name,
      protocol: of.protocol,
      setting: of.setting,
      choices: of.choices,
    });
  });

  test('that names nothing is refused', () => {
    for (const word of ['', 'xen', '@2x2', 'xen@', 'xen@2x2,nmi', 'xen@2x2,speed=9']) {
      expect(() => readCaseText(word)).toThrow(/./);
    }
  });
});

test('every case is every protocol without faults, and with those that can befall it', () => {
  const names = everyCase({}).cases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['xen', 'xen nmi=1', 'linux-6.7-nmi breakpoint=1']));
  expect(names).not.toContain('linux-4.15 timeout=1');
});
