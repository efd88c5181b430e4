import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { intelUpdate, withChecksum } from '../../../fixtures/intel.ts';
import { answerOf, loaderOf } from '../../../src/sim/machine/offer.ts';
import { PROTOCOLS } from '../../../src/sim/protocols/registry.ts';
import { intelFolder } from '../../support/debian.ts';

const cpu = { vendor: 'intel', signature: 0x906a4, platformMask: 0x80, revision: 0x421 } as const;

describe('a synthetic update', () => {
  const fitting = { signature: 0x906a4, platformMask: 0x80, revision: 0x430 };
  const corrupt = (bytes: Uint8Array): Uint8Array => bytes.with(100, (bytes[100] ?? 0) ^ 1);

  test.each([
    ['newer', intelUpdate(fitting), 'loads', 'loads'],
    ['for another platform', intelUpdate({ ...fitting, platformMask: 0x02 }), 'ENOENT', 'ENOENT'],
    ['for another CPU', intelUpdate({ ...fitting, signature: 0x806ec }), 'ENOENT', 'ENOENT'],
    ['older', intelUpdate({ ...fitting, revision: 0x400 }), 'ENOENT', 'EEXIST'],
    ['the running one', intelUpdate({ ...fitting, revision: 0x421 }), 'ENOENT', 'EEXIST'],
    ['corrupted', corrupt(intelUpdate(fitting)), 'EBADFD', 'EINVAL'],
  ])('%s: Linux and Xen answer', (_, bytes, linux, xen) => {
    const answers = ['linux-6.7-nmi', 'xen'].map((protocol) => {
      const answer = answerOf(protocol, { bytes, cpu, forceMinimum: false });
      return answer.loads ? 'loads' : answer.code;
    });
    expect(answers).toEqual([linux, xen]);
  });

  test('without a minimum revision is not found under force_minrev, nor with one above the running', () => {
    const answer = (minimumRevision: number): unknown =>
      answerOf('linux-6.7-nmi', {
        bytes: withChecksum(intelUpdate({ ...fitting, minimumRevision })),
        cpu,
        forceMinimum: true,
      });
    expect(answer(0)).toMatchObject({ loads: false, code: 'ENOENT', why: { code: 'no-usable-match' } });
    expect(answer(0x422)).toMatchObject({ loads: false, code: 'ENOENT' });
    expect(answer(0x400)).toMatchObject({ loads: true, revision: 0x430 });
  });
});

test('every protocol looks with the eyes of a loader that is modelled', () => {
  expect(PROTOCOLS.filter(({ id }) => loaderOf(id) === undefined).map(({ id }) => id)).toEqual([]);
});

test('a real update of the Debian package loads on the CPU that it is for and on no other', (context) => {
  const bytes = new Uint8Array(readFileSync(join(intelFolder(context), '06-9a-04')));
  const answers = (changes: object, offered = bytes, forceMinimum = false): readonly string[] =>
    ['linux-6.7-nmi', 'xen'].map((protocol) => {
      const answer = answerOf(protocol, { bytes: offered, cpu: { ...cpu, ...changes }, forceMinimum });
      return answer.loads ? 'loads' : answer.code;
    });
  expect(answers({})).toEqual(['loads', 'loads']);
  expect(answers({ platformMask: 0x01 })).toEqual(['ENOENT', 'ENOENT']);
  expect(answers({ signature: 0x806ec })).toEqual(['ENOENT', 'ENOENT']);
  expect(answers({ revision: 0xffff })).toEqual(['ENOENT', 'EEXIST']);
  expect(answers({}, bytes.with(5000, (bytes[5000] ?? 0) ^ 1))).toEqual(['EBADFD', 'EINVAL']);
  // Bytes 36 to 39 of the header: the minimum revision, since Linux 6.7.
  const minimum = new DataView(bytes.buffer).getUint32(36, true);
  expect(answers({ revision: minimum - 1 }, bytes, true)[0]).toBe('ENOENT');
});
