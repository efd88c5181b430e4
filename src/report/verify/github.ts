/** Findings as workflow commands of GitHub Actions, which become annotations of a run. */
import type { Severity } from '../../findings/rule.ts';
import { formatOrigin } from '../../inputs/origin.ts';
import { ruleOf } from './findings-text.ts';
import type { PlaceOf } from './text-place.ts';
import type { VerifyReport } from './verify.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** Escapes of the runner (actions/toolkit, `command.ts`): a message must stay one line. */
const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Notes are told only when they count or are asked for: a run shows ten annotations of a kind, and a sound bundle has dozens of notes. */
export const renderGithub = ({ findings, failOn }: VerifyReport, verbose: boolean, placeOf: PlaceOf): string =>
  findings
    .filter(({ severity }) => verbose || severity !== 'note' || failOn === 'note')
    .map((row) => {
      const title = property(`${row.rule}: ${ruleOf(row).title}`);
      const where = property(row.origin.path);
      const place = placeOf(row);
      const line = place === undefined ? '' : `,line=${place.line},col=${place.column}`;
      return `::${COMMANDS[row.severity]} file=${where}${line},title=${title}::${escaped(`${formatOrigin(row.origin)}: ${row.message}`)}\n`;
    })
    .join('');
