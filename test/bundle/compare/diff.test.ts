import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { baselineFindings } from '../../../src/bundle/verify/baseline.ts';
import { type Change, diffCollections } from '../../../src/bundle/compare/diff.ts';
import { readCollection } from '../../../src/bundle/verify/verify.ts';
import { openInputs } from '../../../src/inputs/open.ts';
import { diffReport, renderDiff } from '../../../src/report/updates/diff.ts';
import type { Exception } from '../../../src/schemas/policy-file.ts';
import { collectionOf, type Files } from '../../support/collection.ts';
import { AMD, debianPackage, INTEL } from '../../support/debian.ts';

const updatesOf = async (files: Files) => (await collectionOf(files)).updates;

const diff = async (before: Files, after: Files): Promise<Change[]> =>
  diffCollections(await updatesOf(before), await updatesOf(after));

/** `updated 0x000906a4/0x80 0x00000010 -> 0x00000011` */
const lines = (changes: readonly Change[]): string[] =>
  diffReport(changes).changes.map(({ change, signature, before, after }) => {
    const sides = [before, after].map((side) =>
      side === null ? '-' : [side.platformMask, side.revision].filter((part) => part !== null).join(' '),
    );
    return `${change} ${signature}: ${sides.join(' -> ')}`;
  });

const ALDER = intelUpdate();

describe('kinds of change', () => {
  const cases: readonly (readonly [what: string, before: Files, after: Files, expected: readonly string[]])[] = [
    ['nothing', { '06-9a-04': ALDER }, { '06-9a-04': ALDER }, []],
    ['new', {}, { a: ALDER }, ['new 0x000906a4: - -> 0x80 0x00000010']],
    ['removed', { a: ALDER }, {}, ['removed 0x000906a4: 0x80 0x00000010 -> -']],
    [
      'updated',
      { a: ALDER },
      { a: intelUpdate({ revision: 0x11 }) },
      ['updated 0x000906a4: 0x80 0x00000010 -> 0x80 0x00000011'],
    ],
    [
      'downgraded',
      { a: ALDER },
      { a: intelUpdate({ revision: 0x0f }) },
      ['downgraded 0x000906a4: 0x80 0x00000010 -> 0x80 0x0000000f'],
    ],
    [
      'a negative revision is lower',
      { a: ALDER },
      { a: intelUpdate({ revision: 0x8000_0011 }) },
      ['downgraded 0x000906a4: 0x80 0x00000010 -> 0x80 0x80000011'],
    ],
    [
      'rewritten',
      { a: ALDER },
      { a: intelUpdate({ body: 2 }) },
      ['rewritten 0x000906a4: 0x80 0x00000010 -> 0x80 0x00000010'],
    ],
    [
      're-masked',
      { a: intelUpdate({ platformMask: 3 }) },
      { a: intelUpdate({ platformMask: 7 }) },
      ['re-masked 0x000906a4: 0x03 0x00000010 -> 0x07 0x00000010'],
    ],
    [
      'a mask that grew on the way is one update',
      { a: intelUpdate({ platformMask: 3 }) },
      { a: intelUpdate({ platformMask: 7, revision: 0x11 }) },
      ['updated 0x000906a4: 0x03 0x00000010 -> 0x07 0x00000011'],
    ],
    [
      'masks apart are two CPUs',
      { a: intelUpdate({ platformMask: 1 }) },
      { a: intelUpdate({ platformMask: 2 }) },
      ['new 0x000906a4: - -> 0x02 0x00000010', 'removed 0x000906a4: 0x01 0x00000010 -> -'],
    ],
    ['renamed', { 'a.fw': ALDER }, { 'b.fw': ALDER }, ['renamed 0x000906a4: 0x80 0x00000010 -> 0x80 0x00000010']],
    [
      'the name of a CPU lost',
      { '06-9a-04': ALDER, '06-9a-03': ALDER },
      { '06-9a-03': ALDER },
      ['renamed 0x000906a4: 0x80 0x00000010 -> 0x80 0x00000010'],
    ],
    ['a folder against an image', { '06-9a-04': ALDER }, { 'GenuineIntel.bin': ALDER }, []],
    [
      'the newest of several counts',
      { a: ALDER, b: intelUpdate({ revision: 0x11 }) },
      { a: intelUpdate({ revision: 0x12 }) },
      ['updated 0x000906a4: 0x80 0x00000011 -> 0x80 0x00000012'],
    ],
    [
      'AMD by CPUID',
      { a: amdContainer({ patches: [zenPatch(0x0a00_11d5)] }) },
      { a: amdContainer({ patches: [zenPatch(0x0a00_11de)] }) },
      ['updated 0x00a00f11: 0x0a0011d5 -> 0x0a0011de'],
    ],
    [
      'AMD: a minimum revision alone is no change',
      { a: amdContainer({ patches: [zenPatch(0x0a00_11de)] }) },
      { a: amdContainer({ patches: [zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: 0x0a00_11d9 } })] }) },
      [],
    ],
    [
      'AMD: padding is no change',
      { a: amdContainer({ patches: [amdPatch({ kind: 'fam16h' })] }) },
      { a: amdContainer({ patches: [Buffer.concat([amdPatch({ kind: 'fam16h' }), new Uint8Array(34)])] }) },
      [],
    ],
  ];
  test.each(cases)('%s', async (_, before, after, expected) => {
    expect(lines(await diff(before, after))).toEqual(expected);
  });

  test('a collection does not differ from itself, whatever is in it', async () => {
    const files: Files = {
      '06-9a-04': ALDER,
      b: intelUpdate({ platformMask: 0x81, revision: 0x11 }),
      c: amdContainer(),
    };
    expect(await diff(files, files)).toEqual([]);
  });
});

describe('formats', () => {
  test('the release table: rows are files, a CPU of an extended table alone has none', async () => {
    const extended = [
      { signature: 0x906a4, platformMask: 0x80 },
      { signature: 0x906a3, platformMask: 0x80 },
    ];
    const changes = await diff({ '06-9a-04': ALDER }, { '06-9a-04': intelUpdate({ revision: 0x11, extended }) });
    expect(lines(changes)).toEqual([
      'new 0x000906a3: - -> 0x80 0x00000011',
      'updated 0x000906a4: 0x80 0x00000010 -> 0x80 0x00000011',
    ]);
    const names = [{ name: '06-9a-04', platformMask: 0x80, processor: 'ADL', stepping: 'R0' }];
    expect(renderDiff(changes, 'markdown', names)).toBe(
      [
        '### Updated Platforms',
        '',
        '| Processor | Stepping | F-M-S/PI | Old Ver | New Ver | Products',
        '| :--- | :--- | :--- | :--- | :--- | :---',
        '| ADL | R0 | 06-9a-04/80 | 00000010 | 00000011 |',
        '',
      ].join('\n'),
    );
  });

  test('no difference is said', () => {
    expect(renderDiff([], 'text', [])).toBe('no difference\n');
    expect(renderDiff([], 'markdown', [])).toBe('No difference.\n');
    expect(renderDiff([], 'changelog', [])).toBe('');
  });
});

const folder = async (path: string) => (await readCollection(openInputs([path]))).updates;

/** The changelog's entries down to the one of `version`, which is not among them. */
function changelogSince(path: string, version: string): string {
  const text = gunzipSync(readFileSync(path)).toString();
  return text.slice(0, text.indexOf(`(${version})`));
}

const LISTED = /\+ +(Family=\S+ Model=\S+ Stepping=\S+): Patch=(\S+)/g;

describe('what Debian says of its own packages', () => {
  test('Intel: line for line what the changelog of 3.20251111.1 lists', async (context) => {
    const [old, now] = [
      debianPackage(context, { ...INTEL, version: '3.20250812.1~deb12u1' }),
      debianPackage(context, INTEL),
    ];
    const [before, after] = [old, now].map(({ firmware }) => folder(join(firmware, 'intel-ucode')));
    const ours = renderDiff(diffCollections((await before) ?? [], (await after) ?? []), 'changelog', []);
    const theirs = changelogSince(
      join(now.root, 'usr/share/doc/intel-microcode/changelog.Debian.gz'),
      '3.20250812.1~deb12u1',
    )
      .split('\n')
      .filter((line) => /^ {2}\* (?:New|Updated|Removed) microcodes:|^ {4}\+ sig/.test(line));
    expect(ours.trimEnd().split('\n')).toEqual(theirs);
    expect(theirs).toHaveLength(37);
  });

  test('AMD: for each CPU the last patch that the entries since 3.20230719.1 list, and no other CPU', async (context) => {
    const [old, now] = [
      debianPackage(context, { ...AMD, version: '3.20230719.1~deb12u1' }),
      debianPackage(context, AMD),
    ];
    const [before, after] = [old, now].map(({ firmware }) => folder(join(firmware, 'amd-ucode')));
    const changes = diffCollections((await before) ?? [], (await after) ?? []);
    const listed = new Map<string, string>();
    const log = changelogSince(join(now.root, 'usr/share/doc/amd64-microcode/changelog.gz'), '3.20230719.1~deb12u1');
    for (const [, cpu = '', patch = ''] of log.matchAll(LISTED)) {
      if (!listed.has(cpu)) listed.set(cpu, patch);
    }
    const ours = [...renderDiff(changes, 'changelog', []).matchAll(LISTED)];
    expect(new Map(ours.map(([, cpu = '', patch = '']) => [cpu, patch] as const))).toEqual(listed);
  });
});

describe('a baseline', () => {
  const against = async (before: Files, after: Files, allow?: readonly Exception[]): Promise<string[]> =>
    baselineFindings(await updatesOf(before), await updatesOf(after), allow).map(
      ({ origin, finding }) => `${origin.path}: ${finding.rule}: ${finding.message}`,
    );

  test('baseline/lost: a CPU, or one of its platforms', async () => {
    expect(await against({ a: ALDER }, {})).toEqual([
      'a: baseline/lost: 0x000906a4/0x80 had revision 0x00000010 and has nothing now',
    ]);
    const narrowed = await against(
      { a: intelUpdate({ platformMask: 0x87 }) },
      { b: intelUpdate({ platformMask: 0x82, revision: 0x11 }) },
    );
    expect(narrowed).toEqual(['a: baseline/lost: 0x000906a4/0x05 had revision 0x00000010 and has nothing now']);
  });

  test('baseline/lost: the patch on one side of EntrySign, also when the newer one stays', async () => {
    const rome = (...levels: readonly number[]): Uint8Array =>
      amdContainer({ patches: levels.map((level) => zenPatch(level, { kind: 'zen2' })) });
    const [older, newer] = [0x0830_107c, 0x0830_107f];
    expect(await against({ a: rome(older, newer) }, { a: rome(newer) })).toEqual([
      'a: baseline/lost: 0x00830f10 with the EntrySign flaw had revision 0x0830107c and has nothing now',
    ]);
    expect(await against({ a: rome(older, newer) }, { a: rome(older) })).toEqual([
      'a: baseline/lost: 0x00830f10 with a fixed BIOS had revision 0x0830107f and has nothing now',
    ]);
    expect(await against({ a: rome(older) }, { a: rome(older, newer) })).toEqual([]);
    expect(await against({ a: rome(0x0830_107b, newer) }, { a: rome(older, newer) })).toEqual([]);
  });

  test('baseline/lowered', async () => {
    expect(await against({ a: ALDER }, { a: intelUpdate({ revision: 0x0f }) })).toEqual([
      'a: baseline/lowered: 0x000906a4/0x80 had revision 0x00000010 and has 0x0000000f now',
    ]);
  });

  test('baseline/date: a newer revision with an older date', async () => {
    expect(await against({ a: ALDER }, { a: intelUpdate({ revision: 0x11, date: '2019-12-31' }) })).toEqual([
      'a: baseline/date: 0x000906a4/0x80 had an update of 2020-01-15 and has one of 2019-12-31 now',
    ]);
  });

  test('baseline/rewritten: one revision, other bytes; a grown mask is none', async () => {
    expect(await against({ a: ALDER }, { a: intelUpdate({ body: 2 }) })).toEqual([
      'a: baseline/rewritten: 0x000906a4/0x80 has revision 0x00000010 as before, with other bytes',
    ]);
    expect(await against({ a: ALDER }, { a: intelUpdate({ platformMask: 0xc0 }) })).toEqual([]);
  });

  test('baseline/name-lost: served, but not under its name any more', async () => {
    const wide = intelUpdate({
      extended: [
        { signature: 0x906a4, platformMask: 0x80 },
        { signature: 0x906a3, platformMask: 0x80 },
      ],
    });
    expect(await against({ '06-9a-04': wide, '06-9a-03': wide }, { '06-9a-04': wide })).toEqual([
      '06-9a-04: baseline/name-lost: 0x000906a3 is still served, but no longer by a file called 06-9a-03',
    ]);
  });

  test('what the policy lists may be lost', async () => {
    expect(await against({ a: ALDER }, {}, [{ cpu: '06-9a-04', reason: 'dropped' }])).toEqual([]);
    expect(await against({ a: ALDER }, {}, [{ cpu: '06-9a-04', platforms: '0x40', reason: 'other' }])).toHaveLength(1);
  });

  test('an update is no loss', async () => {
    expect(await against({ a: ALDER }, { a: intelUpdate({ revision: 0x11 }), b: amdContainer() })).toEqual([]);
  });

  test('from one Debian release to the next nothing is lost', async (context) => {
    const [before, after] = [{ ...INTEL, version: '3.20250812.1~deb12u1' }, INTEL].map((request) =>
      folder(join(debianPackage(context, request).firmware, 'intel-ucode')),
    );
    expect(baselineFindings((await before) ?? [], (await after) ?? [])).toEqual([]);
    expect(baselineFindings((await after) ?? [], (await before) ?? []).length).toBeGreaterThan(30);
  });
});
