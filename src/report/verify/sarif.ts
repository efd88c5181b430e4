/** Findings as SARIF 2.1.0 (OASIS), the format of code-scanning services. The rule table is the whole catalogue. */
import { sha256 } from '../../bytes/digest.ts';
import { RULES } from '../../findings/catalogue.ts';
import type { Rule } from '../../findings/rule.ts';
import { formatOrigin } from '../../inputs/origin.ts';
import { consumerLines } from './rules-document.ts';
import type { FindingRow } from '../update-row.ts';
import type { SuppressedRow, VerifyReport } from './verify.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json';

const IDS = Object.keys(RULES);

export interface Tool {
  readonly name: string;
  readonly version: string;
}

export const renderSarif = (report: VerifyReport, tool: Tool): string =>
  `${JSON.stringify(sarifLog(report, tool), null, 2)}\n`;

function sarifLog(report: VerifyReport, tool: Tool): object {
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { ...tool, rules: Object.entries(RULES).map(descriptor) } },
        invocations: [{ executionSuccessful: true }],
        results: [
          ...report.findings.map(result),
          ...report.suppressed.map((row) => ({ ...result(row), suppressions: [suppression(row)] })),
        ],
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function descriptor([id, rule]: readonly [string, Rule]): object {
  const consumers = consumerLines(rule);
  const source = `Source: ${rule.source}.`;
  return {
    id,
    name: id.replaceAll(/(?:^|[/-])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: sentence(rule.title) },
    fullDescription: { text: [sentence(rule.title), ...consumers.map((line) => `${line}.`), source].join(' ') },
    help: {
      text: [rule.advice, ...consumers, source].join('\n'),
      markdown: [rule.advice, ...consumers.map((line) => `- ${line}`), source].join('\n\n'),
    },
    defaultConfiguration: { level: rule.severity },
    properties: { tags: [id.slice(0, id.indexOf('/'))] },
  };
}

/** A path as a URI reference: relative paths stay relative. Going through UTF-8 replaces what is no character. */
const uriOf = (path: string): string =>
  path
    .split('/')
    .map((part) => encodeURIComponent(Buffer.from(part).toString()))
    .join('/');

function result(row: FindingRow): object {
  const { origin } = row;
  return {
    ruleId: row.rule,
    ruleIndex: IDS.indexOf(row.rule),
    level: row.severity,
    message: { text: row.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(origin.path) },
          // An offset inside a nested member is none of the file that is named.
          ...(origin.members.length === 0 ? { region: { byteOffset: origin.offset, byteLength: 0 } } : {}),
        },
        logicalLocations: [{ fullyQualifiedName: formatOrigin(origin), kind: 'member' }],
      },
    ],
    partialFingerprints: { 'ucodekit/v1': fingerprint(row) },
  };
}

/** The same finding of two runs has the same one, wherever in the file it has moved. */
const fingerprint = ({ rule, origin, message, field }: FindingRow): string =>
  sha256(JSON.stringify([rule, origin.path, origin.members, field, message]));

const suppression = ({ reason, until }: SuppressedRow): object => ({
  kind: 'external',
  status: 'accepted',
  justification: `${reason} (until ${until})`,
});
