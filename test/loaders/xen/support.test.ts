import { expect, test } from 'vitest';
import { newestXenPoint } from '../../../src/loaders/xen/releases.ts';
import { SUPPORT_AS_OF, supportedXens, XEN_SUPPORT, xenRange } from '../../../src/loaders/xen/support.ts';

const on = (day?: string): string => xenRange(supportedXens(day));

test('the table has every series in order, with days that follow each other', () => {
  expect(XEN_SUPPORT.map(({ minor }) => minor)).toEqual([13, 14, 15, 16, 17, 18, 19, 20, 21, 22]);
  for (const { released, fixesUntil, securityUntil } of XEN_SUPPORT) {
    const days = [released, fixesUntil, securityUntil];
    expect(days).toEqual(days.toSorted());
    for (const day of days) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
  }
});

test('what counts as supported is judged by the day of the table', () => {
  expect(on()).toBe(on(SUPPORT_AS_OF));
  expect(on()).toBe('4.17 to 4.22');
  expect(supportedXens().every(({ minor, point }) => point === newestXenPoint(minor))).toBe(true);
});

test.each([
  ['2024-12-02', '4.16 to 4.19'],
  ['2024-12-03', '4.17 to 4.19'],
  ['2026-07-29', '4.17 to 4.21'],
  ['2026-07-30', '4.17 to 4.22'],
  ['2027-12-13', '4.18 to 4.22'],
  ['2031-07-30', '4.22'],
  ['2031-07-31', 'none'],
])('on %s it is %s', (day, series) => {
  expect(on(day)).toBe(series);
});
