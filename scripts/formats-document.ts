/**
 * The page of all record layouts. Offsets, sizes and constraints are read from the layouts as the program uses them, meanings and sources from the
 * comments beside them, so that there is nothing to keep in step.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ruleAnchor } from '../src/report/verify/rules-document.ts';

interface Layout {
  readonly name: string;
  readonly size: number;
  readonly fields: Readonly<Record<string, LayoutField>>;
}
interface LayoutField {
  readonly offset: number;
  readonly size: number;
  readonly must: { readonly rule: string; readonly expected: string } | undefined;
}

const ROOT = resolve(import.meta.dirname, '..');

/** The page, in Markdown. */
export async function formatsDocument(): Promise<string> {
  const parts = [
    '# Formats',
    'Made from the layouts in `src/formats/` by `npm run generate`; a test compares them. Offsets and sizes are bytes, offsets from the start of the record unless it says otherwise. Numbers are little-endian unless it says otherwise. A constraint names the rule that a violation falls under. Which files are read and written stands in the [README](../README.md#formats-and-limits).',
  ];
  const paths = readdirSync(join(ROOT, 'src/formats'), { recursive: true, encoding: 'utf8' }).sort();
  for (const path of paths.filter((name) => name.endsWith('.ts'))) {
    const source = readFileSync(join(ROOT, 'src/formats', path), 'utf8');
    if (declaredIn(source).length > 0) {
      parts.push(...moduleText(path, source, await import(join(ROOT, 'src/formats', path))));
    }
  }
  return `${parts.join('\n\n')}\n`;
}

const declaredIn = (source: string): string[] =>
  [...source.matchAll(/^(?:export )?const (\w+) = record\(/gm)].map(([, name = '']) => name);

/**
 * What the page says of the layouts in one file.
 * @throws RangeError when the file names no source, or a comment on a layout or on a field is missing
 */
export function moduleText(path: string, source: string, module: Readonly<Record<string, unknown>>): string[] {
  const about = commentBefore(source, /^import /m);
  if (about === undefined || !/\bSources?:/.test(about)) throw new RangeError(`${path}: name the source of the format`);
  return [
    `## ${path.replace(/\.ts$/, '')}`,
    about,
    ...declaredIn(source).flatMap((name) => recordText(name, layoutOf(module[name], `${path}: ${name}`), source)),
  ];
}

/** @throws RangeError for a layout that its module keeps to itself: the page would lack it. */
function layoutOf(value: unknown, where: string): Layout {
  if (typeof value !== 'object' || value === null || !('fields' in value)) {
    throw new RangeError(`${where}: export the layout, so that docs/formats.md can show it`);
  }
  return value as Layout;
}

function recordText(name: string, layout: Layout, source: string): string[] {
  const about = commentBefore(source, new RegExp(`^export const ${name} = record\\(`, 'm'));
  if (about === undefined) throw new RangeError(`say what the ${layout.name} is`);
  const meanings = meaningsIn(source, name);
  const rows = Object.entries(layout.fields).map(([field, { offset, size, must }]) => {
    const meaning = meanings.get(field);
    if (meaning === undefined) throw new RangeError(`${layout.name}: say what ${field} is, or that it is undocumented`);
    return [hex(offset), size, `\`${field}\``, meaning, must === undefined ? '' : constraint(must)].join(' | ');
  });
  return [
    `### ${layout.name} (${layout.size} bytes)`,
    about,
    [
      '| offset | size | field | meaning | constraint |',
      '| ---: | ---: | --- | --- | --- |',
      ...rows.map((row) => `| ${row} |`),
    ].join('\n'),
  ];
}

const constraint = ({ rule, expected }: { readonly rule: string; readonly expected: string }): string =>
  `${expected} ([${rule}](rules.md#${ruleAnchor(rule)}))`;

const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/** The text of the comment that ends right before what `pattern` finds. */
function commentBefore(source: string, pattern: RegExp): string | undefined {
  const at = source.search(pattern);
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n$/.exec(source.slice(0, Math.max(at, 0)))?.[1];
  return comment?.replaceAll(/\n \* ?/g, '\n').trim();
}

/** By field: the comment above it or at the end of its line. */
function meaningsIn(source: string, name: string): Map<string, string> {
  const start = source.indexOf(`const ${name} = record(`);
  const lines = source.slice(start, source.indexOf('});', start)).split('\n').slice(1);
  const meanings = new Map<string, string>();
  let above: string | undefined;
  for (const line of lines) {
    const field = /^ {2}(\w+): .*?(?:\/\/ (.*))?$/.exec(line);
    const meaning = field?.[2] ?? above;
    if (field?.[1] !== undefined && meaning !== undefined) meanings.set(field[1], meaning.replaceAll('|', '\\|'));
    above = /^ {2}\/\*\* (.*) \*\/$/.exec(line)?.[1];
  }
  return meanings;
}
