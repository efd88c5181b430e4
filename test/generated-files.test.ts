import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedFiles, VERDICTS } from '../scripts/generated-files.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Another version of the program need not write the verdicts again, as long as nothing else about them changes. */
const writtenBy = /^\* Checked by: (.+)$/m.exec(readFileSync(join(ROOT, VERDICTS), 'utf8'))?.[1];

const files = Object.entries(await generatedFiles(writtenBy));

describe('generated files are up to date (npm run generate)', () => {
  test.each(files)('%s', (path, text) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
  });
});
