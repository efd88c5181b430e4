/** Findings as SARIF 2.1.0 (OASIS), the format of code-scanning services. The rule table is the whole catalogue. */
import { sha256 } from '../../bytes/digest.ts';
import { RULES } from '../../findings/catalogue.ts';
import type { Rule } from '../../findings/rule.ts';
import { formatOrigin } from '../../inputs/origin.ts';
import { consumerLines } from './rules-document.ts';
import type { FindingRow } from '../update-row.ts';
import type { PlaceOf, TextPlace } from './text-place.ts';
import type { SuppressedRow, VerifyReport } from './verify.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json';

const IDS = Object.keys(RULES);

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** Where it is at home; undefined when its package does not say. */
  readonly informationUri?: string;
}

/** What a run is about. */
export interface Surroundings {
  readonly tool: Tool;
  /** Absolute path of the folder that relative paths start from. */
  readonly folder: string;
  readonly placeOf: PlaceOf;
}

export const renderSarif = (report: VerifyReport, surroundings: Surroundings): string =>
  `${JSON.stringify(sarifLog(report, surroundings), null, 2)}\n`;

function sarifLog(report: VerifyReport, surroundings: Surroundings): object {
  const { tool, folder } = surroundings;
  const result = (row: FindingRow): object => resultOf(row, surroundings);
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { ...tool, rules: Object.entries(RULES).map(descriptor) } },
        invocations: [{ executionSuccessful: true }],
        originalUriBaseIds: { [BASE]: { uri: fileUri(folder) } },
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

/** Name of the folder that relative URIs start from; code-scanning services take it for the root of the checkout. */
const BASE = '%SRCROOT%';

/** A path as a URI reference. Going through UTF-8 replaces what is no character. */
const uriOf = (path: string): string =>
  path
    .split('/')
    .map((part) => encodeURIComponent(Buffer.from(part).toString()))
    .join('/');

const fileUri = (folder: string): string => `file://${uriOf(folder)}${folder.endsWith('/') ? '' : '/'}`;

/** Files below the folder by their path from there, whichever way they were named; others by an absolute URI. */
function artifactLocation(path: string, folder: string): object {
  const base = fileUri(folder);
  const uri = new URL(uriOf(path), base).href;
  return uri.startsWith(base) ? { uri: uri.slice(base.length), uriBaseId: BASE } : { uri };
}

/** Lines of a text file, else bytes; an offset inside a nested member is none of the file that is named. */
function regionOf({ origin }: FindingRow, place: TextPlace | undefined): object {
  if (place !== undefined) return { region: { startLine: place.line, startColumn: place.column } };
  if (origin.members.length > 0) return {};
  return { region: { byteOffset: origin.offset, byteLength: 0 } };
}

function resultOf(row: FindingRow, { folder, placeOf }: Surroundings): object {
  const { origin } = row;
  return {
    ruleId: row.rule,
    ruleIndex: IDS.indexOf(row.rule),
    level: row.severity,
    message: { text: row.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactLocation(origin.path, folder),
          ...regionOf(row, placeOf(row)),
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
