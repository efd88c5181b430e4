import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { completionScript, type CompletionScript, type Shell, SHELLS } from '../cli/start/completion-script.ts';

export default class Completion extends BaseCommand<CompletionScript> {
  static override summary = 'print the script that completes commands in a shell';
  static override description =
    'Commands, flags, values of flags, and file names where a file is expected. The Debian package puts the scripts where the shells look; elsewhere the start-up file of the shell sources what this prints.';
  static override examples = [
    'source <(<%= config.bin %> <%= command.id %> bash)',
    'source <(<%= config.bin %> <%= command.id %> zsh)',
    '<%= config.bin %> <%= command.id %> fish | source',
  ];
  static override args = {
    shell: Args.string({ required: true, options: [...SHELLS], description: 'the shell' }),
  };

  async run(): Promise<CompletionScript> {
    const { args } = await this.parse(Completion);
    const result = completionScript(args.shell as Shell);
    return this.present({ result, text: () => result.script });
  }
}
