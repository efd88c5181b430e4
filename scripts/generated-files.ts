/** Files that are made from the sources and committed, so that readers and editors have them without a build. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { POLICY_SCHEMA } from '../src/schemas/policy.ts';
import { rulesDocument } from '../src/report/verify/rules-document.ts';
import { verdictsDocument } from '../src/report/sim/verdicts-document.ts';
import { ucodeTable } from '../src/xen/ucode-table.ts';
import { apiDocument } from './api-document.ts';
import { formatsDocument } from './formats-document.ts';
import { loadersDocument } from './loaders-document.ts';
import { logsDocument } from './logs-document.ts';
import { validatorModule } from './validators.ts';

/** The page of verdicts, which says by which version it was written. */
export const VERDICTS = 'docs/late-load-verdicts.md';

function thisProgram(): string {
  const file = resolve(import.meta.dirname, '../package.json');
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  return `${name} ${version}`;
}

/** Content by path from the project's root. `program`: name and version of what the verdicts are by. */
export const generatedFiles = async (program = thisProgram()): Promise<Readonly<Record<string, string>>> => ({
  'docs/api.md': apiDocument(),
  'docs/formats.md': await formatsDocument(),
  [VERDICTS]: verdictsDocument(program),
  'docs/loaders.md': loadersDocument(),
  'docs/logs.md': logsDocument(),
  'docs/rules.md': rulesDocument(),
  'docs/xen-ucode.md': ucodeTable(),
  'src/schemas/generated/policy.ts': validatorModule(POLICY_SCHEMA),
});
