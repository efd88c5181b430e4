import { LogCommand } from '../../cli/log-command.ts';

export default class XenLog extends LogCommand {
  static override summary = 'what a console log says about microcode; the same as log';
  static override description =
    'The same as ucodekit log: for each CPU the revisions before and after, and for each message about microcode why it was printed and what to do.';
  static override examples = [
    'xl dmesg | <%= config.bin %> <%= command.id %> -',
    '<%= config.bin %> <%= command.id %> serial.log --release 4.17.5 --json',
  ];
}
