import type { Config } from '@oclif/core';
import type { Tool } from '../report/verify/sarif.ts';

/** The program as its reports name it; its package may not say where it is at home. */
export function toolOf({ name, version, pjson }: Config): Tool {
  const home: unknown = pjson['homepage'];
  return typeof home === 'string' ? { name, version, informationUri: home } : { name, version };
}
