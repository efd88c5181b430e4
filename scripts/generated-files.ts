/** Files that are made from the sources and committed, so that readers and editors have them without a build. */
import { POLICY_SCHEMA } from '../src/schemas/policy.ts';
import { rulesDocument } from '../src/report/rules-document.ts';
import { validatorModule } from './validators.ts';

/** Content by path from the project's root. */
export const generatedFiles = (): Readonly<Record<string, string>> => ({
  'docs/rules.md': rulesDocument(),
  'src/schemas/generated/policy.ts': validatorModule(POLICY_SCHEMA),
});
