/** Where compressed streams end by their structure alone. */
import { execFileSync } from 'node:child_process';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concat, mutated, patched, seeded } from '../../fixtures/bytes.ts';
import { ODD_STREAMS, STREAMS } from '../../fixtures/concatenations.ts';
import { gzipHeaderSize } from '../../src/formats/gzip.ts';
import type { StreamEnd } from '../../src/formats/stream-end.ts';
import { xzNeeds, xzStreamEnd, xzUnknownToLinux } from '../../src/formats/xz.ts';
import { zstdFrameEnd } from '../../src/formats/zstd.ts';
import { program } from '../support/debian.ts';

const behind = Buffer.from('what follows');
const random = seeded(7);
/** A megabyte that compresses badly and one that compresses well: several blocks and chunks of every kind. */
const noise = Uint8Array.from({ length: 1 << 20 }, () => random());
const large = concat(noise, new Uint8Array(1 << 20), noise.subarray(0, 5000));

const FORMS = [
  ['xz', 'xz', ['-c'], xzStreamEnd],
  ['xz in blocks with their sizes', 'xz', ['-c', '--block-size=300000', '-T2'], xzStreamEnd],
  ['xz without a check', 'xz', ['-c', '--check=none'], xzStreamEnd],
  ['xz with a sha256', 'xz', ['-c', '--check=sha256'], xzStreamEnd],
  ['zstd', 'zstd', ['-c'], zstdFrameEnd],
  ['zstd without a checksum', 'zstd', ['-c', '--no-check'], zstdFrameEnd],
] as const;

const said = (end: StreamEnd): string => (end.kind === 'end' ? `${end.end}` : `${end.damage}: ${end.reason}`);

describe.each(FORMS)('%s', (_, command, args, endOf) => {
  test.for([
    ['large', large],
    ['a text', Buffer.from('a text')],
    ['nothing', new Uint8Array()],
  ] as const)('of %s ends where it ends', ([, content], context) => {
    const bytes = execFileSync(program(context, command), args, { input: content, maxBuffer: 1 << 26 });
    expect(said(endOf(bytes))).toBe(`${bytes.length}`);
    expect(said(endOf(concat(bytes, behind)))).toBe(`${bytes.length}`);
    for (const cut of [1, 5, 13]) expect(said(endOf(bytes.subarray(0, -cut)))).toMatch(/^cut-off: /);
  });
});

test('damage is told from a cut', () => {
  const { first } = STREAMS.xz;
  expect(said(xzStreamEnd(patched(first, first.length - 1, [0])))).toBe('corrupt: its footer is damaged');
  expect(said(xzStreamEnd(patched(first, 24, [0x7f])))).toBe('corrupt: a chunk of an unknown type');
  expect(said(zstdFrameEnd(patched(STREAMS.zstd.first, 3, [0])))).toBe('corrupt: its magic number is wrong');
  expect(said(zstdFrameEnd(patched(STREAMS.zstd.first, 6, [0x07])))).toBe('corrupt: a block of a reserved type');
});

test('mutated streams give an end or a reason', () => {
  for (let i = 0; i < 2000; i++) {
    expect(said(xzStreamEnd(mutated(STREAMS.xz.last, random)))).not.toBe('');
    expect(said(zstdFrameEnd(mutated(STREAMS.zstd.last, random)))).not.toBe('');
  }
});

test('what Linux lacks of xz, and what small decoders lack', () => {
  const streams = [
    STREAMS.xz.first,
    ODD_STREAMS['xz with a CRC64'],
    ODD_STREAMS['xz with an x86 filter'],
    ODD_STREAMS['xz with a delta filter'],
  ];
  expect(streams.map(xzUnknownToLinux)).toEqual([false, true, false, true]);
  expect(streams.map((bytes) => xzNeeds(bytes) !== undefined)).toEqual([false, false, true, true]);
});

test('the parts of a gzip header are passed over', () => {
  const fixed = gzipSync('x').subarray(0, 10);
  const data = deflateRawSync('x');
  const header = (flags: number, ...parts: readonly Uint8Array[]): Uint8Array =>
    concat(patched(fixed, 3, [flags]), ...parts, data);
  const text = Buffer.from('text\0');
  expect(gzipHeaderSize(header(0))).toBe(10);
  expect(gzipHeaderSize(header(0x08, text))).toBe(15);
  expect(gzipHeaderSize(header(0x1e, Uint8Array.of(2, 0, 9, 9), text, text, Uint8Array.of(1, 2)))).toBe(26);
  expect(gzipHeaderSize(fixed.subarray(0, 9))).toBeUndefined();
  expect(gzipHeaderSize(patched(header(0), 2, [7]))).toBeUndefined();
  expect(gzipHeaderSize(patched(fixed, 3, [0x08]))).toBeUndefined();
});
