import { readShareFile } from '../../io/data-file.ts';

/** Where the build puts the completion of each shell, which is where Debian's packages put theirs. */
const FILES = {
  bash: 'bash-completion/completions/ucodekit',
  fish: 'fish/vendor_completions.d/ucodekit.fish',
  zsh: 'zsh/vendor-completions/_ucodekit',
} as const;

export type Shell = keyof typeof FILES;

export const SHELLS = Object.keys(FILES) as readonly Shell[];

export interface CompletionScript {
  readonly schema: 'ucodekit/completion@1';
  readonly shell: Shell;
  readonly script: string;
}

export const completionScript = (shell: Shell): CompletionScript => ({
  schema: 'ucodekit/completion@1',
  shell,
  script: readShareFile(FILES[shell]),
});
