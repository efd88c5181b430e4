/**
 * The page of the library's surface: every name that `src/index.ts` exports, its signature and its docstring, from the declarations that the compiler emits.
 * A small reader of our own, because TypeScript 7 has no compiler API that TypeDoc could use.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

interface Exported {
  readonly name: string;
  readonly declaration: Declaration;
}
interface Declaration {
  readonly about: string | undefined;
  readonly text: string;
}

const INDEX = resolve(import.meta.dirname, '../dist/index.d.ts');
/** A longer declaration is a table, and the page shows its first row. */
const LONGEST = 6000;

/**
 * The page, in Markdown. Needs a build.
 * @throws RangeError when an export has no docstring
 */
export function apiDocument(index = INDEX): string {
  const exported = surfaceOf(index);
  const isType = ({ declaration }: Exported): boolean => /^(?:interface|type) /.test(declaration.text);
  return [
    '# The library',
    'Made from the declarations of `src/index.ts` by `npm run generate`; a test compares the two, so that no name or signature changes unnoticed. Import from `ucodekit`; programs that do so stand in [examples/](../examples/README.md). Offsets and sizes are bytes. What cannot go on throws `Failure`, with a kind and a code; what is wrong with given bytes is a `Finding`, never an exception.',
    '## Functions and values',
    ...exported.filter((each) => !isType(each)).map(section),
    '## Types',
    ...exported.filter(isType).map(section),
  ]
    .join('\n\n')
    .concat('\n');
}

function section({ name, declaration: { about, text } }: Exported): string {
  if (about === undefined || about === '') throw new RangeError(`${name} has no docstring`);
  return [`### ${name}`, about, `\`\`\`ts\n${text}\n\`\`\``].join('\n\n');
}

/** The exports of a declaration file that re-exports, by name. */
function surfaceOf(index: string): Exported[] {
  const text = readFileSync(index, 'utf8');
  const imported = new Map<string, string>();
  for (const [, names = '', from = ''] of text.matchAll(/^import (?:type )?\{([^}]*)\} from '([^']+)'/gm)) {
    for (const { local } of specifiers(names)) imported.set(local, from);
  }
  const found: Exported[] = [];
  for (const [, names = '', from] of text.matchAll(/^export \{([^}]*)\}(?: from '([^']+)')?;/gm)) {
    for (const { local, name } of specifiers(names)) {
      const path = from ?? imported.get(local);
      if (path === undefined) throw new RangeError(`${index}: nothing says where ${local} comes from`);
      const file = join(dirname(index), path.replace(/\.ts$/, '.d.ts'));
      found.push({ name, declaration: renamed(declarationOf(readFileSync(file, 'utf8'), local, file), local, name) });
    }
  }
  for (const [, name = ''] of text.matchAll(/^export declare (?:function|const|class) (\w+)/gm)) {
    found.push({ name, declaration: declarationOf(text, name, index) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const specifiers = (list: string): { readonly local: string; readonly name: string }[] =>
  list.split(',').flatMap((part) => {
    const match = /^(?:type )?(\w+)(?: as (\w+))?$/.exec(part.trim());
    return match?.[1] === undefined ? [] : [{ local: match[1], name: match[2] ?? match[1] }];
  });

const renamed = (declaration: Declaration, from: string, to: string): Declaration =>
  from === to ? declaration : { ...declaration, text: declaration.text.replace(new RegExp(`\\b${from}\\b`), to) };

/** @throws RangeError when the file does not declare `name` */
function declarationOf(text: string, name: string, file: string): Declaration {
  const head = new RegExp(
    `(?:^/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n)?^export (?:declare )?((?:function|const|class|interface|type) ${name}\\b)`,
    'm',
  ).exec(text);
  if (head === null) throw new RangeError(`${file} does not declare ${name}`);
  const start = head.index + head[0].length - (head[2] ?? '').length;
  const declared = text.slice(start, endOf(text, start));
  const about = head[1]?.replaceAll(/\n \* ?/g, '\n').trim();
  return { about: about && inMarkdown(about), text: declared.length > LONGEST ? shortened(declared) : declared };
}

/**
 * An object of many members by its first one: a table, whose rows are alike.
 * @throws RangeError when it is something else
 */
function shortened(declared: string): string {
  const [head, indent = ''] = /^.*\{\n( +)readonly [\s\S]*?\n\1\};\n/.exec(declared) ?? [];
  if (head === undefined) throw new RangeError(`too long for a page: ${declared.slice(0, 80)}`);
  const more = [...declared.matchAll(new RegExp(`^${indent}readonly `, 'gm'))].length - 1;
  return `${head}${indent}// and ${more} more like it\n};`;
}

/** The end of the declaration at `start`: its semicolon, or the brace that closes an interface or a class. */
function endOf(text: string, start: number): number {
  const closesWithBrace = /^(?:interface|class) /.test(text.slice(start, start + 10));
  let depth = 0;
  // Comments and quoted text may hold brackets of their own.
  const token = /\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|"[^"\n]*"|`[^`]*`|=>|[{}()[\];]/g;
  token.lastIndex = start;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [at] = match;
    if ('{(['.includes(at)) depth++;
    else if ('})]'.includes(at)) depth--;
    if (depth === 0 && at === (closesWithBrace ? '}' : ';')) return match.index + 1;
  }
  throw new RangeError(`the declaration at ${start} does not end`);
}

/** The tags of a docstring as a list, pages as links. */
const inMarkdown = (about: string): string =>
  about
    .replace(/\n@/, '\n\n@')
    .replaceAll(/^@param (\w+)/gm, '- *param* `$1`:')
    .replaceAll(/^@(returns|throws)\b/gm, '- *$1*')
    .replaceAll(/\bdocs\/([\w-]+\.md)/g, '[$1]($1)');
