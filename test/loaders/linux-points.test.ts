import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../fixtures/amd.ts';
import { alwaysServes, answer } from '../../src/loaders/answer.ts';
import type { LoaderCpu } from '../../src/loaders/explanation.ts';
import { LINUX_TRAITS, type LinuxTrait } from '../../src/loaders/linux/traits.ts';
import { LINUX_SINCE, saysLinuxSince } from '../../src/loaders/linux/versions.ts';
import { explain, type LoadOptions, parseLoader } from '../../src/loaders/by-name.ts';
import { JAGUAR, MILAN, patch16, with16 } from '../boot/cases/amd-ingredients.ts';
import { join } from '../boot/cases/ingredients.ts';
import { intelUpdate } from '../../fixtures/intel.ts';

const options: LoadOptions = { path: 'early', forceMinimum: false, digestCheck: true };
const amd = (signature: number, revision: number): LoaderCpu => ({
  vendor: 'amd',
  signature,
  platformMask: 0,
  revision,
});

function loader(name: string) {
  const found = parseLoader(name);
  if (found === undefined) throw new RangeError(`no loader: ${name}`);
  return found;
}

/** What a release hands to the CPU from one container with these levels, or the code of the reason. */
function outcome(name: string, cpu: LoaderCpu, levels: readonly number[], given: Partial<LoadOptions> = {}) {
  const input = { kind: 'blob', bytes: amdContainer({ patches: levels.map((level) => zenPatch(level)) }) } as const;
  const { chosen, reason } = explain(loader(name), cpu, input, { ...options, ...given });
  return chosen?.revision ?? reason.code;
}

describe('a pair of patches for one CPU', () => {
  // The older one is the last match: that is what a kernel takes which does not choose by the running revision.
  const pair = [0x0a00_11de, 0x0a00_11d5];
  test.each([
    ['linux-6.12.43', 'older-than-running'],
    ['linux-6.12.57', 'older-than-running'],
    ['linux-6.12.63', 'older-than-running'],
    ['linux-6.12.64', 0x0a00_11de],
    ['linux-6.12.69', 0x0a00_11de],
    ['linux-6.12.118', 0x0a00_11de],
    ['linux-6.6.120', 'older-than-running'],
    ['linux-6.6.121', 0x0a00_11de],
    ['linux-6.18.3', 'older-than-running'],
    ['linux-6.18.4', 0x0a00_11de],
    ['linux-6.17.13', 'older-than-running'],
    ['linux-6.19', 0x0a00_11de],
    ['linux-7.2.12', 0x0a00_11de],
  ])('%s', (name, expected) => expect(outcome(name, amd(MILAN, 0x0a00_11dd), pair)).toBe(expected));
});

describe('digests', () => {
  test.each([
    ['linux-6.12.11', 0x0a50_0014],
    ['linux-6.12.17', 0x0a50_0014],
    ['linux-6.12.18', 'digest-unlisted'],
    ['linux-6.13.5', 0x0a50_0014],
    ['linux-6.13.6', 'digest-unlisted'],
    ['linux-6.13.10', 'digest-unlisted'],
    ['linux-6.6.80', 0x0a50_0014],
    ['linux-6.6.81', 'digest-unlisted'],
    ['linux-6.1.192', 0x0a50_0014],
    ['linux-5.15.200', 0x0a50_0014],
  ])('%s', (name, expected) => {
    expect(outcome(name, amd(0xa50f00, 0x0a50_0008), [0x0a50_0014])).toBe(expected);
    expect(outcome(name, amd(0xa50f00, 0x0a50_0008), [0x0a50_0014], { digestCheck: false })).toBe(0x0a50_0014);
  });

  const CUT_OFFS: readonly (readonly [string, number, number, number, string, string])[] = [
    ['a cut-off that was forgotten at first', 0xa50f00, 0x0a50_0014, 0x0a50_0015, 'linux-6.12.18', 'linux-6.12.19'],
    ['models 8 and 68h of family 1Ah', 0xb00f81, 0x0b00_8112, 0x0b00_8120, 'linux-6.12.57', 'linux-6.12.58'],
    ['model 44h, stepping 1', 0xb40f41, 0x0b40_4102, 0x0b40_4108, 'linux-6.12.58', 'linux-6.12.59'],
    ['a model that is not affected', 0xb50f00, 0x0b50_0001, 0x0b50_0010, 'linux-6.12.59', 'linux-6.12.60'],
  ];
  test.each(CUT_OFFS)('%s', (_, signature, running, patch, before, after) => {
    expect(outcome(before, amd(signature, running), [patch])).toBe('digest-unlisted');
    expect(outcome(after, amd(signature, running), [patch])).toBe(patch);
  });

  const TIGHTER: readonly (readonly [string, number, number, number, string, string])[] = [
    ['family 1Ah', 0xb20f40, 0x0b20_4030, 0x0b20_4031, 'linux-6.12.24', 'linux-6.12.25'],
    ['family 1Ah, 6.14', 0xb20f40, 0x0b20_4030, 0x0b20_4031, 'linux-6.14.3', 'linux-6.14.4'],
    ['Naples between its two cut-offs', 0x800f12, 0x0800_1270, 0x0800_1275, 'linux-6.12.55', 'linux-6.12.56'],
    ['Strix Halo', 0xb70f00, 0x0b70_0030, 0x0b70_0031, 'linux-6.12.63', 'linux-6.12.64'],
  ];
  test.each(TIGHTER)('%s: refused later', (_, signature, running, patch, before, after) => {
    expect(outcome(before, amd(signature, running), [patch])).toBe(patch);
    expect(outcome(after, amd(signature, running), [patch])).toBe('digest-unlisted');
  });

  test('the list got the patches against TSA in 6.12.37', () => {
    // The fixture has other bytes than AMD's, so listed means "differs" here.
    const codes = ['linux-6.12.36', 'linux-6.12.37'].map((name) =>
      outcome(name, amd(MILAN, 0x0a00_1173), [0x0a00_11d7]),
    );
    expect(codes).toEqual(['digest-unlisted', 'digest-mismatch']);
  });
});

test('a CPU that runs nothing is on the side of its lowest level from 7.2 on', () => {
  const levels = [0x0a00_11d5, 0x0a00_11de];
  const take = (name: string) => outcome(name, amd(MILAN, 0), levels, { digestCheck: false });
  expect(['linux-6.12.118', 'linux-7.1.3', 'linux-7.2.12', 'linux-7.3'].map(take)).toEqual([
    0x0a00_11de, 0x0a00_11de, 0x0a00_11d5, 0x0a00_11d5,
  ]);
});

describe('erratum GNR98', () => {
  const granite: LoaderCpu = { vendor: 'intel', signature: 0xa06d1, platformMask: 0x01, revision: 0x0100_0404 };
  const late = intelUpdate({ signature: 0xa06d1, platformMask: 0x95, revision: 0x0100_0406 });
  const first = intelUpdate({ signature: 0xa06d1, platformMask: 0x95, revision: 0x0100_0405 });
  const chosen = (name: string, cpu: LoaderCpu, ...parts: Uint8Array[]) => {
    const told = explain(loader(name), cpu, { kind: 'blob', bytes: join(...parts) }, options);
    return told.chosen?.revision ?? told.reason.says;
  };
  const passedOver =
    'what is for this CPU cannot be used: 0x01000406 is passed over while 0x01000404 runs (erratum GNR98): it wants 0x01000405 first';

  test.each([
    ['linux-6.12.111', 0x0100_0406],
    ['linux-6.12.112', passedOver],
    ['linux-7.2.7', 0x0100_0406],
    ['linux-7.2.8', passedOver],
    ['linux-7.3', passedOver],
    ['linux-6.1.192', 0x0100_0406],
  ])('%s', (name, expected) => expect(chosen(name, granite, late)).toBe(expected));

  test('spares what it does not name', () => {
    expect(chosen('linux-7.3', granite, first, late)).toBe(0x0100_0405);
    expect(chosen('linux-7.3', { ...granite, revision: 0x0100_0405 }, late)).toBe(0x0100_0406);
    expect(
      chosen(
        'linux-7.3',
        { ...granite, platformMask: 0x02 },
        intelUpdate({ signature: 0xa06d1, platformMask: 0x97, revision: 0x0100_0406 }),
      ),
    ).toBe(0x0100_0406);
  });
});

describe('what could not be established', () => {
  const zen5 = amd(0xb20f40, 0x0b20_4030);
  test('6.13.12 may or may not ask for digests on family 1Ah, and says so where that decides', () => {
    expect(outcome('linux-6.13.11', zen5, [0x0b20_4031])).toBe(0x0b20_4031);
    const input = { kind: 'blob', bytes: amdContainer({ patches: [zenPatch(0x0b20_4031)] }) } as const;
    const told = answer(loader('linux-6.13.12'), zen5, input, options);
    expect(told.explanation).toMatchObject({ chosen: null, reason: { code: 'cannot-tell' } });
    expect(told.explanation.reason.says).toBe(
      'cannot tell: it is not established what 6.13.12 does; either hands revision 0x0b204031 to the CPU, or the patch chosen, 0x0b204031, is not in the list of genuine patches, and the firmware is not fixed',
    );
    // Where it does not decide, there is nothing to say.
    expect(outcome('linux-6.13.12', amd(MILAN, 0x0a00_11db), [0x0a00_11de])).toBe(0x0a00_11de);
  });

  test.each([
    ['linux-4.14.297', 'already-runs'],
    ['linux-4.14.298', 'loads'],
    ['linux-4.19.263', 'already-runs'],
    ['linux-4.19.270', 'cannot-tell'],
    ['linux-4.19', 'cannot-tell'],
    ['linux-5.4.220', 'already-runs'],
    ['linux-5.4.221', 'loads'],
    ['linux-5.10.152', 'loads'],
    ['linux-5.15.75', 'already-runs'],
    ['linux-6.0.5', 'already-runs'],
    ['linux-6.0.6', 'loads'],
    ['linux-6.1', 'loads'],
  ])('%s and the running level again', (name, code) => {
    const input = { kind: 'blob', bytes: with16([patch16(0x0700_0106)]) } as const;
    expect(explain(loader(name), amd(JAGUAR, 0x0700_0106), input, options).reason.code).toBe(code);
  });
});

describe('releases that nobody has read', () => {
  const input = { kind: 'blob', bytes: intelUpdate({ revision: 0x30 }) } as const;
  const alder: LoaderCpu = { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x10 };
  const notesOn = (name: string) => answer(loader(name), alder, input, options).notes;

  test.each([
    ['linux-6.12.999', 'nothing behind 6.12.118 was read in that series, so it is answered by the rules of 6.12.118'],
    ['linux-8.0', 'answered by the rules of 7.3.4; the newest release that was read is 7.3.4'],
    ['linux-99.99', 'answered by the rules of 7.3.4'],
    ['linux-6.25', 'answered by the rules of 6.19.14'],
    ['linux-6.5.3', 'answered by the rules of 6.5'],
    ['xen-4.20.9', 'nothing behind 4.20.4 was read'],
    ['xen-4.20.4+63-g7abfd2bce2', 'nothing behind 4.20.4 was read'],
  ])('%s is answered with one line about its rules', (name, says) => {
    const notes = notesOn(name);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(says);
    expect(notes[0]).not.toContain('\n');
  });

  test.each([
    'linux-6.12.118',
    'linux-6.12',
    'linux-7.2',
    'linux-6.12.95+deb13-amd64',
    'xen-4.20',
    'xen-4.20.2',
    'xen-4.14.5+94-ge49571868d-1',
  ])('%s needs none', (name) => expect(notesOn(name)).toEqual([]));
});

describe('a series without its point', () => {
  const bytes = amdContainer({ patches: [zenPatch(0x0a00_11de), zenPatch(0x0a00_11d5)] });
  const input = { kind: 'blob', bytes } as const;
  const cpu = amd(MILAN, 0x0a00_11dd);

  test('is answered as its newest point, and names the older ones that do otherwise', () => {
    const told = answer(loader('linux-6.12'), cpu, input, options);
    expect(told).toMatchObject({
      answeredAs: '6.12.118',
      explanation: { chosen: { revision: 0x0a00_11de } },
      otherPoints: [{ first: '6.12.0', last: '6.12.63', revision: null, reason: { code: 'older-than-running' } }],
      notes: [
        'linux-6.12 stands for 6.12.118, the newest point release that was read; older ones load otherwise (6.12.0 to 6.12.63: nothing): name the point',
      ],
    });
    expect(alwaysServes(told)).toBe(false);
  });

  test('with its point it is that point alone', () => {
    const told = answer(loader('linux-6.12.69'), cpu, input, options);
    expect(told).toMatchObject({ answeredAs: '6.12.69', otherPoints: [], notes: [] });
    expect(alwaysServes(told)).toBe(true);
  });

  test('of Xen too', () => {
    const below = zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11dd } });
    const blob = { kind: 'blob', bytes: amdContainer({ patches: [below] }) } as const;
    const told = answer(loader('xen-4.20'), amd(MILAN, 0x0a00_11db), blob, { ...options, digestCheck: false });
    expect(told.explanation.reason.code).toBe('below-minimum');
    expect(told.otherPoints).toMatchObject([{ first: '4.20.0', last: '4.20.1', revision: 0x0a00_11de }]);
  });
});

describe('the dates that pages and rules take from here', () => {
  test('in words', () => {
    expect(saysLinuxSince('passesOverOtherSide')).toBe('6.19, 6.18.4, 6.12.64 and 6.6.121');
    expect(saysLinuxSince('digestList')).toBe('6.14, 6.13.6, 6.12.18 and 6.6.81');
    expect(saysLinuxSince('minimumRevision')).toBe('6.7 and 6.6.81');
  });

  test('as data', () => {
    expect(LINUX_SINCE.runningRevision).toMatchObject({
      mainline: '6.19',
      branches: [{ branch: '6.18', arrival: 4 }, {}, {}],
    });
  });

  test('every row says where it was read', () => {
    for (const trait of Object.keys(LINUX_TRAITS) as LinuxTrait[]) expect(LINUX_TRAITS[trait].source).not.toBe('');
  });
});
