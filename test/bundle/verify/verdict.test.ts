import { describe, expect, test } from 'vitest';
import { amdContainer, zenPatch } from '../../../fixtures/amd.ts';
import { intelUpdate } from '../../../fixtures/intel.ts';
import type { VerifyVerdict } from '../../../src/bundle/verify/verdict.ts';
import { verify } from '../../../src/bundle/verify/verify.ts';
import type { Catalogue, CatalogueEntry } from '../../../src/cpu/catalogue.ts';
import { shippedKnowledge } from '../../../src/knowledge.ts';
import { sha256 } from '../../../src/bytes/digest.ts';
import { finding } from '../../../src/findings/finding.ts';
import { fileOrigin } from '../../../src/inputs/origin.ts';
import { type Policy, readPolicy } from '../../../src/schemas/policy-file.ts';
import { collectionOf, type Files, rulesOf } from '../../support/collection.ts';

const TODAY = '2026-03-01';
const EMPTY: Catalogue = { entries: [] };

interface Run {
  readonly policy?: Omit<Policy, 'schema'>;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly catalogue?: Catalogue;
}

async function judged(files: Files, { policy, only = [], skip = [], catalogue = EMPTY }: Run): Promise<VerifyVerdict> {
  const text = JSON.stringify({ schema: 'ucodekit/policy@1', ...policy }, null, 1);
  return verify(await collectionOf(files), {
    paths: Object.keys(files),
    rules: { only, skip },
    catalogue,
    policy: policy === undefined ? undefined : readPolicy(text, 'policy.json'),
    baseline: undefined,
    today: TODAY,
  });
}

const lines = ({ findings }: VerifyVerdict): string[] =>
  findings.map(({ origin, finding }) => `${origin.path}: ${finding.severity}: ${finding.message} [${finding.rule}]`);

const SAPPHIRE = intelUpdate({ signature: 0x806f8, platformMask: 0x87, revision: 0x2b00_0643 });
const FILES: Files = { '06-8f-08': SAPPHIRE };
const BAD_DATE: Files = { 'a.bin': intelUpdate({ date: '2020-13-01' }) };

describe('what a policy demands', () => {
  const met: readonly (readonly [what: string, policy: Omit<Policy, 'schema'>])[] = [
    ['a CPU by name', { require: [{ cpu: '06-8f-08' }] }],
    [
      'a CPU by signature, on every platform, at its revision',
      { require: [{ cpu: '0x000806F8', platforms: '0x87', revision: '0x2b000643' }] },
    ],
    ['another revision forbidden', { forbid: [{ cpu: '06-8f-08', revision: '0x2b000642', reason: 'bad' }] }],
    [
      'the revision forbidden on other platforms',
      { forbid: [{ cpu: '06-8f-08', platforms: '0x10', revision: '0x2b000643', reason: 'bad' }] },
    ],
    ['the vendor', { vendors: ['intel'] }],
    ['room enough', { maximumSize: SAPPHIRE.length }],
    ['signatures, which Intel has none of', { signatures: 'valid' }],
  ];
  test.each(met)('is met: %s', async (_, policy) => {
    expect(lines(await judged(FILES, { policy }))).toEqual([]);
  });

  const broken: readonly (readonly [policy: Omit<Policy, 'schema'>, line: string])[] = [
    [
      { require: [{ cpu: '06-8f-07' }] },
      'policy.json: error: nothing here is for 06-8f-07, which line 4 of the policy requires [policy/missing-cpu]',
    ],
    [
      { require: [{ cpu: '06-8f-08', platforms: '0x97' }] },
      'policy.json: error: nothing here is for 06-8f-08/0x97, which line 4 of the policy requires [policy/missing-cpu]',
    ],
    [
      { require: [{ cpu: '06-8f-08', platforms: '0x87', revision: '0x2b000650' }] },
      'policy.json: error: the newest revision for 06-8f-08/0x87 is 0x2b000643, line 4 of the policy requires 0x2b000650 [policy/old-revision]',
    ],
    [
      { forbid: [{ cpu: '06-8f-08', revision: '0x2b000643', reason: 'hangs' }] },
      '06-8f-08: error: revision 0x2b000643 is forbidden by line 4 of the policy: hangs [policy/forbidden-revision]',
    ],
    [{ vendors: ['amd'] }, '06-8f-08: error: the update is of intel, the policy allows amd [policy/vendor]'],
    [{ maximumSize: 1000 }, 'policy.json: error: the updates take 1024 bytes, the policy allows 1000 [policy/size]'],
    [{ licenceFile: true }, 'policy.json: error: no licence file is next to the updates [policy/no-licence]'],
  ];
  test.each(broken)('%j', async (policy, line) => {
    expect(lines(await judged(FILES, { policy }))).toEqual([line]);
  });

  test('a licence that was passed over counts', async () => {
    const collection = await collectionOf(FILES);
    const passedOver = finding('input/skipped', { offset: 0 }, { reason: 'a licence' });
    const findings = [...collection.findings, { origin: fileOrigin('intel-ucode/LICENSE'), finding: passedOver }];
    const policy = readPolicy('{"schema": "ucodekit/policy@1", "licenceFile": true}', 'policy.json');
    const options = {
      paths: [],
      rules: { only: ['policy'], skip: [] },
      catalogue: EMPTY,
      policy,
      baseline: undefined,
      today: TODAY,
    };
    expect(verify({ ...collection, findings }, options).findings).toEqual([]);
  });

  test('policy/signature: a Zen patch without an authentic signature', async () => {
    const files = { 'a.bin': amdContainer({ patches: [zenPatch(0x0a00_11d5)] }) };
    expect(lines(await judged(files, { policy: { signatures: 'intact' }, only: ['policy'] }))).toEqual([
      'a.bin: error: the signature is invalid, the policy asks for intact [policy/signature]',
    ]);
  });
});

describe('severities and the choice of rules', () => {
  test('the policy sets a severity, or turns a rule off', async () => {
    const severity = async (severities: Policy['severities'] & object): Promise<string[]> =>
      (await judged(BAD_DATE, { policy: { severities } })).findings.map(({ finding }) => finding.severity);
    expect(await severity({})).toEqual(['warning']);
    expect(await severity({ 'intel/date': 'error' })).toEqual(['error']);
    expect(await severity({ 'intel/*': 'error', 'intel/date': 'note' })).toEqual(['note']);
    expect(await severity({ intel: 'off' })).toEqual([]);
  });

  test('only and skip take rules and topics', async () => {
    const files: Files = { ...BAD_DATE, 'b.bin': intelUpdate({ revision: 0x11 }) };
    const rules = async (run: Run): Promise<string[]> => rulesOf((await judged(files, run)).findings);
    expect(await rules({})).toEqual(['bundle/superseded', 'intel/date']);
    expect(await rules({ only: ['intel'] })).toEqual(['intel/date']);
    expect(await rules({ skip: ['intel/date'] })).toEqual(['bundle/superseded']);
    expect(await rules({ only: ['intel/dat'] })).toEqual([]);
  });

  test('bundle/empty: a check of nothing is not quiet', async () => {
    expect(rulesOf((await judged({}, {})).findings)).toEqual(['bundle/empty']);
    expect(rulesOf((await judged(FILES, {})).findings)).toEqual([]);
  });
});

describe('suppressions', () => {
  const suppress = (more: object): Run => ({
    policy: { suppress: [{ rule: 'intel/date', reason: 'known', until: TODAY, ...more }] },
  });

  test('hold until their last day, and stay in the report', async () => {
    const { findings, suppressed } = await judged(BAD_DATE, suppress({}));
    expect(findings).toEqual([]);
    expect(suppressed.map(({ finding, suppression }) => [finding.rule, suppression.reason])).toEqual([
      ['intel/date', 'known'],
    ]);
  });

  test('an expired one suppresses nothing and is a finding', async () => {
    expect(lines(await judged(BAD_DATE, suppress({ until: '2026-02-28' })))).toEqual([
      'a.bin: warning: the date is 2020-13-01, which is not a calendar date [intel/date]',
      'policy.json: warning: the suppression of intel/date in line 4 of the policy ended on 2026-02-28 (known) [policy/suppression-expired]',
    ]);
  });

  test('one that fits nothing is a note', async () => {
    expect(lines(await judged(FILES, suppress({})))).toEqual([
      'policy.json: note: the suppression of intel/date in line 4 of the policy suppresses nothing [policy/suppression-unused]',
    ]);
  });

  test.each([
    ['a.bin', true],
    ['*.bin', true],
    ['fw/*.bin', true],
    ['b.bin', false],
    ['.bin', false],
    ['fw/intel/a.bin', true],
  ])('the path %s fits fw/intel/a.bin: %s', async (path, fits) => {
    const files = { 'fw/intel/a.bin': intelUpdate({ date: '2020-13-01' }) };
    expect((await judged(files, suppress({ path }))).suppressed).toHaveLength(fits ? 1 : 0);
  });
});

describe('the catalogue', () => {
  const entry = (revision: number, more: Partial<CatalogueEntry> = {}): CatalogueEntry => ({
    vendor: 'intel',
    signature: 0x806f8,
    platformMask: 0x87,
    revision,
    date: '2025-01-01',
    size: null,
    minimumRevision: null,
    sha256: null,
    releases: null,
    evidence: null,
    ...more,
  });
  const against = async (files: Files, ...entries: CatalogueEntry[]): Promise<string[]> =>
    rulesOf((await judged(files, { catalogue: { entries }, only: ['bundle'] })).findings);

  test('bundle/outdated: a newer revision for every platform is known', async () => {
    expect(await against(FILES, entry(0x2b00_0643), entry(0x2b00_0650))).toEqual(['bundle/outdated']);
    expect(await against(FILES, entry(0x2b00_0643), entry(0x2b00_0650, { platformMask: 0x03 }))).toEqual([]);
    expect(await against(FILES, entry(0x2b00_0643))).toEqual([]);
  });

  test('bundle/outdated: of AMD a newer one on the same side of EntrySign is known', async () => {
    const files = { 'a.bin': amdContainer({ patches: [zenPatch(0x0830_107b, { kind: 'zen2' })] }) };
    const rome = (revision: number): CatalogueEntry =>
      entry(revision, { vendor: 'amd', signature: 0x830f10, platformMask: 0 });
    expect(await against(files, rome(0x0830_107b), rome(0x0830_107f))).toEqual([]);
    expect(await against(files, rome(0x0830_107b), rome(0x0830_107c))).toEqual(['bundle/outdated']);
  });

  test('bundle/other-content: the revision is known with other bytes only', async () => {
    const [known, other] = [entry(0x2b00_0643, { sha256: sha256(SAPPHIRE) }), entry(0x2b00_0643, { sha256: '00' })];
    expect(await against(FILES, other)).toEqual(['bundle/other-content']);
    expect(await against(FILES, other, known)).toEqual([]);
    expect(await against(FILES, entry(0x2b00_0643))).toEqual([]);
  });

  test('bundle/unknown-revision: the CPU is known, the revision is not', async () => {
    expect(await against(FILES, entry(0x2b00_0642))).toEqual(['bundle/unknown-revision']);
    expect(await against(FILES, entry(0x2b00_0642, { signature: 0x806f7 }))).toEqual([]);
  });

  test('bundle/withdrawn: a later release went back to a lower revision', async () => {
    const own = entry(0x2b00_0643, { releases: ['20200609', '20200609'] });
    const lower = (last: string): CatalogueEntry => entry(0x2b00_0600, { releases: ['20190618', last] });
    expect(await against(FILES, own, lower('20200616'))).toEqual(['bundle/withdrawn']);
    expect(await against(FILES, own, lower('20200520'))).toEqual([]);
    expect(await against(FILES, own, entry(0x2b00_0600))).toEqual([]);
  });

  test('the shipped catalogue knows what Intel took back in June 2020', async () => {
    const skylake = { 'a.bin': intelUpdate({ signature: 0x506e3, platformMask: 0x36, revision: 0xdc }) };
    const { findings } = await judged(skylake, { catalogue: shippedKnowledge().catalogue, only: ['bundle/withdrawn'] });
    expect(findings.map(({ finding }) => finding.message)).toEqual([
      'Intel went back from revision 0x000000dc for 0x000506e3/0x36 to 0x000000d6 in its release 20200616',
    ]);
  });

  test('AMD: the minimum revision makes no other content', async () => {
    const milan = (minimum: number): Uint8Array =>
      zenPatch(0x0a00_11de, { header: { checksumOrMinRevision: minimum } });
    const known = entry(0x0a00_11de, {
      vendor: 'amd',
      signature: 0x00a0_0f11,
      platformMask: 0,
      minimumRevision: 0x0a00_11d9,
      sha256: sha256(milan(0x0a00_11d9)),
    });
    expect(await against({ 'a.bin': milan(0) }, known)).toEqual([]);
    expect(await against({ 'a.bin': milan(0x0a00_11d9) }, known)).toEqual([]);
    expect(await against({ 'a.bin': zenPatch(0x0a00_11de, { seed: 9 }) }, known)).toEqual(['bundle/other-content']);
  });

  test('bundle/minimum-unknown: nothing known lies between the minimum and the update', async () => {
    const files = {
      'a.bin': intelUpdate({ signature: 0x806f8, platformMask: 0x87, revision: 0x20, minimumRevision: 0x18 }),
    };
    expect(await against(files, entry(0x20), entry(0x17))).toEqual(['bundle/minimum-unknown']);
    expect(await against(files, entry(0x20), entry(0x17), entry(0x18))).toEqual([]);
    expect(await against(files)).toEqual([]);
  });
});
