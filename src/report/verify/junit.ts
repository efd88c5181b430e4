/**
 * Findings in the XML that CI servers read as test results (JUnit, as the Jenkins plugin defines it): a suite for each file, a case for
 * each finding, one passing case for a file without a finding that counts.
 */
import { formatOrigin } from '../../inputs/origin.ts';
import type { Severity } from '../../findings/rule.ts';
import { grouped } from '../../bundle/group.ts';
import { reaches } from '../../bundle/verify/verdict.ts';
import { ruleOf } from './findings-text.ts';
import type { FindingRow } from '../update-row.ts';
import type { VerifyReport } from './verify.ts';

/** XML 1.0 has no way to write control characters at all; names from archives may hold them. */
const escaped = (text: string): string =>
  Array.from(text)
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      const isForbidden =
        (code < 0x20 && ![0x09, 0x0a, 0x0d].includes(code)) ||
        (code >= 0xd800 && code <= 0xdfff) ||
        code === 0xfffe ||
        code === 0xffff;
      return isForbidden ? '\ufffd' : (ENTITIES[character] ?? character);
    })
    .join('');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');

/** `files`: those that were read. `paths`: as the user named the inputs; one in which nothing was read has a suite all the same. */
export function renderJunit(report: VerifyReport, files: readonly string[], paths: readonly string[]): string {
  const found = grouped(report.findings, ({ origin }) => origin.path);
  const read = new Set([...found.keys(), ...files]);
  const unread = paths.filter((path) => ![...read].some((file) => file === path || file.startsWith(`${path}/`)));
  const quiet = [...new Set([...files, ...unread])].filter((path) => !found.has(path));
  const all: (readonly [string, readonly FindingRow[]])[] = [...found, ...quiet.map((path) => [path, []] as const)];
  const suites = all.map(([path, rows]) => suite(path, rows, report.failOn));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ucodekit verify">\n${suites.join('')}</testsuites>\n`;
}

function suite(path: string, rows: readonly FindingRow[], failOn: Severity): string {
  const failures = rows.filter(({ severity }) => reaches(severity, failOn));
  const rest = rows.filter((row) => !failures.includes(row));
  const cases = [
    ...(failures.length === 0 ? [`  <testcase${attributes({ name: path, classname: 'ucodekit.verify' })}/>\n`] : []),
    ...failures.map(failure),
  ];
  const out = rest.map((row) => escaped(`${formatOrigin(row.origin)}: ${row.severity}: ${row.message} [${row.rule}]`));
  const counts = { name: path, tests: cases.length, failures: failures.length, errors: 0, skipped: 0 };
  return [
    ` <testsuite${attributes(counts)}>\n`,
    ...cases,
    ...(out.length === 0 ? [] : [`  <system-out>${out.join('&#10;')}</system-out>\n`]),
    ` </testsuite>\n`,
  ].join('');
}

function failure(row: FindingRow): string {
  const name = `${row.rule} ${formatOrigin(row.origin)}`;
  const about = attributes({ type: row.severity, message: row.message });
  return [
    `  <testcase${attributes({ name, classname: `ucodekit.${row.rule.replace('/', '.')}` })}>\n`,
    `   <failure${about}>${escaped(ruleOf(row).advice)}</failure>\n`,
    '  </testcase>\n',
  ].join('');
}
