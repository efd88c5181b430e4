/** Every schema by the name that documents carry. */
import { CATALOGUE_BUILD, CATALOGUE_INFO, CATALOGUE_NAMES, CATALOGUE_SEARCH } from './outputs/catalogue.ts';
import { ERROR } from './outputs/error.ts';
import { INITRD_BUILD, INITRD_EXTRACT, INITRD_INSPECT, INITRD_SPLICE } from './outputs/initrd.ts';
import { LOG } from './outputs/log.ts';
import { SIM_CHECK, SIM_EXPORT, SIM_LIST, SIM_REPLAY, SIM_RUN, SIM_SHOW } from './outputs/sim.ts';
import {
  COMPLETION,
  DIFF,
  EXPLAIN,
  EXTRACT,
  HOST,
  INSPECT,
  PACK,
  RULES_LIST,
  SCHEMAS_LIST,
  SHOW,
  VERIFY,
} from './outputs/updates.ts';
import { XEN_CHECK, XEN_LATE, XEN_STANZA } from './outputs/xen.ts';
import { POLICY_SCHEMA } from './policy.ts';
import { SCENARIO_SCHEMA } from './scenario.ts';
import { SIM_TRACE } from './sim-trace.ts';
import type { NamedSchema } from './schema.ts';

export const SCHEMAS: Readonly<Record<string, NamedSchema>> = {
  'catalogue-build': CATALOGUE_BUILD,
  'catalogue-info': CATALOGUE_INFO,
  'catalogue-names': CATALOGUE_NAMES,
  'catalogue-search': CATALOGUE_SEARCH,
  completion: COMPLETION,
  diff: DIFF,
  error: ERROR,
  explain: EXPLAIN,
  extract: EXTRACT,
  host: HOST,
  'initrd-build': INITRD_BUILD,
  'initrd-extract': INITRD_EXTRACT,
  'initrd-inspect': INITRD_INSPECT,
  'initrd-splice': INITRD_SPLICE,
  inspect: INSPECT,
  log: LOG,
  pack: PACK,
  policy: POLICY_SCHEMA,
  rules: RULES_LIST,
  scenario: SCENARIO_SCHEMA,
  schemas: SCHEMAS_LIST,
  show: SHOW,
  'sim-check': SIM_CHECK,
  'sim-export': SIM_EXPORT,
  'sim-list': SIM_LIST,
  'sim-replay': SIM_REPLAY,
  'sim-run': SIM_RUN,
  'sim-show': SIM_SHOW,
  'sim-trace': SIM_TRACE,
  verify: VERIFY,
  'xen-check': XEN_CHECK,
  'xen-late': XEN_LATE,
  'xen-stanza': XEN_STANZA,
};
