import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch } from '../../../fixtures/amd.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { EVERYTHING, type Selection } from '../../../src/bundle/select/selection.ts';
import { parseCpu } from '../../../src/bundle/select/cpu.ts';
import { earlyPayload } from '../../../src/initrd/image/choose-payload.ts';
import { readFiles } from '../../support/read-files.ts';

const OVERLAPPING = {
  wide: intelUpdate({ platformMask: 0x5d, revision: 2 }),
  narrow: intelUpdate({ platformMask: 0x5c, revision: 4, date: '2022-02-02' }),
  amd: amdContainer(),
};

async function chosen(
  selection: Partial<Selection>,
  layout: 'standard' | 'iucode-tool' = 'standard',
): Promise<number[]> {
  const { updates, findings } = await readFiles(OVERLAPPING);
  const payload = earlyPayload(updates, findings, { ...EVERYTHING, ...selection }, layout);
  return payload.chosen.map(({ update }) => update.revision);
}

describe('what goes into an early image', () => {
  test('is the newest for each platform', async () => {
    expect(await chosen({})).toEqual([0x0a00_11d5, 2, 4]);
  });

  test('is the newest for the platform of the CPU that is named', async () => {
    expect(await chosen({ cpus: [parseCpu('0x906a4,0x04')] })).toEqual([4]);
    expect(await chosen({ cpus: [parseCpu('0x906a4,0x01')] })).toEqual([2]);
    expect(await chosen({ cpus: [parseCpu('0x906a4,0x02')] })).toEqual([]);
    expect(await chosen({ cpus: [parseCpu('0xa00f11'), parseCpu('0x906a4,0x04')] })).toEqual([0x0a00_11d5, 4]);
  });

  test('is chosen file by file in the layouts of iucode_tool', async () => {
    expect(await chosen({ vendor: 'intel', cpus: [parseCpu('0x906a4,0x04')] }, 'iucode-tool')).toEqual([2, 4]);
  });

  test('keeps to the dates', async () => {
    expect(await chosen({ before: '2022-02-02', vendor: 'intel' })).toEqual([2]);
    expect(await chosen({ after: '2022-02-02' })).toEqual([0x0a00_11d5]);
  });
});

test('a raw patch before Zen stands against the image', async () => {
  const { updates, findings } = await readFiles({ patch: amdPatch({ kind: 'fam10h' }) });
  const { refusals } = earlyPayload(updates, findings, EVERYTHING, 'standard');
  expect(refusals.map(({ finding }) => finding.rule)).toEqual(['initrd/cpus-unknown']);
});
