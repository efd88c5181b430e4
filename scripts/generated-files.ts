/** Files that are made from the sources and committed, so that readers and editors have them without a build. */
import { POLICY_SCHEMA } from '../src/schemas/policy.ts';
import { rulesDocument } from '../src/report/rules-document.ts';
import { verdictsDocument } from '../src/report/verdicts-document.ts';
import { ucodeTable } from '../src/xen/ucode-table.ts';
import { validatorModule } from './validators.ts';

/** Content by path from the project's root. */
export const generatedFiles = (): Readonly<Record<string, string>> => ({
  'docs/late-load-verdicts.md': verdictsDocument(),
  'docs/rules.md': rulesDocument(),
  'docs/xen-ucode.md': ucodeTable(),
  'src/schemas/generated/policy.ts': validatorModule(POLICY_SCHEMA),
});
