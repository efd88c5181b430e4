/** The schema of policy files. */
import { choice, documentSchema, flag, type JsonSchema, listOf, matching, members, text } from './schema.ts';

const SEVERITIES = ['error', 'warning', 'note'];

const CPU = matching(
  '^(host|([0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}|(0x)?[0-9a-fA-F]{1,8})(/(0x)?[0-9a-fA-F]{1,2})?)$',
  'family-model-stepping as in the names of firmware files (06-8f-08), or a CPUID signature (0x000806f8 or 806f8), with platforms behind a slash (06-8f-08/0x87); host: those of the machine that checks',
);
const PLATFORMS = matching(
  '^0x[0-9a-fA-F]{1,2}$',
  'platform mask (Intel); every platform in it counts; any platform when left out',
);
const REVISION = matching('^0x[0-9a-fA-F]{1,8}$', 'revision');
const REASON = matching('\\S', 'why, for whoever reads the report');

const cpuEntry = (more: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  members({ cpu: CPU, 'platforms?': PLATFORMS, ...more });

export const POLICY_SCHEMA = documentSchema('policy', 'What a collection of microcode must be like', {
  '$schema?': text('for editors'),
  'description?': text(),
  'failOn?': choice(SEVERITIES, 'least severity that fails the check; --fail-on counts more'),
  'severities?': {
    description: 'severity by rule (bundle/superseded) or topic (bundle/*); the last entry that fits counts',
    type: 'object',
    additionalProperties: choice([...SEVERITIES, 'off']),
  },
  'vendors?': listOf(choice(['intel', 'amd', 'via']), 'vendors whose updates may be there'),
  'require?': listOf(
    cpuEntry({ 'revision?': REVISION, 'reason?': REASON }),
    'CPUs that must be served, at this revision or newer',
  ),
  'forbid?': listOf(cpuEntry({ revision: REVISION, reason: REASON }), 'revisions that must not be there'),
  'maximumSize?': { description: 'bytes of all updates together', type: 'integer', minimum: 1 },
  'signatures?': choice(['valid', 'intact'], 'least verdict on the signatures of AMD patches from family 17h on'),
  'licenceFile?': flag('whether a licence file must lie beside the updates'),
  'baseline?': members(
    { allow: listOf(cpuEntry({ reason: REASON }), 'CPUs that may lose an update or go back') },
    'exceptions for --baseline',
  ),
  'suppress?': listOf(
    members({
      rule: matching('^[a-z-]+(/(\\*|[a-z0-9-]+))?$', 'rule or topic'),
      'path?': matching('.', 'file that the finding is in; * stands for any characters'),
      reason: REASON,
      until: matching('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', 'last day of the suppression'),
    }),
    'findings that are known and accepted for a time',
  ),
});
