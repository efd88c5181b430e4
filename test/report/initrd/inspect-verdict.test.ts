import { describe, expect, test } from 'vitest';
import type { Unpacking } from '../../../src/initrd/unpack.ts';
import { initrdVerdict } from '../../../src/report/initrd/inspect-verdict.ts';
import type { LookupRow } from '../../../src/report/initrd/lookup-row.ts';
import type { FindingRow } from '../../../src/report/update-row.ts';

const row = (supported: string | null, vendor: LookupRow['vendor'], verdict: LookupRow['verdict']): LookupRow => ({
  vendor,
  loader: supported ?? 'old',
  supported,
  verdict,
  offset: null,
  size: null,
  why: null,
});

const finding = (severity: FindingRow['severity'], message: string): FindingRow => ({
  rule: 'initrd/not-found',
  severity,
  message,
  origin: { path: 'a', members: [], offset: 0 },
  field: null,
  expected: null,
  found: null,
});

const said = (
  lookups: readonly LookupRow[],
  unpacking: Unpacking = { verdict: 'complete' },
  findings: readonly FindingRow[] = [],
  isExpanded = false,
) => initrdVerdict({ lookups, unpacking, isExpanded, updates: [] }, findings);

const BOTH = [row('Linux', 'intel', 'found'), row('Linux', 'amd', 'found')];

test('Linux is not said to unpack nothing', () => {
  const nothing = { ...finding('error', 'the 0 bytes hold neither'), rule: 'initrd/nothing' };
  expect(said(BOTH, { verdict: 'complete' }, [nothing]).says[0]).toMatch(/; there is nothing to unpack$/);
  expect(said(BOTH).says[0]).toMatch(/; Linux unpacks it$/);
});

describe('what is found', () => {
  test('loaders that find the same share a sentence; releases without support are passed over', () => {
    const lookups = [...BOTH, row('Xen 4.17', 'intel', 'found'), row('Xen 4.17', 'amd', 'found')];
    const { says, worst } = said([...lookups, row(null, 'intel', 'too-large')]);
    expect(says).toEqual(['Linux and Xen 4.17 find Intel (0 updates) and AMD (0 updates); Linux unpacks it']);
    expect(worst).toBeNull();
  });

  test('loaders that differ have one each', () => {
    const lookups = [...BOTH, row('Xen 4.17', 'intel', 'too-large'), row('Xen 4.17', 'amd', 'found')];
    expect(said(lookups).says[0]).toBe(
      'Linux finds Intel (0 updates) and AMD (0 updates); Xen 4.17 finds AMD (0 updates) and nothing for Intel; Linux unpacks it',
    );
  });

  test('an empty file is no microcode', () => {
    const lookups = [row('Linux', 'intel', 'not-found'), row('Xen 4.17', 'intel', 'empty')];
    expect(said(lookups).says[0]).toBe('Linux and Xen 4.17 find no microcode; Linux unpacks it');
  });
});

test.each<readonly [Unpacking, boolean, string]>([
  [{ verdict: 'complete' }, false, 'Linux unpacks it'],
  [{ verdict: 'stops', error: 'broken padding', offset: 8 }, false, 'Linux stops unpacking at 8: broken padding'],
  [
    { verdict: 'unknown', offset: 512, why: 'it was not expanded' },
    false,
    'what is compressed from 512 on was not looked into (--deep)',
  ],
  [
    { verdict: 'unknown', offset: 512, why: 'it is lzo' },
    true,
    'whether Linux unpacks it from 512 on cannot be told: it is lzo',
  ],
])('%j: %s', (unpacking, isExpanded, words) => {
  const [line = ''] = said(BOTH, unpacking, [], isExpanded).says;
  expect(line.endsWith(`; ${words}`)).toBe(true);
});

test.each<readonly [readonly FindingRow[], 'error' | 'warning' | null, string | undefined]>([
  [[], null, undefined],
  [[finding('note', 'harmless')], null, undefined],
  [[finding('warning', 'odd')], 'warning', '1 warning: odd'],
  [[finding('warning', 'odd'), finding('error', 'bad')], 'error', '1 error, 1 warning, the first: bad'],
  [[finding('error', 'bad'), finding('error', 'worse')], 'error', '2 errors, the first: bad'],
])('what is wrong stands in a second line', (findings, worst, line) => {
  const verdict = said(BOTH, { verdict: 'complete' }, findings);
  expect(verdict.worst).toBe(worst);
  expect(verdict.says[1]).toBe(line);
});
