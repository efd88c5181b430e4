/** The formats of `verify`. */
import { renderFindings } from './findings-text.ts';
import { renderGithub } from './github.ts';
import { renderJunit } from './junit.ts';
import { renderSarif, type Tool } from './sarif.ts';
import type { VerifyReport } from './verify.ts';

export const VERIFY_FORMATS = ['text', 'sarif', 'junit', 'github'] as const;
export type VerifyFormat = (typeof VERIFY_FORMATS)[number];

export interface VerifyContext {
  readonly verbose: boolean;
  /** As the user named the inputs. */
  readonly paths: readonly string[];
  readonly tool: Tool;
}

export function renderVerification(
  report: VerifyReport,
  format: VerifyFormat,
  { verbose, paths, tool }: VerifyContext,
): string {
  switch (format) {
    case 'text':
      return renderFindings(report, verbose);
    case 'sarif':
      return renderSarif(report, tool);
    case 'junit':
      return renderJunit(report, paths);
    case 'github':
      return renderGithub(report);
  }
}
