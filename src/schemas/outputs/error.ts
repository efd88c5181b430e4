/** The document of a command that failed. */
import { documentSchema } from '../schema.ts';
import { FAILURE } from './common.ts';

export const ERROR = documentSchema('error', 'Why a command could not go on', { error: FAILURE });
