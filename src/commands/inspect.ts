import { Args } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';

export default class Inspect extends BaseCommand<{ ok: boolean }> {
  static override summary = 'list the microcode updates in files, folders and images';
  static override strict = false;
  static override args = { path: Args.string({ required: true, description: 'file, folder or - for standard input' }) };

  async run(): Promise<{ ok: boolean }> {
    await this.parse(Inspect);
    return this.present({ result: { ok: true }, text: () => 'hello\n' });
  }
}
