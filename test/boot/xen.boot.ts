import { describe, expect, test } from 'vitest';
import { digestOf } from './cases/case.ts';
import { consoleLineOf, xenOutcome } from './cases/xen-case.ts';
import { predictXen } from './cases/xen-prediction.ts';
import { XEN_CASES } from './cases/xen.ts';
import { RELEASES, XEN_NAMES, xenFile } from './harness/guests.ts';
import { allLines, DUMMY_KERNEL, microcodeLines, runXen } from './harness/xen.ts';

const everything = process.env['UCODEKIT_BOOT'] === 'all';
const cases = XEN_CASES.filter(({ quick = false }) => everything || quick);

describe.each(XEN_NAMES)('Xen %s hands over what its model says', (xen) => {
  test.each(cases.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const modules = [DUMMY_KERNEL, ...row.modules];
    const run = await runXen({ xen: xenFile(xen), commandLine: row.options, modules, cpu: row.cpu });
    expect(run.broken).toBeUndefined();
    const [write] = run.writes;
    const said = microcodeLines(run);
    expect({ digest: write?.sha256 ?? 'nothing', said }).toMatchObject({ digest: digestOf(xenOutcome(row, xen)) });
    const { explanation, messages } = predictXen(RELEASES[xen], row);
    expect(write?.sha256 ?? 'nothing').toBe(digestOf(explanation?.chosen?.bytes));
    for (const message of messages) expect(allLines(run)).toContain(message);
    expect(said.join('\n')).toMatch(consoleLineOf(row, xen));
  });
});
