import { describe, expect, test } from 'vitest';
import { explainLinux } from '../../../src/loaders/linux/linux.ts';
import { parseLinuxVersion } from '../../../src/loaders/linux/versions.ts';
import { digestOf, loaderCpu, outcomeOn } from '../../boot/cases/case.ts';
import { LINUX_CASES } from '../../boot/cases/linux.ts';
import { type KernelName, MODELLED_AS } from '../../boot/harness/guests.ts';

// The same table that test/boot runs on real kernels: whoever changes a model breaks one of the two.
describe.each(Object.entries(MODELLED_AS) as [KernelName, string][])('the model of Linux %s', (kernel, version) => {
  const linux = parseLinuxVersion(version) ?? { major: 0, minor: 0 };
  test.each(LINUX_CASES.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const answer = explainLinux(linux, loaderCpu(row.cpu), { kind: 'image', bytes: row.image }, { path: 'early' });
    const expected = outcomeOn(row, kernel);
    expect({ digest: digestOf(answer.chosen?.bytes), reason: answer.reason }).toMatchObject({
      digest: digestOf(expected),
    });
    expect(answer.reason.code === 'loads').toBe(expected !== 'nothing');
  });
});
