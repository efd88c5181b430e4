import { Failure } from '../../findings/failure.ts';

/**
 * Seconds since 1970 of SOURCE_DATE_EPOCH (reproducible-builds.org specification), or undefined when it is not set.
 * @throws Failure when it is set to something else: a build that is meant to be reproducible must not go on by another clock.
 */
export function sourceDateEpoch(environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const text = environment['SOURCE_DATE_EPOCH'];
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Failure({
    kind: 'usage',
    code: 'usage/source-date-epoch',
    where: 'SOURCE_DATE_EPOCH',
    message: `"${text}" is not a number of seconds`,
    advice: 'Set it to whole seconds since 1970-01-01 UTC, or unset it.',
  });
}
