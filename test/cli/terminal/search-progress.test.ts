import { expect, test } from 'vitest';
import { searchProgress } from '../../../src/cli/terminal/search-progress.ts';

const found = { states: 2_000_000, waiting: 250_000, depth: 31, bytes: 64 * 2 ** 20 };

/** What a terminal, or a pipe, is sent when the search reports at these milliseconds. */
function written(isTTY: boolean, reports: readonly { readonly at: number; readonly expected: number | null }[]) {
  let clock = 0;
  const lines: string[] = [];
  const progress = searchProgress(() => clock, { isTTY, write: (text) => lines.push(text) });
  for (const { at, expected } of reports) {
    clock = at;
    progress.report({ ...found, expected });
  }
  progress.done();
  return lines;
}

test('says states, rate, memory and what may be left', () => {
  const [line] = written(true, [{ at: 2000, expected: 3_000_000 }]);
  expect(line).toContain('2.00 M states, 1.00 M/s, 0.25 M waiting, depth 31, 64 MiB, perhaps 3.00 M in all, 1 s left');
});

test('says that there is no estimate where there is none', () => {
  expect(written(true, [{ at: 2000, expected: null }])[0]).toContain('no estimate yet');
});

test('writes nothing in the first half second, no more than five lines a second, and clears the last', () => {
  const at = (times: readonly number[]) =>
    written(
      true,
      times.map((time) => ({ at: time, expected: null })),
    );
  expect(at([100, 499])).toEqual([]);
  expect(at([500, 600, 699, 700])).toHaveLength(3);
  expect(at([500]).at(-1)).toBe('\r\u001b[K');
});

test('writes nothing into a pipe', () => {
  expect(written(false, [{ at: 2000, expected: null }])).toEqual([]);
});
