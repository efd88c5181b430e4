import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../scripts/generated-files.ts';

const ROOT = resolve(import.meta.dirname, '..');

const files = Object.entries(await generatedFiles());

describe('generated files are up to date (npm run generate)', () => {
  test.each(files)('%s', (path, text) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
  });
});
