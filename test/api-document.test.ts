import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apiDocument } from '../scripts/api-document.ts';
import { temporaryFolder } from './support/temporary.ts';

/** The page of a library with one export, `it`. */
function page(declaration: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.d.ts'), `export { it } from './it.ts';\n`);
  writeFileSync(join(folder, 'it.d.ts'), `${declaration}\n`);
  return apiDocument(join(folder, 'index.d.ts'));
}

const rows = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `    readonly 'row ${i}': {\n        readonly text: "${'x'.repeat(80)}";\n    };\n`,
  ).join('');

describe('the page of the library', () => {
  test('has the docstring and the signature of an export', () => {
    const about = '/**\n * Says, see docs/rules.md.\n * @param what to say\n * @throws Failure\n */';
    expect(page(`${about}\nexport declare function it(what: string): void;`)).toContain(
      '### it\n\nSays, see [rules.md](rules.md).\n\n- *param* `what`: to say\n- *throws* Failure\n\n```ts\nfunction it(what: string): void;\n```',
    );
  });

  test('is not made when an export has no docstring', () => {
    expect(() => page('export declare function it(): void;')).toThrow('it has no docstring');
    expect(() => page('/** */\nexport declare function it(): void;')).toThrow('it has no docstring');
  });

  test('shows the first row of a long table', () => {
    const text = page(`/** Rows. */\nexport declare const it: {\n${rows(100)}};`);
    expect(text).toContain(`const it: {\n${rows(1)}    // and 99 more like it\n};\n`);
    expect(text).not.toContain('row 1');
  });

  test('is not made of what is long and no table', () => {
    expect(() => page(`/** Long. */\nexport type it = '${'x'.repeat(7000)}';`)).toThrow('too long for a page');
  });
});
