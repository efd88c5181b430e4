/** Files that are made from the sources and committed, so that readers and editors have them without a build. */
import { POLICY_SCHEMA } from '../src/schemas/policy.ts';
import { rulesDocument } from '../src/report/rules-document.ts';
import { verdictsDocument } from '../src/report/verdicts-document.ts';
import { ucodeTable } from '../src/xen/ucode-table.ts';
import { apiDocument } from './api-document.ts';
import { formatsDocument } from './formats-document.ts';
import { loadersDocument } from './loaders-document.ts';
import { logsDocument } from './logs-document.ts';
import { validatorModule } from './validators.ts';

/** Content by path from the project's root. */
export const generatedFiles = async (): Promise<Readonly<Record<string, string>>> => ({
  'docs/api.md': apiDocument(),
  'docs/formats.md': await formatsDocument(),
  'docs/late-load-verdicts.md': verdictsDocument(),
  'docs/loaders.md': loadersDocument(),
  'docs/logs.md': logsDocument(),
  'docs/rules.md': rulesDocument(),
  'docs/xen-ucode.md': ucodeTable(),
  'src/schemas/generated/policy.ts': validatorModule(POLICY_SCHEMA),
});
