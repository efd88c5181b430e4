/** Compressed and plain archives one behind the other: each stream ends at its end, and all of them are listed. */
import { describe, expect, test } from 'vitest';
import { concat } from '../../fixtures/bytes.ts';
import { CONCATENATIONS, FIRST, LAST, ODD_STREAMS, STREAMS } from '../../fixtures/concatenations.ts';
import { membersOf } from '../../src/formats/cpio/read.ts';
import { expandInitrd } from '../../src/initrd/expanded-parts.ts';
import { inspectInitrd } from '../../src/initrd/inspect/inspect.ts';
import { linuxUnpack, type Unpacking } from '../../src/initrd/unpack.ts';
import { DEFAULT_LIMITS } from '../../src/inputs/limits.ts';
import { program } from '../support/debian.ts';

const zeros = (count: number): Uint8Array => new Uint8Array(count);

const said = (unpacking: Unpacking): string => (unpacking.verdict === 'stops' ? unpacking.error : unpacking.verdict);

describe('what Linux makes of two parts and more', () => {
  test.for(CONCATENATIONS.map((one) => [one.name, one] as const))('%s', async ([, one], context) => {
    const { bytes, unpack } = one;
    if (one.program !== undefined) program(context, one.program);
    const { parts } = await expandInitrd(bytes);
    expect(said(linuxUnpack(bytes, 'tolerant', parts))).toBe(unpack);
  });

  test('of what was not expanded nothing is claimed', () => {
    const compressed = CONCATENATIONS.filter(({ name }) => !/^raw, \d+ zeros, raw$|^lz4 frame/.test(name));
    const claims = new Set(compressed.map(({ bytes }) => said(linuxUnpack(bytes))));
    // The header of a stream may tell without the rest that Linux refuses it.
    const settings = 'Input was encoded with settings that are not supported by this XZ decoder';
    expect([...claims].sort()).toEqual([settings, 'unknown']);
    expect(linuxUnpack(concat(FIRST, STREAMS.gzip.last))).toEqual({
      verdict: 'unknown',
      offset: 512,
      why: 'it was not expanded',
    });
  });
});

test('compression that Linux refuses is told from the header, and that which it takes is not', () => {
  const rules = (bytes: Uint8Array): string[] =>
    inspectInitrd(concat(FIRST, bytes)).findings.flatMap(({ rule, message }) =>
      rule === 'initrd/compression' || rule === 'initrd/unpack-stops' ? [message] : [],
    );
  expect(rules(ODD_STREAMS['xz with a CRC64'])).toEqual([
    'the data is compressed as xz with a check or filter that is not usual there, but Linux has no decompressor for it',
    'Linux stops unpacking here: "Input was encoded with settings that are not supported by this XZ decoder"',
  ]);
  for (const { last } of Object.values(STREAMS)) expect(rules(last)).toEqual([]);
  expect(rules(ODD_STREAMS['xz with an x86 filter'])).toEqual([]);
});

/** Kinds and places of the segments, and the names that stand in them. */
async function listed(bytes: Uint8Array): Promise<string[]> {
  const { image, parts } = await expandInitrd(bytes);
  const names = (from: Uint8Array, of: typeof image): string[] =>
    of.segments.flatMap((segment) =>
      segment.kind === 'archive' ? [...membersOf(from, segment)].map(({ name }) => name) : [],
    );
  return image.segments.map(({ kind, start, end }) => {
    const part = parts.find(({ segment }) => segment.start === start);
    const inside = part === undefined ? [] : names(part.expanded.bytes, part.image);
    return [`${start}-${end} ${kind}`, ...inside].join(' ');
  });
}

describe('all parts are listed, each to its own end', () => {
  const forms = ['gzip', 'xz', 'zstd', 'lz4'] as const;
  test.each(forms)('%s: padding, another stream, a plain archive, zeros', async (form) => {
    const { first, last } = STREAMS[form];
    const gap = (-first.length & 3) + 4;
    const [a, b] = [first.length, first.length + gap];
    const c = b + last.length;
    const d = c + (-c & 3) + 8;
    const bytes = concat(first, zeros(gap), last, zeros(d - c), LAST, zeros(100));
    // FIRST and LAST end in zeros themselves.
    expect(await listed(bytes)).toEqual([
      `0-${a} compressed first`,
      `${a}-${b} zeros`,
      `${b}-${c} compressed dev init`,
      `${c}-${d} zeros`,
      `${d}-${d + 368} archive`,
      `${d + 368}-${bytes.length} zeros`,
    ]);
  });

  test.each(forms)('%s: nothing but zeros behind it, as in a section of an EFI image', async (form) => {
    const { last } = STREAMS[form];
    const bytes = concat(last, zeros(4093));
    expect(await listed(bytes)).toEqual([
      `0-${last.length} compressed dev init`,
      `${last.length}-${bytes.length} zeros`,
    ]);
  });

  test('two lz4 streams without a gap are one: its format has no end mark', async () => {
    const { first, last } = STREAMS.lz4;
    expect(await listed(concat(first, last))).toEqual([`0-${first.length + last.length} compressed first dev init`]);
  });

  test('what cannot be expanded reaches to the end, with the reason', async () => {
    const bytes = concat(ODD_STREAMS.bzip2, zeros(2), LAST);
    const { image, findings } = await expandInitrd(bytes);
    expect(image.segments.map(({ end }) => end)).toEqual([bytes.length]);
    expect(findings.map(({ rule, offset }) => [rule, offset])).toEqual([['input/not-expanded', 0]]);
  });

  test('a wrong gzip checksum is a finding, and the content is there', async () => {
    const bytes = concat(FIRST, STREAMS.gzip.last);
    bytes[bytes.length - 5] = 0;
    const { parts, findings } = await expandInitrd(bytes);
    expect(findings.map(({ rule, offset, message }) => [rule, offset, message])).toEqual([
      ['archive/damaged', 512, 'the gzip stream is damaged: its checksum is wrong'],
    ]);
    expect(parts[0]?.expanded.bytes.length).toBe(512);
  });

  test('no more streams are expanded than the limit allows', async () => {
    const bytes = concat(...Array.from({ length: 20 }, () => STREAMS.gzip.first));
    const { parts, findings } = await expandInitrd(bytes, { limits: { ...DEFAULT_LIMITS, members: 10 } });
    expect([parts.length, findings.map(({ rule }) => rule)]).toEqual([11, ['input/limit']]);
  });
});

test('20,000 small streams are expanded in bounded memory', async () => {
  const one = STREAMS.gzip.first;
  const bytes = new Uint8Array(one.length * 20_000);
  for (let at = 0; at < bytes.length; at += one.length) bytes.set(one, at);
  const { parts } = await expandInitrd(bytes);
  expect(parts.length).toBe(20_000);
  const collected = parts.reduce((sum, { expanded }) => sum + expanded.bytes.buffer.byteLength, 0);
  expect(collected).toBe(512 * 20_000);
});
