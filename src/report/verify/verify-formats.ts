/** The formats of `verify`. */
import { renderFindings } from './findings-text.ts';
import { renderGithub } from './github.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './verify-markdown.ts';
import { renderSarif, type Tool } from './sarif.ts';
import { placesIn, type TextFile } from './text-place.ts';
import type { VerifyReport } from './verify.ts';

export const VERIFY_FORMATS = ['text', 'sarif', 'junit', 'github', 'markdown'] as const;
export type VerifyFormat = (typeof VERIFY_FORMATS)[number];

export interface VerifyContext {
  readonly verbose: boolean;
  /** As the user named the inputs. */
  readonly paths: readonly string[];
  /** Files that were read. */
  readonly files: readonly string[];
  readonly tool: Tool;
  /** Absolute path of the folder that relative paths start from. */
  readonly folder: string;
  /** What the policy file holds, so that findings about it name its lines. */
  readonly policy: TextFile | undefined;
}

export function renderVerification(
  report: VerifyReport,
  format: VerifyFormat,
  { verbose, paths, files, tool, folder, policy }: VerifyContext,
): string {
  const placeOf = placesIn(policy);
  switch (format) {
    case 'text':
      return renderFindings(report, verbose);
    case 'sarif':
      return renderSarif(report, { tool, folder, placeOf });
    case 'junit':
      return renderJunit(report, files, paths);
    case 'github':
      return renderGithub(report, verbose, placeOf);
    case 'markdown':
      return renderMarkdown(report, verbose, placeOf);
  }
}
