import { describe, expect, test } from 'vitest';
import { digestOf } from '../../boot/cases/case.ts';
import { xenOutcome } from '../../boot/cases/xen-case.ts';
import { predictXen } from '../../boot/cases/xen-prediction.ts';
import { XEN_CASES } from '../../boot/cases/xen.ts';
import { RELEASES, type XenName } from '../../boot/harness/guests.ts';

// The same table that test/boot runs on real hypervisors.
describe.each(Object.entries(RELEASES) as [XenName, string][])('the model of Xen %s', (xen, release) => {
  test.each(XEN_CASES.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const { explanation } = predictXen(release, row);
    const digest = digestOf(explanation?.chosen?.bytes);
    expect({ digest, reason: explanation?.reason }).toMatchObject({ digest: digestOf(xenOutcome(row, xen)) });
  });
});
