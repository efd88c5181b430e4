import { expect, test } from 'vitest';
import { renderTree } from '../../src/report/tree.ts';

const lines = (text: string): string[] => text.trimEnd().split('\n');

test('keys are spelled out and values stand below each other', () => {
  expect(lines(renderTree({ size: 1024, minimumRevision: '0x10' }))).toEqual([
    'size:             1024',
    'minimum revision: 0x10',
  ]);
});

test('nothing, yes, no and lists are said in words', () => {
  expect(lines(renderTree({ a: null, b: true, c: false, d: [], e: [1, 'x', null] }))).toEqual([
    'a: -',
    'b: yes',
    'c: no',
    'd: none',
    'e: 1, x, -',
  ]);
});

test('what is inside another document stands a step further in', () => {
  expect(lines(renderTree({ header: { checksum: '0x1', deep: { x: 1 } }, size: 2 }, '  '))).toEqual([
    '  header',
    '    checksum: 0x1',
    '    deep',
    '      x: 1',
    '  size: 2',
  ]);
});

test('documents in a list are counted', () => {
  expect(lines(renderTree({ cpus: [{ name: 'a' }, { name: 'b' }] }))).toEqual([
    'cpus 1',
    '  name: a',
    'cpus 2',
    '  name: b',
  ]);
});

test('a list of documents and others gives the others a name', () => {
  expect(lines(renderTree({ mixed: [{ a: 1 }, 'text'] }))).toEqual(['mixed 1', '  a: 1', 'mixed 2', '  value: text']);
});

test('nothing gives nothing', () => {
  expect(renderTree({})).toBe('');
});
