import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amdContainer, amdPatch, zenPatch } from '../../../fixtures/amd.ts';
import { concat } from '../../../fixtures/bytes.ts';
import { intelUpdate, withChecksum } from '../../../fixtures/intel.ts';
import { sha256 } from '../../../src/bytes/digest.ts';
import { baselineFindings } from '../../../src/bundle/verify/baseline.ts';
import { publishedIn } from '../../../src/bundle/verify/published.ts';
import type { CatalogueEntry } from '../../../src/cpu/catalogue.ts';
import { readCollection, verifyCollection } from '../../../src/bundle/verify/verify.ts';
import type { BUNDLE_RULES } from '../../../src/findings/rules/bundle.ts';
import { parseAmdContainers } from '../../../src/formats/amd/container.ts';
import { equivalenceEntry } from '../../../src/formats/amd/equivalence.ts';
import { openInputs } from '../../../src/inputs/open.ts';
import { amdFolder, intelFolder } from '../../support/debian.ts';
import { saysLinuxSince } from '../../../src/loaders/linux/versions.ts';
import { collectionOf, type Files, places, rulesOf } from '../../support/collection.ts';

/** Rules that need more than the files have tests of their own. */
type BundleRule = Exclude<
  keyof typeof BUNDLE_RULES,
  | 'bundle/empty'
  | 'bundle/none-selected'
  | 'bundle/left-out'
  | 'bundle/left-out-cpu'
  | 'bundle/outdated'
  | 'bundle/other-content'
  | 'bundle/minimum-unknown'
  | 'bundle/several-contents'
  | 'bundle/unknown-revision'
  | 'bundle/withdrawn'
>;

interface Case {
  /** The rule fires here, once, and no other rule of the topic does. */
  readonly fires: Files;
  /** The nearest sound neighbour: no rule of the topic fires. */
  readonly silent: Files;
}

const ALDER = intelUpdate(); // 906a4, platforms 80, revision 10
const NEWER = intelUpdate({ revision: 0x11, body: 2 });
const BOTH = [
  { signature: 0x906a4, platformMask: 0x80 },
  { signature: 0x906a3, platformMask: 0x80 },
];
const TWIN = intelUpdate({ extended: BOTH });
const text = (words: string): Uint8Array => Buffer.from(words);

const milan = (level: number): Uint8Array => zenPatch(0x0a00_1100 | level, { seed: level });
const MILAN = milan(0xd5);
const MILAN_EARLIER = milan(0xd3);
/** On the other side of EntrySign, whose cut-off is 0x0a0011da. */
const MILAN_SECOND = milan(0xde);
const LEGACY = amdContainer({ patches: [amdPatch({ kind: 'fam10h' })] });
const FAM15H = amdContainer({ patches: [amdPatch({ kind: 'fam15h' })] });
const FAM16H = amdContainer({ patches: [amdPatch({ kind: 'fam16h' })] });
const withMinimum = (minimum: number): Uint8Array =>
  zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: minimum } });

const CASES: Readonly<Record<BundleRule, Case>> = {
  'bundle/name-content': {
    fires: { '06-9a-03': ALDER },
    silent: { '06-9a-04': ALDER },
  },
  'bundle/name-vendor': {
    fires: { 'GenuineIntel.bin': amdContainer() },
    silent: { 'AuthenticAMD.bin': amdContainer() },
  },
  'bundle/name-family': {
    fires: { 'microcode_amd_fam17h.bin': amdContainer() },
    silent: { 'microcode_amd_fam19h.bin': amdContainer(), 'microcode_amd.bin': LEGACY },
  },
  'bundle/name-field': {
    fires: { 's000906A4_m00000080_r00000011.fw': ALDER },
    silent: { 's000906A4_m00000080_r00000010.fw': ALDER, 'cpu906A4_plat80_ver00000010_2020-01-15_PRD_0.bin': ALDER },
  },
  'bundle/stray-name': {
    fires: { '06-9a-04_DUPLICATE': ALDER },
    silent: { '06-9a-04.initramfs': ALDER, '06-9a-04': ALDER, 'update.bin': ALDER },
  },
  'bundle/no-late-name': {
    fires: {
      '06-9a-04': intelUpdate({
        extended: [
          { signature: 0x906a4, platformMask: 0x80 },
          { signature: 0x906a3, platformMask: 0x80 },
        ],
      }),
    },
    silent: { 'all.bin': intelUpdate({ extended: [{ signature: 0x906a3, platformMask: 0x80 }] }) },
  },
  'bundle/raw-patch': {
    fires: { 'AuthenticAMD.bin': MILAN },
    silent: { 'cpu00A00F11_ver0A0011D5_2024-02-23_0.bin': MILAN },
  },
  'bundle/superseded': {
    fires: { 'old.bin': ALDER, 'new.bin': NEWER },
    silent: { 'old.bin': ALDER, 'new.bin': intelUpdate({ revision: 0x11, platformMask: 0x40 }) },
  },
  'bundle/overlapping-masks': {
    fires: {
      'wide.bin': intelUpdate({ platformMask: 0x5d }),
      'narrow.bin': intelUpdate({ platformMask: 0x5c, revision: 0x11 }),
    },
    silent: {
      'wide.bin': intelUpdate({ platformMask: 0x5c }),
      'narrow.bin': intelUpdate({ platformMask: 0xa3, revision: 0x11 }),
    },
  },
  'bundle/same-revision': {
    fires: { 'a.bin': ALDER, 'b.bin': intelUpdate({ body: 2 }) },
    silent: { 'a.bin': ALDER, 'b.bin': ALDER },
  },
  'bundle/header-differs': {
    fires: { 'a.bin': TWIN, 'b.bin': intelUpdate({ signature: 0x906a3, extended: BOTH }) },
    silent: { 'a.bin': TWIN, 'b.bin': TWIN },
  },
  'bundle/minimum-differs': {
    fires: { 'a.bin': withMinimum(0), 'b.bin': withMinimum(0x0a00_11d9) },
    silent: { 'a.bin': withMinimum(0x0a00_11d9), 'b.bin': withMinimum(0x0a00_11d9) },
  },
  'bundle/minimum-revision': {
    fires: { 'a.bin': intelUpdate({ minimumRevision: 0x10 }) },
    silent: { 'a.bin': intelUpdate({ minimumRevision: 0x0f }), 'b.bin': withMinimum(0x0a00_11d9) },
  },
  'bundle/pre-production': {
    fires: { 'a.bin': amdPatch({ kind: 'fam14hTwin' }) },
    silent: { 'a.bin': amdPatch({ kind: 'fam14h' }) },
  },
  'bundle/foreign-bytes': {
    fires: {
      'GenuineIntel.bin': concat(ALDER, text('Copyright (c) Intel Corporation. Redistribution and use permitted.')),
    },
    silent: { 'GenuineIntel.bin': concat(ALDER, intelUpdate({ signature: 0x806f8 })) },
  },
  'bundle/amd-order': {
    fires: { 'AuthenticAMD.bin': concat(FAM15H, LEGACY) },
    silent: { 'AuthenticAMD.bin': concat(LEGACY, FAM15H, FAM16H) },
  },
  'bundle/amd-late-containers': {
    fires: { 'microcode_amd_fam19h.bin': concat(amdContainer(), amdContainer({ patches: [zenPatch(0x0a20_1210)] })) },
    silent: { 'AuthenticAMD.bin': concat(amdContainer(), amdContainer({ patches: [zenPatch(0x0a20_1210)] })) },
  },
  'bundle/two-patches': {
    fires: { 'a.bin': amdContainer({ patches: [MILAN_EARLIER, MILAN] }) },
    silent: { 'a.bin': amdContainer({ patches: [MILAN, zenPatch(0x0a20_1210)] }) },
  },
  'bundle/pair': {
    fires: { 'a.bin': amdContainer({ patches: [MILAN, MILAN_SECOND] }) },
    silent: { 'a.bin': amdContainer({ patches: [MILAN, zenPatch(0x0a20_1213)] }) },
  },
  'bundle/pair-order': {
    fires: { 'a.bin': concat(amdContainer({ patches: [MILAN] }), amdContainer({ patches: [MILAN_SECOND] })) },
    silent: { 'a.bin': amdContainer({ patches: [MILAN] }), 'b.bin': amdContainer({ patches: [MILAN_SECOND] }) },
  },
  'bundle/two-containers': {
    fires: {
      'a.bin': concat(amdContainer({ patches: [MILAN_EARLIER] }), amdContainer({ patches: [MILAN_EARLIER, MILAN] })),
    },
    silent: { 'a.bin': concat(amdContainer({ patches: [MILAN] }), amdContainer({ patches: [MILAN] })) },
  },
};

const bundleRules = async (files: Files): Promise<string[]> =>
  [...new Set(rulesOf(verifyCollection(await collectionOf(files))))].filter((id) => id.startsWith('bundle/'));

describe('rules on collections', () => {
  test.each(Object.entries(CASES))('%s fires', async (rule, { fires }) => {
    expect(await bundleRules(fires)).toContain(rule);
  });

  test.each(Object.entries(CASES))('%s is silent', async (_, { silent }) => {
    expect(await bundleRules(silent)).toEqual([]);
  });
});

describe('one revision with several contents', () => {
  const SECOND = intelUpdate({ body: 2 });
  const THIRD = intelUpdate({ body: 3 });
  const entryOf = (bytes: Uint8Array): CatalogueEntry => ({
    vendor: 'intel',
    signature: 0x906a4,
    platformMask: 0x80,
    revision: 0x10,
    date: '2020-01-15',
    size: bytes.length,
    minimumRevision: null,
    sha256: sha256(bytes),
    releases: null,
    evidence: null,
  });
  const said = async (files: Files, ...published: readonly Uint8Array[]): Promise<readonly string[]> =>
    verifyCollection(await collectionOf(files), { entries: published.map(entryOf) })
      .filter(({ finding }) => ['bundle/several-contents', 'bundle/same-revision'].includes(finding.rule))
      .map(({ origin, finding }) => `${origin.path}: ${finding.rule} ${finding.message.split('; ').at(-1)}`);

  test('contents that the catalogue lists are a note', async () => {
    expect(await said({ a: ALDER, b: SECOND }, ALDER, SECOND)).toEqual([
      'b: bundle/several-contents both are known to have been published',
    ]);
    expect(await said({ a: ALDER, b: ALDER }, ALDER, SECOND)).toEqual([]);
  });

  test.each([
    ['a', [SECOND], 'a: bundle/same-revision only the other one is known to have been published'],
    ['b', [ALDER], 'b: bundle/same-revision only the other one is known to have been published'],
    ['none', [], 'b: bundle/same-revision neither is known to have been published'],
  ])('the error stands at the one that is not listed: %s', async (_, published, expected) => {
    expect(await said({ a: ALDER, b: SECOND }, ...published)).toEqual([expected]);
  });

  test('of three the one that is not listed is told, wherever it stands', async () => {
    expect(await said({ a: THIRD, b: ALDER, c: SECOND }, ALDER, SECOND)).toEqual([
      'a: bundle/same-revision only the other one is known to have been published',
      'c: bundle/several-contents both are known to have been published',
    ]);
  });

  test('a baseline with the other content has not been rewritten', async () => {
    const [before, after] = [await collectionOf({ a: ALDER }), await collectionOf({ a: SECOND })];
    const rules = (...published: readonly Uint8Array[]): readonly string[] =>
      rulesOf(baselineFindings(before.updates, after.updates, [], publishedIn({ entries: published.map(entryOf) })));
    expect(rules(ALDER, SECOND)).toEqual([]);
    expect(rules(ALDER)).toEqual(['baseline/rewritten']);
  });
});

describe('what stands where it should not', () => {
  test.each([
    ['a detached signature (.asc)', '-----BEGIN PGP SIGNATURE-----\n\niQIz'],
    ['text, such as a README', 'Microcode patches in microcode_amd.bin:\n'],
    ['padding of zeros', '\0'.repeat(512)],
    ['padding of 0xff', '\xff'.repeat(512)],
  ])('%s is told apart', async (what, words) => {
    const found = verifyCollection(
      await collectionOf({ 'AuthenticAMD.bin': concat(LEGACY, Buffer.from(words, 'latin1')) }),
    );
    expect(found.map(({ finding }) => finding.message)).toContain(`the ${words.length} bytes from here on are ${what}`);
  });

  test('a README in front of containers is named, with its own length', async () => {
    const readme = text('Microcode patches in microcode_amd.bin:\n');
    const found = verifyCollection(await collectionOf({ 'AuthenticAMD.bin': concat(readme, LEGACY) }));
    expect(places(found)).toContain('AuthenticAMD.bin+0: bundle/foreign-bytes');
  });

  test('an AMD container behind Intel updates is named', async () => {
    const found = verifyCollection(await collectionOf({ 'GenuineIntel.bin': concat(ALDER, LEGACY) }));
    expect(found.map(({ finding }) => finding.message)).toContain(
      `the ${LEGACY.length} bytes from here on are an AMD container`,
    );
  });
});

describe('rivals', () => {
  test('an update that is newest for one of its CPUs is not superseded', async () => {
    const wide = intelUpdate({
      signature: 0x80664,
      extended: [
        { signature: 0x80664, platformMask: 0x80 },
        { signature: 0x80665, platformMask: 0x80 },
      ],
    });
    const narrow = intelUpdate({ signature: 0x80665, revision: 0x11 });
    const found = verifyCollection(await collectionOf({ 'wide.bin': wide, 'narrow.bin': narrow }));
    expect(found.map(({ finding }) => finding.message)).toContain(
      'revision 0x00000010 is not the newest for 0x00080665/0x80: narrow.bin has 0x00000011',
    );
    expect(rulesOf(found)).not.toContain('bundle/superseded');
  });

  test('a negative revision supersedes no production one', async () => {
    const files = { 'a.bin': ALDER, 'b.bin': intelUpdate({ revision: 0x8000_0010 }) };
    const found = verifyCollection(await collectionOf(files));
    expect(places(found)).toEqual(['b.bin+0: bundle/superseded', 'b.bin+4: intel/pre-production']);
  });

  test('AMD: an older patch in another container is superseded', async () => {
    const files = { 'a.bin': amdContainer({ patches: [MILAN_EARLIER] }), 'b.bin': amdContainer({ patches: [MILAN] }) };
    expect(await bundleRules(files)).toEqual(['bundle/superseded']);
  });

  // Each first above its cut-off, of every family that has any.
  test.each([0x0800_1278, 0x0800_8210, 0x0830_107d, 0x0860_010f, 0x0860_8109, 0x0870_1035, 0x0a00_11db, 0x0b00_2147])(
    'AMD: neither patch of a pair supersedes the other, whatever they stand in: %i',
    async (fixed) => {
      const kind = ({ 0x08: 'zen2', 0x0a: 'zen3', 0x0b: 'zen5' } as const)[fixed >>> 24];
      if (kind === undefined) throw new Error('no sample of this family');
      const [earlier, older, newer] = [fixed - 2, fixed - 1, fixed].map((level) => zenPatch(level, { kind }));
      if (earlier === undefined || older === undefined || newer === undefined) throw new Error('no samples');
      expect(await bundleRules({ 'a.bin': older, 'b.bin': newer })).toEqual([]);
      expect(await bundleRules({ 'a.bin': amdContainer({ patches: [older] }), 'b.bin': newer })).toEqual([]);
      expect(await bundleRules({ 'a.bin': earlier, 'b.bin': older, 'c.bin': newer })).toEqual(['bundle/superseded']);
      expect(await bundleRules({ 'a.bin': amdContainer({ patches: [older, newer] }) })).toEqual(['bundle/pair']);
      expect(await bundleRules({ 'a.bin': amdContainer({ patches: [newer, older] }) })).toEqual(['bundle/pair-order']);
    },
  );

  test('AMD: of a pair is said since when Linux chooses, from the table of the loaders', async () => {
    const found = verifyCollection(await collectionOf({ 'a.bin': amdContainer({ patches: [MILAN, MILAN_SECOND] }) }));
    expect(found.map(({ finding }) => finding.message)).toContain(
      `CPU 0x00a00f11 has 0x0a0011d5 for a BIOS with the EntrySign flaw and 0x0a0011de for a fixed one; Linux chooses by what runs since ${saysLinuxSince('passesOverOtherSide')}`,
    );
  });

  test('AMD: a pair in a wrong order, and where', async () => {
    const messages = async (bytes: Uint8Array): Promise<string[]> =>
      verifyCollection(await collectionOf({ 'a.bin': bytes })).map(({ finding }) => finding.message);
    const containers = concat(amdContainer({ patches: [MILAN_SECOND] }), amdContainer({ patches: [MILAN] }));
    expect((await messages(containers)).join()).toContain('a fixed one, in two containers; Linux');
    const turned = amdContainer({ patches: [MILAN_SECOND, MILAN] });
    expect((await messages(turned)).join()).toContain('a fixed one, the older one last; Linux');
  });

  test('two CPUs sent to one patch are no rivals', async () => {
    const patch = amdPatch({ kind: 'fam10h' });
    const entries = [equivalenceEntry(0x0010_0f43, 0x1043), equivalenceEntry(0x0010_0f53, 0x1043)];
    expect(await bundleRules({ 'a.bin': amdContainer({ patches: [patch], entries }) })).toEqual([]);
  });
});

describe('signatures', () => {
  test('intel/signature-invalid: a changed modulus, the checksum made right again', async (context) => {
    const update = readFileSync(join(intelFolder(context), '06-b7-01')).subarray();
    const changed = withChecksum(update.with(48 + 128 + 10, (update[48 + 128 + 10] ?? 0) ^ 1));
    const rules = async (bytes: Uint8Array): Promise<string[]> =>
      rulesOf(verifyCollection(await collectionOf({ 'a.bin': bytes })));
    expect(await rules(changed)).toContain('intel/signature-invalid');
    expect(await rules(update)).toEqual([]);
  });

  test('amd/signature-invalid: a changed body under the signature', async (context) => {
    const file = readFileSync(join(amdFolder(context), 'microcode_amd_fam17h.bin'));
    const changed = file.with(file.length - 100, (file.at(-100) ?? 0) ^ 1);
    const found = verifyCollection(await collectionOf({ 'microcode_amd_fam17h.bin': changed }));
    const last = parseAmdContainers(file).containers[0]?.patches.at(-1)?.offset ?? 0;
    expect(places(found)).toEqual([`microcode_amd_fam17h.bin+${last + 32}: amd/signature-invalid`]);
  });
});

describe('Debian packages as shipped', () => {
  test('Intel: three notes and nothing worse', async (context) => {
    const found = verifyCollection(await readCollection(openInputs([intelFolder(context)])));
    expect(found.map(({ finding }) => `${finding.severity} ${finding.rule}`)).toEqual([
      'note bundle/no-late-name',
      'note bundle/overlapping-masks',
      'note bundle/overlapping-masks',
    ]);
    expect(found.map(({ origin }) => origin.path.replace(/.*\//, ''))).toEqual(['06-cf-02', '0f-04-08', '0f-04-0a']);
  });

  test('AMD: no finding of these rules', async (context) => {
    const opened = openInputs([amdFolder(context)]);
    const found = verifyCollection(await readCollection(opened));
    expect(rulesOf(found).filter((id) => id.startsWith('bundle/'))).toEqual([]);
    expect(found.filter(({ finding }) => finding.severity === 'error')).toEqual([]);
  });
});
