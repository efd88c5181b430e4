import { describe, expect, test } from 'vitest';
import { moduleText } from '../scripts/formats-document.ts';
import { equals, record, u16 } from '../src/bytes/layout.ts';

const HEAD = record('head', 4, { first: u16(0, equals(7, 'intel/reserved')), second: u16(2) });
const SOURCE = `/** A format. Source: a manual. */
import { record } from './layout.ts';

/** The start. */
export const HEAD = record('head', 4, {
  first: u16(0, equals(7, 'intel/reserved')), // a number | a letter
  /** undocumented */
  second: u16(2),
});
`;
const text = (source: string, module: Readonly<Record<string, unknown>> = { HEAD }): string =>
  moduleText('some/format.ts', source, module).join('\n');

describe('the page of a format', () => {
  test('has its source, its records, and a meaning for every field', () => {
    expect(text(SOURCE)).toBe(`## some/format
A format. Source: a manual.
### head (4 bytes)
The start.
| offset | size | field | meaning | constraint |
| ---: | ---: | --- | --- | --- |
| 0x00 | 2 | \`first\` | a number \\| a letter | 0x7 ([intel/reserved](rules.md#intelreserved)) |
| 0x02 | 2 | \`second\` | undocumented |  |`);
  });

  test('is not made without one of them', () => {
    expect(() => text(SOURCE.replace(' Source: a manual.', ''))).toThrow('some/format.ts: name the source');
    expect(() => text(SOURCE.replace('/** A format. Source: a manual. */\n', ''))).toThrow('name the source');
    expect(() => text(SOURCE.replace('/** The start. */\n', ''))).toThrow('say what the head is');
    expect(() => text(SOURCE.replace(/ \/\/ a number.*/, ''))).toThrow('head: say what first is');
    expect(() => text(SOURCE.replace('  /** undocumented */\n', ''))).toThrow('head: say what second is');
    expect(() => text(SOURCE, {})).toThrow('export the layout');
  });
});
