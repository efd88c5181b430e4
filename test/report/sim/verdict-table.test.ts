import { describe, expect, test } from 'vitest';
import { renderMatrix, renderMatrixHtml } from '../../../src/report/sim/verdict-table.ts';
import { renderCheck, simCheck, standingOf } from '../../../src/report/sim/check.ts';
import type { Checked } from '../../../src/sim/check-cases.ts';
import { checkCases } from '../../../src/sim/check-cases.ts';
import { caseOf } from '../../../src/sim/subject.ts';

const fine = caseOf({ protocol: 'linux-6.7-nmi', topology: '1x2' });
const broken = caseOf({ protocol: 'linux-5.5', topology: '1x2', faults: 'nmi=1' });
const only = ['P1', 'P2', 'P7'];
const simChecked = (checked: readonly Checked[]) => simCheck(checked, 'ucodekit 1.2.3');
const check = simChecked(checkCases([fine, broken], only, {}));

const limited = simChecked(checkCases([fine, broken], only, { limits: { maxStates: 3 } }));

describe('a page', () => {
  const pages = { markdown: renderMatrix, html: renderMatrixHtml };

  test.each(Object.entries(pages))('in %s says what its verdicts are about', (_, render) => {
    const page = render(check);
    for (const { evidence } of check.cases) {
      expect(page).toContain(evidence.model.slice(0, 16));
      expect(page).toContain(evidence.source);
      for (const { sentence } of evidence.assumptions) expect(page).toContain(sentence);
    }
    expect(page).toContain('Checked by: ucodekit 1.2.3');
    expect(page).toContain('Memory: sequential consistency');
    expect(page).toContain('1x2 intel; no CPU offline; faults: nmi=1');
    expect(page).toContain('reduced by symmetry and partial order');
  });

  test.each(Object.entries(pages))('in %s says that every interleaving was explored only when it was', (_, render) => {
    expect(render(check)).toContain('Every interleaving of each case was explored, or as many as');
    const page = render(limited);
    expect(page).not.toContain('Every interleaving');
    expect(page).toContain(
      'NOT every interleaving was explored: a limit ended the search of 2 of 2 cases, linux-6.7-nmi',
    );
    expect(page).toContain('UNFINISHED: limit of states');
    const approximate = render(simChecked(checkCases([fine], only, { approximate: true })));
    expect(approximate).not.toContain('Every interleaving');
    expect(approximate).toContain('States were told apart by hashes alone');
  });
});

describe('the matrix', () => {
  test('has a row for each case and a column for each property, with the length of each counterexample', () => {
    const [table, runs] = renderMatrix(check).split('\n\n');
    expect(table).toBe(
      [
        '| case | P1 | P2 | P7 | states |',
        '| --- | --- | --- | --- | ---: |',
        `| linux-6.7-nmi | holds | holds | holds | ${check.cases[0]?.states} |`,
        `| linux-5.5 | VIOLATED (4) | VIOLATED (6) | holds | ${check.cases[1]?.states} |`,
      ].join('\n'),
    );
    expect(runs).toMatch(/\| linux-5.5 \| P2 \| `ucodekit sim replay 'linux-5.5@1x2,vendor=intel,nmi=1~\S+'` \|/);
  });

  test('links each violation to its story on a page of its own', () => {
    const page = renderMatrixHtml(check);
    expect(page).toContain('<a href="#1-P2">VIOLATED (6)</a>');
    expect(page).toContain('<h3 id="1-P2">linux-5.5: P2,');
    expect(page).toContain('<tr id="case-1"><th>linux-5.5</th>');
    expect(page).toContain('<a href="#case-1">Back to the table</a>');
    expect(page).toMatch(/^ucodekit sim replay 'linux-5.5@1x2,vendor=intel,nmi=1~\S+'<\/pre>$/m);
    const targets = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    expect([...page.matchAll(/href="#([^"]+)"/g)].filter(([, id]) => !targets.has(id))).toEqual([]);
    const { properties } = check.cases[1] ?? { properties: [] };
    for (const { id, title } of properties) expect(page).toContain(`<li><b>${id}</b>: ${title}</li>`);
    for (const { matters } of properties.filter(({ verdict }) => verdict === 'violated')) {
      expect(page).toContain(`Why it matters: ${matters}.`);
    }
    expect(page).not.toMatch(/src=|href="[^#]/);
  });
});

test('a violation is what a check comes to, before anything unfinished', () => {
  const unfinished = simChecked(checkCases([fine], only, { limits: { maxStates: 3 } }));
  expect(standingOf(unfinished, false)).toBe('unfinished');
  expect(standingOf(check, false)).toBe('found');
  expect(standingOf(simChecked(checkCases([fine], only, {})), false)).toBe('fine');
});

test('what a scenario expects to be violated is fine when expectations are asked for', () => {
  const checked = checkCases([{ ...broken, check: { violated: ['P1', 'P2'] } }], only, {});
  expect(standingOf(simChecked(checked), true)).toBe('fine');
  expect(renderCheck(simChecked(checked))).toContain('as the scenario expects');
  const other = simChecked(checkCases([{ ...broken, check: { violated: ['P1'] } }], only, {}));
  expect(standingOf(other, true)).toBe('found');
  expect(renderCheck(other)).toContain('NOT as the scenario expects');
});

test('one run that violates several properties is told once', () => {
  const told = renderCheck(simChecked(checkCases([broken], ['P1w', 'P2'], {})));
  expect(told.match(/steps:/g)).toHaveLength(1);
  expect(told).toContain('P1w is violated');
  expect(told).toContain('P2 is violated');
});

test('an approximate check says how much it may have missed', () => {
  const told = renderCheck(simChecked(checkCases([fine], only, { approximate: true })));
  expect(told).toContain('every state was seen unless it was taken for another');
  expect(told).toMatch(/approximate: \d\.\de-\d+ pairs of states are expected/);
  expect(told).not.toContain('every reachable state was seen');
});
