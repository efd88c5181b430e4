import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { intelUpdate } from '../../../fixtures/intel.ts';
import { verify } from '../../../src/bundle/verify/verify.ts';
import { RULES } from '../../../src/findings/catalogue.ts';
import { finding } from '../../../src/findings/finding.ts';
import type { Severity } from '../../../src/findings/rule.ts';
import { renderVerification, VERIFY_FORMATS, type VerifyFormat } from '../../../src/report/verify/verify-formats.ts';
import { type VerifyReport, verifyReport } from '../../../src/report/verify/verify.ts';
import { readPolicy } from '../../../src/schemas/policy-file.ts';
import { collectionOf } from '../../support/collection.ts';
import { program } from '../../support/debian.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const DATA = resolve(import.meta.dirname, '../../data/reports');
const HOSTILE = 'a b%,:"<é>\u0001&\n.bin';

const POLICY = `{ "schema": "ucodekit/policy@1", "suppress": [
  { "rule": "intel/zero-revision", "reason": "known", "until": "2030-12-31" } ] }`;

/** An error, a warning, a note, a suppressed warning, a finding inside an archive, a name made to break formats. */
async function sample(failOn: Severity = 'error'): Promise<VerifyReport> {
  const collection = await collectionOf({
    'fw/date.bin': intelUpdate({ date: '2020-13-01' }),
    'fw/zero.bin': intelUpdate({ signature: 0x806f8, revision: 0 }),
    [HOSTILE]: intelUpdate({ signature: 0x806f4, reserved: 1 }),
  });
  const inside = { path: 'fw.tar', members: ['intel-ucode/06-9a-04'], offset: 48 };
  const broken = finding('intel/checksum', { offset: 48 }, { expected: '0x00000000', found: '0x00000001' });
  const findings = [...collection.findings, { origin: inside, finding: broken }];
  const judgement = verify(
    { ...collection, findings },
    {
      paths: ['fw', 'fw.tar', HOSTILE, 'quiet'],
      rules: { only: [], skip: [] },
      catalogue: { entries: [] },
      policy: readPolicy(POLICY, 'policy.json'),
      baseline: undefined,
      today: '2026-03-01',
    },
  );
  return verifyReport(judgement, collection.updates.length, failOn);
}

const CONTEXT = {
  verbose: false,
  paths: ['fw', 'fw.tar', HOSTILE, 'quiet'],
  files: ['fw/date.bin', 'fw/sound.bin', 'fw/zero.bin'],
  tool: { name: 'ucodekit', version: '0.0.0', informationUri: 'https://example.org/' },
  folder: '/checkout',
  policy: undefined,
};

const rendered = async (format: VerifyFormat, failOn?: Severity): Promise<string> =>
  renderVerification(await sample(failOn), format, CONTEXT);

/** The schema is of draft 4, which spells `$id` otherwise. */
function sarifMistakes(log: unknown): unknown {
  const {
    id: _,
    $schema: __,
    ...schema
  } = JSON.parse(readFileSync(join(DATA, 'sarif-schema-2.1.0.json'), 'utf8')) as Record<string, unknown>;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(
    schema,
  );
  validate(log);
  return validate.errors;
}

interface SarifLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly suppressions?: readonly unknown[];
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region?: object };
      }[];
    }[];
  }[];
}

describe('SARIF', () => {
  test('fits the schema of SARIF 2.1.0', async () => {
    expect(sarifMistakes(JSON.parse(await rendered('sarif')))).toBeNull();
  });

  test('the schema would catch a wrong level', async () => {
    const text = (await rendered('sarif')).replace('"level": "note"', '"level": "notice"');
    expect(sarifMistakes(JSON.parse(text))).not.toBeNull();
  });

  test('every rule is in the table, and every result points into it', async () => {
    const log = JSON.parse(await rendered('sarif')) as SarifLog;
    const [run] = log.runs;
    const ids = run?.tool.driver.rules.map(({ id }) => id) ?? [];
    expect(ids).toEqual(Object.keys(RULES));
    expect(run?.results.map(({ ruleIndex }) => ids[ruleIndex])).toEqual(run?.results.map(({ ruleId }) => ruleId));
    expect(run?.results.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
      'warning intel/date',
      'note intel/reserved',
      'error intel/checksum',
      'warning intel/zero-revision',
    ]);
  });

  test('suppressed findings are there as such; places inside archives name the archive', async () => {
    const results = (JSON.parse(await rendered('sarif')) as SarifLog).runs[0]?.results ?? [];
    expect(results.map(({ suppressions }) => suppressions?.length ?? 0)).toEqual([0, 0, 0, 1]);
    expect(results.map(({ locations }) => locations[0]?.physicalLocation)).toEqual([
      { artifactLocation: { uri: 'fw/date.bin', uriBaseId: '%SRCROOT%' }, region: { byteOffset: 8, byteLength: 0 } },
      {
        artifactLocation: { uri: 'a%20b%25%2C%3A%22%3C%C3%A9%3E%01%26%0A.bin', uriBaseId: '%SRCROOT%' },
        region: { byteOffset: 44, byteLength: 0 },
      },
      { artifactLocation: { uri: 'fw.tar', uriBaseId: '%SRCROOT%' } },
      { artifactLocation: { uri: 'fw/zero.bin', uriBaseId: '%SRCROOT%' }, region: { byteOffset: 4, byteLength: 0 } },
    ]);
  });
});

/** A policy that asks for two CPUs; the second is not there. */
const DEMANDS = `{ "schema": "ucodekit/policy@1",
  "require": [
    { "cpu": "06-9a-04" },
    { "cpu": "06-8f-08", "reason": "nodes of rack 7" } ] }
`;

async function demanded(format: VerifyFormat): Promise<string> {
  const collection = await collectionOf({
    '/checkout/a/06-9a-04': intelUpdate({ reserved: 1 }),
    '/elsewhere/b': intelUpdate({ reserved: 1 }),
  });
  const judgement = verify(collection, {
    paths: ['/checkout/a'],
    rules: { only: [], skip: [] },
    catalogue: { entries: [] },
    policy: readPolicy(DEMANDS, '../fleet.json'),
    baseline: undefined,
    today: '2026-03-01',
  });
  const policy = { path: '../fleet.json', text: DEMANDS };
  return renderVerification(verifyReport(judgement, 2, 'error'), format, { ...CONTEXT, verbose: true, policy });
}

describe('where a finding is', () => {
  test('SARIF names the line of the policy, the reason, and paths from the folder', async () => {
    const log = JSON.parse(await demanded('sarif')) as SarifLog;
    expect(sarifMistakes(log)).toBeNull();
    const [run] = log.runs;
    expect(run?.tool.driver).toMatchObject({ informationUri: 'https://example.org/' });
    expect(run).toMatchObject({ originalUriBaseIds: { '%SRCROOT%': { uri: 'file:///checkout/' } } });
    const missing = run?.results.find(({ ruleId }) => ruleId === 'policy/missing-cpu');
    expect(missing).toMatchObject({
      message: { text: 'nothing here is for 06-8f-08, which line 4 of the policy requires (nodes of rack 7)' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'file:///fleet.json' },
            region: { startLine: 4, startColumn: 5 },
          },
        },
      ],
    });
    const places = run?.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation) ?? [];
    expect(places).toContainEqual({ uri: 'a/06-9a-04', uriBaseId: '%SRCROOT%' });
    expect(places).toContainEqual({ uri: 'file:///elsewhere/b' });
  });

  test('annotations and Markdown name it too', async () => {
    expect(await demanded('github')).toContain('::error file=../fleet.json,line=4,col=5,title=policy/missing-cpu');
    expect(await demanded('markdown')).toContain('| error | ../fleet.json:4 | nothing here is for 06-8f-08');
  });
});

describe('Markdown', () => {
  test('a table of what counts, in which a name breaks nothing', async () => {
    expect((await rendered('markdown', 'note')).split('\n')).toEqual([
      '### ucodekit: failed',
      '',
      '3 updates, 1 error, 1 warning, 1 note, 1 suppressed. Fails from note on.',
      '',
      '| | where | what | what to do |',
      '| --- | --- | --- | --- |',
      expect.stringMatching(/^\| warning \| fw\/date.bin\+0x8 \| the date is/),
      expect.stringMatching(/^\| note \| a b%,:"&lt;é>/),
      expect.stringMatching(
        /^\| error \| fw.tar!intel-ucode\/06-9a-04\+0x30 \| .* \(intel\/checksum\) \| The update is damaged/,
      ),
      '',
    ]);
    expect(await rendered('markdown')).not.toContain('| note |');
  });
});

describe('JUnit', () => {
  test('fits the XML Schema of Jenkins, whatever fails', async (context) => {
    const xmllint = program(context, 'xmllint');
    for (const failOn of ['error', 'warning', 'note'] as const) {
      const path = join(temporaryFolder(), 'report.xml');
      writeFileSync(path, await rendered('junit', failOn));
      const schema = join(DATA, 'jenkins-junit.xsd');
      expect(() => execFileSync(xmllint, ['--noout', '--schema', schema, path], { stdio: 'pipe' })).not.toThrow();
    }
  });

  test('a file without a failure passes, a failure is a case of its own', async () => {
    const text = await rendered('junit');
    expect(text.match(/<testsuite name="[^"]*"/g)).toEqual([
      '<testsuite name="fw/date.bin"',
      '<testsuite name="a b%,:&quot;&lt;é&gt;\ufffd&amp;&#10;.bin"',
      '<testsuite name="fw.tar"',
      '<testsuite name="fw/sound.bin"',
      '<testsuite name="fw/zero.bin"',
      '<testsuite name="quiet"',
    ]);
    expect(text.match(/<failure/g)).toHaveLength(1);
    expect(text).toContain('<testsuite name="fw.tar" tests="1" failures="1"');
    expect(text).toContain('<testsuite name="quiet" tests="1" failures="0"');
  });
});

describe('GitHub annotations', () => {
  test('notes are told when they count or are asked for', async () => {
    const lines = async (failOn: Severity, verbose: boolean): Promise<string[]> =>
      renderVerification(await sample(failOn), 'github', { ...CONTEXT, verbose })
        .split('\n')
        .map((line) => line.split(' ')[0] ?? '');
    expect(await lines('error', false)).toEqual(['::warning', '::error', '']);
    for (const told of [await lines('note', false), await lines('error', true)])
      expect(told).toEqual(['::warning', '::notice', '::error', '']);
  });

  test('one line each, with nothing in it that the runner would take for its own', async () => {
    expect((await rendered('github', 'note')).split('\n')).toEqual([
      '::warning file=fw/date.bin,title=intel/date%3A date is not a calendar date::fw/date.bin+0x8: the date is 2020-13-01, which is not a calendar date',
      '::notice file=a b%25%2C%3A"<é>\u0001&%0A.bin,title=intel/reserved%3A reserved bytes are used::a b%25,:"<é>\u0001&%0A.bin+0x2c: reserved is 0x1, expected 0x0',
      '::error file=fw.tar,title=intel/checksum%3A checksum of header and data is wrong::fw.tar!intel-ucode/06-9a-04+0x30: header and data sum to 0x00000001, expected 0x00000000',
      '',
    ]);
  });
});

describe('text', () => {
  test('errors and warnings with advice, notes counted', async () => {
    expect(await rendered('text')).toBe(
      [
        'fw/date.bin+0x8: warning: the date is 2020-13-01, which is not a calendar date [intel/date]',
        '    No loader looks at it; treat the file with suspicion.',
        'fw.tar!intel-ucode/06-9a-04+0x30: error: header and data sum to 0x00000001, expected 0x00000000 [intel/checksum]',
        '    The update is damaged; get a genuine copy.',
        '3 updates, 1 error, 1 warning, 1 note, 1 suppressed: failed (-v shows the notes)',
        '',
      ].join('\n'),
    );
  });

  test('verbose: what each loader does, and what is suppressed', async () => {
    const text = renderVerification(await sample('note'), 'text', { ...CONTEXT, verbose: true });
    expect(text).toContain('    Linux, early: loads nothing from the file\n');
    expect(text).toContain('[intel/zero-revision]\n    suppressed until 2030-12-31: known\n');
    expect(text).toContain('3 updates, 1 error, 1 warning, 1 note, 1 suppressed: failed\n');
  });
});

test('the same input gives the same bytes in every format', async () => {
  for (const format of VERIFY_FORMATS) expect(await rendered(format)).toBe(await rendered(format));
});
